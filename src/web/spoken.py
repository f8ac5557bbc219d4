"""What a caller hears when something on our side has failed: short, honest, in a language they know."""

from collections.abc import Mapping
from typing import Literal

from ports.dialogue import Language
from ports.telephony import Voice

# Calling codes of places where French is the safer guess.
_FRENCH_CODES = (
    "+33",
    "+32",
    "+41",
    "+352",
    "+377",
    "+262",
    "+590",
    "+594",
    "+596",
    "+212",
    "+213",
    "+216",
    "+221",
    "+225",
)

Apology = Literal["moment", "repeat", "sorry", "transfer", "unknown_number"]
APOLOGIES: Mapping[Apology, Mapping[Language, str]] = {
    "moment": {
        "fr": "Un instant, s'il vous plaît.",
        "en": "One moment, please.",
    },
    "repeat": {
        "fr": "Excusez-moi, je n'ai pas pu traiter votre réponse. Pouvez-vous répéter ?",
        "en": "I'm sorry, I could not process that. Could you say it again?",
    },
    "sorry": {
        "fr": "Désolé, nous rencontrons un problème technique. Merci de rappeler un peu plus tard. Au revoir.",
        "en": "I'm sorry, we have a technical problem. Please call again a little later. Goodbye.",
    },
    "transfer": {
        "fr": "Désolé, nous rencontrons un problème technique. Je vous mets en relation.",
        "en": "I'm sorry, we have a technical problem. I am putting you through.",
    },
    "unknown_number": {
        "fr": "Désolé, ce numéro n'est pas en service. Au revoir.",
        "en": "I'm sorry, this number is not in service. Goodbye.",
    },
}


def voice_for_number(number: str) -> Voice:
    return Voice("fr-FR" if number.startswith(_FRENCH_CODES) else "en-US")


def apology(kind: Apology, voice: Voice) -> str:
    return APOLOGIES[kind]["fr" if voice.language.startswith("fr") else "en"]


_DEMONSTRATION = {
    "fr": (
        "Bonjour, vous êtes en ligne avec Coccinelle, l'accueil téléphonique automatique des petites entreprises. "
        "Je réponds aux appels jour et nuit, avec les informations de l'entreprise : horaires, tarifs, rendez-vous, messages. "
        "Pour entendre votre propre agent sur ce numéro, créez votre compte et confirmez votre téléphone. À bientôt."
    ),
    "en": (
        "Hello, this is Coccinelle, the automated front desk for small businesses. "
        "I answer calls day and night from the business's own information: opening hours, prices, appointments, messages. "
        "To hear your own agent on this number, create your account and confirm your telephone. Goodbye."
    ),
}


def demonstration(voice: Voice) -> str:
    """What somebody hears who calls the trial number and has no agent: the product speaks of itself."""
    return _DEMONSTRATION["fr" if voice.language.startswith("fr") else "en"]
