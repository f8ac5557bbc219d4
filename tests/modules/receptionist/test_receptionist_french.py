"""What French callers say, and what it is taken for."""

import pytest

from tests.modules.receptionist.desk import CallerOf

UTTERANCES = [
    ("bonjour", "greeting", ()),
    ("euh bonjour madame", "greeting", ()),
    ("allô ?", "greeting", ()),
    ("Quels sont vos horaires ?", "opening_hours", ("hours",)),
    ("bonjour je voudrais connaître vos horaires d'ouverture s'il vous plaît", "opening_hours", ("hours",)),
    ("vous êtes ouverts aujourd'hui ?", "opening_hours", ("hours",)),
    ("vous fermez à quelle heure ce soir", "opening_hours", ("hours",)),
    ("à quelle heure vous ouvrez demain matin", "opening_hours", ("hours",)),
    ("est-ce que vous êtes ouvert le dimanche", "opening_hours", ("hours",)),
    ("et le samedi ?", "opening_hours", ("hours",)),
    ("le salon est ouvert là maintenant", "opening_hours", ("hours",)),
    ("vous êtes encore ouverts ?", "opening_hours", ("hours",)),
    ("quels jours êtes-vous fermés", "opening_hours", ("hours",)),
    ("c'est ouvert entre midi et deux ?", "opening_hours", ("hours",)),
    ("jusqu'à quelle heure êtes-vous ouverts le vendredi", "opening_hours", ("hours",)),
    ("Quelle est votre adresse ?", "address", ("address",)),
    ("vous êtes situés où exactement", "address", ("address",)),
    ("où est-ce que vous vous trouvez", "address", ("address",)),
    ("c'est où votre salon", "address", ("address",)),
    ("comment je fais pour venir chez vous", "address", ("address",)),
    ("c'est quoi l'adresse du salon", "address", ("address",)),
    ("quel est votre numéro de téléphone", "contact", ("phone",)),
    ("je peux avoir votre numéro ?", "contact", ("phone",)),
    ("vous avez une adresse mail ?", "contact", ("email",)),
    ("je peux vous envoyer un e-mail ?", "contact", ("email",)),
    ("vous avez un site internet ?", "contact", ("website",)),
    ("quelles sont vos prestations", "services", ("svc_f", "svc_h", "svc_c", "svc_b", "svc_l")),
    ("qu'est-ce que vous proposez comme services", "services", ("svc_f", "svc_h", "svc_c", "svc_b", "svc_l")),
    ("que faites-vous ?", "services", ("svc_f", "svc_h", "svc_c", "svc_b", "svc_l")),
    ("vous faites des colorations ?", "services", ("svc_c",)),
    ("combien coûte une coupe femme ?", "price", ("svc_f",)),
    ("c'est combien la coupe pour homme", "price", ("svc_h",)),
    ("quel est le prix d'un brushing", "price", ("svc_b",)),
    ("et une couloration ça coûte combien", "price", ("svc_c",)),
    ("c'est combien une coupe", "price", ("svc_f", "svc_h")),
    ("quels sont vos tarifs", "price", ("svc_f", "svc_h", "svc_c", "svc_b")),
    ("combien de temps dure une coloration", "duration", ("svc_c",)),
    ("la coupe homme ça dure combien de temps", "duration", ("svc_h",)),
    ("je voudrais parler à quelqu'un", "transfer", ()),
    ("passez-moi la patronne s'il vous plaît", "transfer", ()),
    ("je préfère avoir un conseiller", "transfer", ()),
    ("est-ce que je peux parler avec Julie", "transfer", ()),
    ("pouvez-vous me mettre en relation avec le salon", "transfer", ()),
    ("je veux parler à un humain", "transfer", ()),
    ("je voudrais laisser un message", "message_start", ()),
    ("est-ce que quelqu'un peut me rappeler", "message_start", ()),
    ("rappelez-moi s'il vous plaît", "message_start", ()),
    ("je voudrais prendre rendez-vous", "booking", ()),
    ("bonjour c'est pour un rendez-vous samedi pour une coupe", "booking", ()),
    ("vous auriez un créneau demain ?", "booking", ()),
    ("je dois décaler mon rendez-vous de mardi", "booking", ()),
    ("je voudrais annuler mon rendez-vous", "booking", ()),
    ("je voudrais annuler", "booking", ()),
    ("est-ce que je peux réserver pour vendredi", "booking", ()),
    ("merci beaucoup", "thanks", ()),
    ("ok merci", "thanks", ()),
    ("au revoir", "goodbye", ()),
    ("merci au revoir bonne journée", "goodbye", ()),
    ("non merci c'est tout", "goodbye", ()),
    ("vous êtes un robot ?", "identity", ()),
    ("qui est à l'appareil", "identity", ()),
    ("pardon je me suis trompé de numéro", "wrong_number", ()),
    ("laissez tomber", "cancelled", ()),
]
QUESTIONS_OF_OTHER_WORDS = [
    ("est-ce qu'il y a un endroit pour se garer à côté", "faq_parking"),
    ("je viens en voiture, il y a un parking ?", "faq_parking"),
    ("on peut stationner facilement ?", "faq_parking"),
    ("le parquing il est loin ?", None),
    ("est-ce que je peux payer par carte", "faq_card"),
    ("vous prenez la carte bleue ?", "faq_card"),
    ("la CB c'est bon chez vous ?", "faq_card"),
    ("vous coiffez aussi les petits enfants", "faq_child"),
    ("vous faites les enfants ?", "faq_child"),
    ("vous travaillez les jours fériés", "faq_holiday"),
    ("est-ce que c'est ouvert un jour férié", "faq_holiday"),
    ("je cherche une carte cadeau pour ma mère", "faq_gift"),
    ("c'est possible d'offrir une carte cadeau ?", "faq_gift"),
    ("comment on fait pour annuler un rendez-vous", "faq_cancel"),
    ("je peux venir avec mon chien ?", "faq_dog"),
    ("les animaux sont acceptés ?", "faq_dog"),
    ("vous utilisez quoi comme champoing", "faq_brand"),
    ("c'est quelle marque vos shampoings", "faq_brand"),
    ("ma mère est en fauteuil, c'est accessible ?", "faq_access"),
    ("c'est accessible aux handicapés", "faq_access"),
    ("quelqu'un parle espagnol chez vous", "faq_lang"),
    ("vous parlez anglais ?", "faq_lang"),
    ("est-ce qu'il faut un rendez-vous ou on peut venir comme ça", "faq_need"),
    ("on peut passer sans rendez-vous ?", "faq_need"),
    ("et si j'arrive en retard ?", "faq_late"),
]
NEAR_MISSES = [
    "est-ce que vous livrez à domicile",
    "vous acceptez les chèques vacances ?",
    "vous vendez des perruques ?",
    "il y a la climatisation ?",
    "vous avez le wifi ?",
    "acceptez-vous les bitcoins",
    "vous recrutez des apprentis en ce moment",
    "quel temps fait-il",
    "vous faites le maquillage de mariée ?",
    "je cherche la pharmacie",
    "est-ce que le tatouage est douloureux",
    "combien de fauteuils vous avez",
    "la facture de mon ordinateur est fausse",
    "vous connaissez un bon restaurant italien",
    "blablabla truc machin",
    "quelle est la capitale de l'Australie",
]


@pytest.mark.parametrize(("speech", "intent", "sources"), UTTERANCES)
def test_an_utterance_is_taken_for_its_intent(
    caller: CallerOf, speech: str, intent: str, sources: tuple[str, ...]
) -> None:
    reply = caller("fr").says(speech)
    assert (reply.intent, reply.sources) == (intent, sources)


@pytest.mark.parametrize(("speech", "faq"), [pair for pair in QUESTIONS_OF_OTHER_WORDS if pair[1]])
def test_a_question_in_other_words_finds_its_answer(caller: CallerOf, speech: str, faq: str) -> None:
    reply = caller("fr").says(speech)
    assert (reply.intent, reply.sources) == ("faq", (faq,))


@pytest.mark.parametrize("speech", NEAR_MISSES)
def test_a_question_without_an_answer_is_not_answered(caller: CallerOf, speech: str) -> None:
    reply = caller("fr").says(speech)
    assert (reply.intent, reply.sources) == ("unknown", ())
