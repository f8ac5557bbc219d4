"""What is written besides the agent's answers: first words, receipts, and the words that carriers and the law know."""

from collections.abc import Mapping
from typing import Literal

from modules.words.text import fold
from ports.dialogue import Language

Said = Literal["stop", "start", "help"]

# Words that Twilio obeys and answers itself on SMS, whatever we think of them; and what else somebody may write.
_CARRIERS = {
    "stop": frozenset(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke")),
    "start": frozenset(("start", "unstop")),
    "help": frozenset(("help", "info")),
}
_OURS = {
    "stop": frozenset(
        ("stop", "stopall", "unsubscribe", "arret", "arreter", "desabonner", "desinscription", "stop sms", "stop svp")
    ),
    "start": frozenset(("start", "unstop", "reprendre", "reabonner")),
    "help": frozenset(("help", "aide")),
}
_YES = frozenset(("yes", "oui"))

INTRO: Mapping[Language, str] = {
    "fr": "Bonjour, ici {agent}, assistant virtuel de {business}. ",
    "en": "Hello, this is {agent}, the virtual assistant of {business}. ",
}
LETTER: Mapping[Language, str] = {
    "fr": "Bonjour,\n\n{words}\n\n{agent}\nAssistant virtuel, {business}\n",
    "en": "Hello,\n\n{words}\n\n{agent}\nVirtual assistant, {business}\n",
}
FILE_ONLY: Mapping[Language, str] = {
    "fr": "J'ai bien reçu votre fichier, mais je ne peux pas l'ouvrir : un collègue le regardera. Que souhaitez-vous ?",
    "en": "I have received your file but cannot open it: a colleague will look at it. What would you like?",
}
RECEIPT: Mapping[Language, str] = {
    "fr": "Nous avons bien reçu votre message. Un collègue vous répondra ici.",
    "en": "We have received your message. A colleague will answer you here.",
}
CONSENT: Mapping[Said, Mapping[Language, str]] = {
    "stop": {
        "fr": "{business} : vous ne recevrez plus de messages de ce numéro. Pour en recevoir de nouveau : REPRENDRE.",
        "en": "{business}: you will get no more messages from this number. To get them again: START.",
    },
    "start": {
        "fr": "{business} : vous recevrez de nouveau nos messages. Pour ne plus en recevoir : STOP.",
        "en": "{business}: you will get our messages again. To stop them: STOP.",
    },
    "help": {
        "fr": "{business}{phone} : écrivez-nous ici. Pour ne plus recevoir de messages : STOP.",
        "en": "{business}{phone}: write to us here. To get no more messages: STOP.",
    },
}


def control_word(body: str, told: str, *, by_carrier: bool, has_withdrawn: bool) -> tuple[Said, bool] | None:
    """What a message asks for that the law knows, and whether the vendor answers it; None for any other message.

    `told` is what the vendor itself made of it (OptOutType). "Yes" brings back who had left, and is a plain yes of
    everybody else.
    """
    kinds: tuple[Said, ...] = ("stop", "start", "help")
    if told.lower() in kinds:
        return next(kind for kind in kinds if kind == told.lower()), True
    word = fold(body).strip(" .!,\n\"'")
    for kind in kinds:
        if by_carrier and word in _CARRIERS[kind]:
            return kind, True
        if word in _OURS[kind]:
            return kind, False
    return ("start", by_carrier) if has_withdrawn and word in _YES else None
