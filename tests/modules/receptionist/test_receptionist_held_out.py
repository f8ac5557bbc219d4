"""Questions the matching was not set on: it may miss some, it must not give the answer to another question."""

import pytest

from ports.dialogue import Faq, Language
from tests.modules.receptionist.desk import CallerOf

# Question, and the FAQ that answers it; None where nothing on file does.
FRENCH: list[tuple[str, str | None]] = [
    ("dites-moi, pour la voiture, on la laisse où", "faq_parking"),
    ("y aurait-il un stationnement à proximité du salon", "faq_parking"),
    ("je règle avec ma visa, ça passe ?", "faq_card"),
    ("le paiement par carte bancaire est-il possible", "faq_card"),
    ("mon fils a quatre ans vous le coiffez ?", "faq_child"),
    ("est-ce que vous coiffez les bébés", "faq_child"),
    ("vous êtes fermés les jours fériés je suppose", "faq_holiday"),
    ("les jours fériés c'est ouvert ou pas", "faq_holiday"),
    ("je voudrais offrir une carte cadeau à une amie", "faq_gift"),
    ("vous avez des cartes cadeaux", "faq_gift"),
    ("quelle est la procédure pour annuler un rendez-vous", "faq_cancel"),
    ("mon petit chien peut rester avec moi ?", "faq_dog"),
    ("les chats sont autorisés ?", "faq_dog"),
    ("c'est quoi comme shampoing que vous mettez", "faq_brand"),
    ("vos produits sont bio ?", "faq_brand"),
    ("il y a des marches à l'entrée pour un fauteuil roulant", "faq_access"),
    ("une personne handicapée peut-elle entrer facilement", "faq_access"),
    ("est-ce que l'une de vous parle anglais", "faq_lang"),
    ("habla espagnol, vous parlez espagnol ?", "faq_lang"),
    ("il faut obligatoirement un rendez-vous ?", "faq_need"),
    ("on vient sans rendez-vous ou pas", "faq_need"),
    ("j'ai dix minutes de retard c'est grave ?", "faq_late"),
    ("si je suis un peu en retard que se passe-t-il", "faq_late"),
    ("vous faites des extensions de cils ?", None),
    ("je peux venir avec ma trottinette", None),
    ("vous reprenez les bouteilles vides", None),
    ("est-ce qu'il y a une réduction pour les étudiants", None),
    ("vous vendez des sèche-cheveux", None),
    ("votre patronne est mariée ?", None),
    ("avez-vous reçu ma commande de livres", None),
    ("vous acceptez les tickets restaurant", None),
    ("le café est offert ?", None),
    ("quel âge avez-vous", None),
    ("vous formez des stagiaires", None),
    ("le salon est climatisé", None),
    ("vous coupez aussi les ongles", None),
    ("je vends des panneaux solaires", None),
    ("vous tondez les moutons", None),
]
ENGLISH: list[tuple[str, str | None]] = [
    ("any place for me to park my van", "faq_parking"),
    ("is the car park free", "faq_parking"),
    ("is it okay if I use my credit card", "faq_card"),
    ("would a Mastercard work", "faq_card"),
    ("my daughter is five, do you treat children that young", "faq_child"),
    ("can you look after my kids' teeth", "faq_child"),
    ("what about bank holidays", "faq_holiday"),
    ("do you close for the bank holiday", "faq_holiday"),
    ("I have Oakcare, do you take it", "faq_insurance"),
    ("which insurers do you deal with, which insurance", "faq_insurance"),
    ("what happens if I have to cancel, is there a policy", "faq_cancel"),
    ("cancellation policy please", "faq_cancel"),
    ("is having my teeth whitened painful", "faq_pain"),
    ("will whitening be painful for me", "faq_pain"),
    ("my husband is in a wheelchair, is the practice accessible", "faq_access"),
    ("do you have a ramp", "faq_access"),
    ("does your dentist speak Welsh", "faq_lang"),
    ("what languages do you speak there", "faq_lang"),
    ("are you accepting new patients", "faq_new"),
    ("could a new patient join", "faq_new"),
    ("must I have an appointment", "faq_need"),
    ("I get really anxious and nervous at the dentist", "faq_anxious"),
    ("is sedation something you do", "faq_anxious"),
    ("do you sell electric toothbrushes", None),
    ("can I pay with cryptocurrency", None),
    ("do you repair bicycles", None),
    ("is there a student discount", None),
    ("do you do braces", None),
    ("how old is the building", None),
    ("do you validate bus tickets", None),
    ("are you looking for a sponsor", None),
    ("did my parcel arrive", None),
    ("can I get a vaccine", None),
    ("do you have a swimming pool", None),
    ("is the coffee any good", None),
    ("I sell office furniture", None),
    ("can you groom my poodle", None),
    ("who painted the mural", None),
]
# Trades that no rule, word list or floor was set on.
RESTAURANT = (
    Faq("faq_park", "Avez-vous un parking ?", "Le parking du marché est à deux minutes à pied."),
    Faq("faq_vegan", "Proposez-vous des plats végétariens ?", "Oui, trois plats végétariens chaque jour."),
    Faq("faq_terrace", "Avez-vous une terrasse ?", "Oui, une terrasse ombragée de vingt places."),
    Faq("faq_group", "Acceptez-vous les groupes ?", "Oui, jusqu'à trente personnes dans la salle du fond."),
    Faq("faq_pay", "Quels moyens de paiement acceptez-vous ?", "Carte, espèces et tickets restaurant."),
    Faq("faq_gluten", "Avez-vous des plats sans gluten ?", "Oui, demandez la carte sans gluten."),
    Faq("faq_away", "Peut-on commander à emporter ?", "Oui, le midi seulement."),
    Faq("faq_menu", "Quel est le menu du jour ?", "Le menu du jour change chaque matin, à 18 €."),
    Faq("faq_pets", "Les animaux sont-ils acceptés ?", "Oui, en terrasse."),
    Faq("faq_birthday", "Organisez-vous des anniversaires ?", "Oui, avec gâteau sur commande."),
)
PLUMBER = (
    Faq("faq_area", "Which areas do you cover?", "We cover Bath, Bristol and everything in between."),
    Faq("faq_callout", "Is there a call-out fee?", "The call-out fee is 40 pounds, deducted from the repair."),
    Faq("faq_boiler", "Do you service gas boilers?", "Yes, our fitters are registered for gas."),
    Faq("faq_night", "Do you come out at night for emergencies?", "Yes, for burst pipes and gas leaks."),
    Faq("faq_warranty", "Is the work guaranteed?", "Every repair is guaranteed for two years."),
    Faq("faq_quote", "Do you give free quotes?", "Yes, written quotes are free."),
    Faq("faq_drain", "Can you unblock drains?", "Yes, indoor and outdoor drains."),
    Faq("faq_bathroom", "Do you fit bathrooms?", "Yes, from design to tiling."),
    Faq("faq_pay", "How can I pay?", "By card, cash or bank transfer."),
    Faq("faq_leak", "What should I do if I have a leak?", "Close the main tap first, then call us."),
)
OTHER_FRENCH: list[tuple[str, str | None]] = [
    ("c'est facile de se garer chez vous", "faq_park"),
    ("je ne mange pas de viande, vous avez quelque chose", "faq_vegan"),
    ("y a-t-il des plats pour végétariens", "faq_vegan"),
    ("on peut manger dehors ?", "faq_terrace"),
    ("on est un groupe de vingt, vous pouvez nous accueillir", "faq_group"),
    ("vous prenez les tickets restaurant ?", "faq_pay"),
    ("comment peut-on payer", "faq_pay"),
    ("ma femme est intolérante au gluten", "faq_gluten"),
    ("vous faites à emporter ?", "faq_away"),
    ("je peux commander et emporter le plat", "faq_away"),
    ("c'est quoi le menu du jour aujourd'hui", "faq_menu"),
    ("mon chien peut venir avec nous", "faq_pets"),
    ("c'est pour fêter un anniversaire", "faq_birthday"),
    ("vous avez une salle de bal", None),
    ("le chef donne des cours de cuisine", None),
    ("vous avez des chaises hautes", None),
    ("il y a un concert ce mois-ci", None),
    ("vous achetez vos légumes où", None),
    ("le vin est naturel", None),
    ("vous avez une cheminée", None),
    ("est-ce que la piscine est chauffée", None),
]
OTHER_ENGLISH: list[tuple[str, str | None]] = [
    ("do you come to Bristol", "faq_area"),
    ("what area do you work in", "faq_area"),
    ("is there a fee to come out", "faq_callout"),
    ("how much is the call-out fee", "faq_callout"),
    ("my boiler needs servicing", "faq_boiler"),
    ("do you look at gas boilers", "faq_boiler"),
    ("do you do emergencies at night", "faq_night"),
    ("is there a guarantee on the work", "faq_warranty"),
    ("can I get a free quote", "faq_quote"),
    ("my drain is blocked, can you unblock it", "faq_drain"),
    ("could you fit a new bathroom", "faq_bathroom"),
    ("can I pay in cash", "faq_pay"),
    ("I have a leak, what should I do", "faq_leak"),
    ("do you repair roofs", None),
    ("do you sell kitchen furniture", None),
    ("can you rewire my house", None),
    ("do you install solar panels", None),
    ("have you got a job for my son", None),
    ("do you clean windows", None),
    ("can you fix my washing machine", None),
    ("is the shower screen in stock", None),
]
LEAST_ANSWERED = 0.75


@pytest.mark.parametrize(
    ("language", "faqs", "questions"),
    [("fr", RESTAURANT, OTHER_FRENCH), ("en", PLUMBER, OTHER_ENGLISH)],
)
def test_other_trades_are_answered_too(
    caller: CallerOf, language: Language, faqs: tuple[Faq, ...], questions: list[tuple[str, str | None]]
) -> None:
    replies = [caller(language, faqs=faqs, services=()).says(speech) for speech, _ in questions]
    wrong = [reply for reply, (_, faq) in zip(replies, questions, strict=True) if reply.sources not in ((), (faq,))]
    right = [reply for reply, (_, faq) in zip(replies, questions, strict=True) if faq and reply.sources == (faq,)]
    assert wrong == []
    assert len(right) / len([faq for _, faq in questions if faq]) >= LEAST_ANSWERED


@pytest.mark.parametrize(("language", "questions"), [("fr", FRENCH), ("en", ENGLISH)])
def test_most_questions_on_file_are_answered(
    caller: CallerOf, language: Language, questions: list[tuple[str, str | None]]
) -> None:
    on_file = [(speech, faq) for speech, faq in questions if faq]
    answered = [speech for speech, faq in on_file if caller(language).says(speech).sources == (faq,)]
    assert len(answered) / len(on_file) >= LEAST_ANSWERED


@pytest.mark.parametrize(
    ("language", "speech", "faq"),
    [("fr", speech, faq) for speech, faq in FRENCH] + [("en", speech, faq) for speech, faq in ENGLISH],
)
def test_no_question_gets_the_answer_to_another(
    caller: CallerOf, language: Language, speech: str, faq: str | None
) -> None:
    reply = caller(language).says(speech)
    assert reply.intent != "faq" or reply.sources == (faq,)
