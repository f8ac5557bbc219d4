"""What a number does while the business is closed, where its owner wants something else than the agent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from modules.business.hours import is_open
from ports.dialogue import BusinessFacts, Language

After = Literal["agent", "voicemail", "transfer"]
_WORDS: Mapping[tuple[After, Language], str] = {
    ("voicemail", "fr"): "{name}, bonjour. Nous sommes fermés. Laissez votre nom et votre message après le signal.",
    (
        "voicemail",
        "en",
    ): "Hello, this is {name}. We are closed. Please leave your name and your message after the tone.",
    ("transfer", "fr"): "{name}, bonjour. Nous sommes fermés, je transfère votre appel.",
    ("transfer", "en"): "Hello, this is {name}. We are closed, I am transferring your call.",
}


def after_hours(facts: BusinessFacts, wanted: str, now: datetime) -> After:
    """The agent answers while it is open, when no hours were given, and when there is nobody to transfer to."""
    if facts.hours is None or is_open(facts.hours, ZoneInfo(facts.timezone), now):
        return "agent"
    if wanted == "transfer" and facts.transfer_number:
        return "transfer"
    return "voicemail" if wanted == "voicemail" else "agent"


def closed_words(after: After, name: str, language: Language) -> str:
    return _WORDS[after, language].format(name=name)
