"""Two invented businesses and a caller that keeps the state between turns, through JSON as the product does."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from modules.receptionist import decide
from ports.dialogue import (
    BusinessFacts,
    DialogueState,
    Faq,
    Heard,
    Language,
    Opening,
    Service,
    TurnReply,
    TurnRequest,
)

FRIDAY_10_30 = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # 10:30 in Paris, 09:30 in London

_SPLIT_DAY = (Opening("14:00", "19:00"), Opening("09:00", "12:30"))
FR_FACTS = BusinessFacts(
    name="Salon Azur",
    timezone="Europe/Paris",
    sector="coiffure",
    address="12 rue des Lilas, 75011 Paris",
    phone="+33139980112",
    email="contact@salon-azur.example",
    website="https://www.salon-azur.example/",
    hours={
        "tue": _SPLIT_DAY,
        "wed": _SPLIT_DAY,
        "thu": _SPLIT_DAY,
        "fri": _SPLIT_DAY,
        "sat": (Opening("09:00", "17:00"),),
    },
    services=(
        Service("svc_f", "Coupe femme", 45, 3500, "EUR"),
        Service("svc_h", "Coupe homme", 30, 2550, "EUR"),
        Service("svc_c", "Coloration", 90, 6000, "EUR"),
        Service("svc_b", "Brushing", 30, 2000, "EUR"),
        Service("svc_l", "Lissage brésilien", 150),
    ),
    faqs=(
        Faq("faq_parking", "Où peut-on se garer ?", "Un parking public se trouve à 100 mètres, rue du Port."),
        Faq("faq_card", "Acceptez-vous la carte bancaire ?", "Oui, la carte est acceptée dès 5 €."),
        Faq("faq_child", "Coiffez-vous les enfants ?", "Oui, à partir de 3 ans."),
        Faq("faq_holiday", "Êtes-vous ouverts les jours fériés ?", "Nous sommes fermés tous les jours fériés."),
        Faq("faq_gift", "Vendez-vous des cartes cadeaux ?", "Oui, au salon, du montant que vous voulez."),
        Faq("faq_cancel", "Comment annuler un rendez-vous ?", "Prévenez-nous au moins 24 heures avant."),
        Faq("faq_dog", "Les chiens sont-ils admis ?", "Les petits chiens tenus en laisse sont les bienvenus."),
        Faq(
            "faq_brand", "Quelles marques de shampoing utilisez-vous ?", "Nous utilisons des produits **bio** Azurine."
        ),
        Faq("faq_access", "Le salon est-il accessible en fauteuil roulant ?", "Oui, l'entrée est de plain-pied."),
        Faq("faq_lang", "Quelles langues parlez-vous ?", "Nous parlons français, anglais et espagnol."),
        Faq("faq_need", "Faut-il prendre rendez-vous ?", "Non, venez sans rendez-vous du mardi au jeudi."),
        Faq("faq_late", "Que se passe-t-il si je suis en retard ?", "Au-delà de 15 minutes, la séance est reportée."),
    ),
    transfer_number="+33139980113",
)
_DAY = (Opening("09:00", "17:30"),)
EN_FACTS = BusinessFacts(
    name="Harbour Dental",
    timezone="Europe/London",
    sector="dentist",
    address="4 Quay Street, Bristol",
    phone="+441174960123",
    email="hello@harbour-dental.example",
    website="harbour-dental.example",
    hours={"mon": _DAY, "tue": _DAY, "wed": _DAY, "thu": _DAY, "fri": _DAY, "sat": (Opening("10:00", "13:00"),)},
    services=(
        Service("svc_check", "Dental check-up", 30, 4500, "GBP"),
        Service("svc_clean", "Scale and polish", 40, 6250, "GBP"),
        Service("svc_white", "Teeth whitening", 60, 25000, "GBP"),
        Service("svc_crown", "Ceramic crown", 75),
        Service("svc_fill", "White filling", 45, 9000, "GBP"),
    ),
    faqs=(
        Faq("faq_parking", "Where can I park?", "There is a public car park behind the practice."),
        Faq("faq_card", "Do you accept credit cards?", "Yes, we accept all major cards."),
        Faq("faq_child", "Do you treat children?", "Yes, from the age of three."),
        Faq("faq_holiday", "Are you open on bank holidays?", "We are closed on every bank holiday."),
        Faq("faq_insurance", "Which insurance plans do you take?", "We work with Bluebell and Oakcare."),
        Faq("faq_cancel", "What is your cancellation policy?", "Please tell us 24 hours before your visit."),
        Faq("faq_pain", "Is whitening painful?", "Most patients feel a slight sensitivity for a day."),
        Faq("faq_access", "Is the practice wheelchair accessible?", "Yes, there is a ramp and a lift."),
        Faq("faq_lang", "Which languages do you speak?", "We speak English, Polish and Welsh."),
        Faq("faq_new", "Are you taking new patients?", "Yes, we are taking new patients this month."),
        Faq("faq_need", "Do I need an appointment?", "Yes, visits are by appointment only."),
        Faq("faq_anxious", "Do you help nervous patients?", "Yes, we offer a quiet room and sedation."),
    ),
    transfer_number="+441174960124",
)


@dataclass
class Caller:
    """Speaks turn after turn; `last` is the receptionist's latest reply."""

    facts: BusinessFacts
    language: Language
    number: str | None = None
    now: datetime = FRIDAY_10_30
    state: DialogueState = field(default_factory=DialogueState)
    last: TurnReply | None = None

    def hears(self, heard: Heard) -> TurnReply:
        turn = TurnRequest(self.language, "Camille", self.facts, self.state, heard, self.now, self.number)
        self.last = decide(turn)
        self.state = DialogueState(**json.loads(json.dumps(asdict(self.last.state))))
        return self.last

    def says(self, *sentences: str, confidence: float | None = None) -> TurnReply:
        replies = [self.hears(Heard(speech=sentence, confidence=confidence)) for sentence in sentences]
        return replies[-1]

    def presses(self, digits: str) -> TurnReply:
        return self.hears(Heard(digits=digits))

    def is_silent(self, times: int = 1) -> TurnReply:
        return [self.hears(Heard()) for _ in range(times)][-1]


CallerOf = Callable[..., Caller]
