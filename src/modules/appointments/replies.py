"""An appointment confirmed or cancelled by answering its reminder: decided by the words and the rows, by no model."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from modules.appointments import changes
from modules.appointments import reminder_queries as queries
from modules.appointments.errors import AppointmentClosed, TooLateToChange
from modules.appointments.notices import local_start
from modules.appointments.rows import appointment_of
from modules.instants import stored
from modules.words.text import fold
from ports.context import Ports
from ports.dialogue import Language

COUNTS_FOR = timedelta(days=3)
_YES = frozenset(("1", "oui", "ok", "d accord", "je confirme", "confirme", "confirmer", "yes", "confirm", "i confirm"))
_NO = frozenset(("2", "non", "annuler", "annule", "j annule", "annulez", "no", "cancel", "i cancel"))
_WORDS = {
    "confirmed": {
        "fr": "C'est confirmé : {service}, {when}. À bientôt.",
        "en": "Confirmed: {service}, {when}. See you soon.",
    },
    "cancelled": {
        "fr": "Votre rendez-vous est annulé : {service}, {when}.",
        "en": "Your appointment is cancelled: {service}, {when}.",
    },
    "too_late": {
        "fr": "Il est trop tard pour annuler ici : {service}, {when}. Appelez-nous, s'il vous plaît.",
        "en": "It is too late to cancel here: {service}, {when}. Please call us.",
    },
}


@dataclass(frozen=True, slots=True)
class Replied:
    deed: Literal["confirmed", "cancelled", "too_late"]
    words: str


async def attend(ports: Ports, place: tuple[str, str], phone: str, said: str, language: Language) -> Replied | None:
    """None where it answers no reminder, or more than one. `place` is (tenant, conversation)."""
    word = " ".join(fold(said).replace("'", " ").replace("-", " ").split()).strip(" .!,")
    if word not in _YES | _NO:
        return None
    tenant_id, now = place[0], ports.clock.now()
    span = (stored(now - COUNTS_FOR), stored(now))
    (found,) = await ports.db.batch(queries.reminded(*place, phone, span))
    if len(found.rows) != 1:
        return None
    appointment = appointment_of(found.rows[0])
    deed: Literal["confirmed", "cancelled", "too_late"] = "confirmed" if word in _YES else "cancelled"
    try:
        if deed == "confirmed":
            await changes.confirm(ports, tenant_id, appointment.id)
        else:
            await changes.cancel(ports, tenant_id, appointment.id, "customer")
    except TooLateToChange:
        deed = "too_late"
    except AppointmentClosed:
        return None
    words = _WORDS[deed][language].format(service=appointment.service_name, when=local_start(appointment))
    return Replied(deed, words)
