"""Words for the ear: what is written, as a voice has to be given it."""

from collections.abc import Mapping

from modules.aloud import english, french
from modules.aloud.french import Rule
from modules.aloud.numbers import in_words
from modules.aloud.writing import tidied, without_markup
from ports.dialogue import Language
from ports.telephony import Voice

__all__ = ["aloud", "clock", "in_words", "spoken"]

# Whose voices read digits one way or another: they are given words.
_READ_NO_NUMBERS = frozenset({"elevenlabs", "workers_ai"})

_RULES: Mapping[Language, tuple[Rule, ...]] = {"fr": french.RULES, "en": english.RULES}


def aloud(text: str, language: Language) -> str:
    """Signs, abbreviations, times, dates, prices, units and numbers of telephones in words; plain numbers stay digits.

    What has been put into words already stays as it is.
    """
    text = without_markup(text, language)
    for pattern, said in _RULES[language]:
        text = pattern.sub(said, text)
    return tidied(text)


def spoken(text: str, voice: Voice) -> str:
    """As this voice has to be given it."""
    language: Language = "fr" if voice.language.startswith("fr") else "en"
    said = aloud(text, language)
    return in_words(said, language) if voice.provider.strip().lower() in _READ_NO_NUMBERS else said


def clock(minute: int, language: Language) -> str:
    """A time of day, given in minutes after midnight."""
    hour, rest = divmod(minute % (24 * 60), 60)
    return french.clock(hour, rest) if language == "fr" else english.clock(hour, rest)
