"""What is said first besides the greeting itself: that it is a machine that speaks, and what the business has to tell."""

import re
from collections.abc import Mapping

from modules.claims.detect import plain
from ports.dialogue import Language

# A greeting that already says so, in words that people use for it.
_TOLD = re.compile(
    r"\b(?:virtuel\w*|automatique\w*|automatise\w*|intelligence artificielle|\bia\b|robot\w*|assistant vocal"
    r"|assistante vocale|agent vocal|virtual|automated|artificial intelligence|\bai\b|bot|voice assistant|voice agent)\b"
)
_DISCLOSURE: Mapping[Language, str] = {
    "fr": "Je suis un assistant vocal automatique.",
    "en": "I am an automated voice assistant.",
}


def opening_words(greeting: str, language: Language, *, discloses: bool, consent: str | None) -> str:
    """Regulation (EU) 2024/1689, article 50: people are told that they talk to an AI system."""
    said = [greeting.strip()]
    if discloses and not _TOLD.search(plain(greeting)):
        said.append(_DISCLOSURE[language])
    if consent:
        said.append(consent.strip())
    return " ".join(filter(None, said))
