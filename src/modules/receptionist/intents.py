"""Rules that recognise what a caller wants: short controls, requests and questions about the business."""

from dataclasses import dataclass

from modules.receptionist.patterns import (
    CONTROLS,
    HOW,
    NO,
    QUESTION,
    REQUESTS,
    SURE_REQUEST,
    WHETHER,
    YES,
)
from modules.receptionist.topics import TOPICS
from modules.words.lexicon import STOP
from modules.words.text import Utterance, utterance
from ports.dialogue import Language

SURE = 0.8
FILLERS = frozenset(
    ("euh", "heu", "hum", "ah", "oh", "eh", "ben", "bah", "alors", "mais", "well", "um", "uh", "er", "so")
)
UNSURE = 0.45  # less than any answer on file
# A keyword alone explains too little of a longer sentence to be taken for its subject.
LEAST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Guess:
    intent: str
    score: float


def control(said: Utterance, language: Language) -> str | None:
    """A short word to steer the call ("au revoir", "repeat"): only when nothing else is said with it."""
    if _content(_without_controls(said.plain, language), language):
        return None
    return next((intent for intent, pattern in CONTROLS[language].items() if pattern.search(said.plain)), None)


def yes_or_no(said: Utterance, language: Language) -> bool | None:
    """The answer to a closed question, taken from its first words; None when it is neither."""
    plain = said.plain
    if NO[language].search(plain):
        return False
    return True if YES[language].match(" ".join(_after_fillers(said.words))) else None


def is_bare_answer(said: Utterance, language: Language) -> bool:
    rest = NO[language].sub(" ", YES[language].sub(" ", said.plain))
    return not _content(_without_controls(rest, language), language)


def asks_for_a_human(text: str, language: Language) -> bool:
    wish = request(utterance(text, language), language)
    return wish is not None and wish.intent == "human"


def request(said: Utterance, language: Language) -> Guess | None:
    """Something to be done: a human, a message, an appointment."""
    plain = said.plain
    for intent, pattern in REQUESTS[language].items():
        if not pattern.search(plain):
            continue
        if intent != "booking":
            return Guess(intent, 1.0)
        if not WHETHER[language].search(plain):
            return Guess(intent, _booking_score(said, language))
    return None


def _booking_score(said: Utterance, language: Language) -> float:
    if HOW[language].search(said.plain):
        return UNSURE
    return 1.0 if SURE_REQUEST[language].search(said.plain) or len(said.content) <= 1 else SURE


def topics(said: Utterance, language: Language) -> list[Guess]:
    """What is asked about the business, likeliest first."""
    guesses = []
    for intent, topic in TOPICS[language].items():
        score = share = sum(map(topic.explains, said.content)) / max(1, len(said.content))
        if topic.sentence.search(said.plain):
            score = max(SURE, share)
        elif not any(topic.own.fullmatch(word) for word in said.content):
            score = share if share == 1 and any(topic.hints.fullmatch(word) for word in said.content) else 0.0
        if score >= LEAST_SHARE:
            guesses.append(Guess(intent, score))
    return sorted(guesses, key=lambda guess: -guess.score)


def unexplained(said: Utterance, intent: str, language: Language) -> list[str]:
    """The content words that the intent itself does not account for: the service in "how much is a haircut"."""
    return [word for word in said.content if not TOPICS[language][intent].explains(word)]


def is_question(said: Utterance, language: Language) -> bool:
    return "?" in said.raw or QUESTION[language].search(said.plain) is not None


def opens_with_question(said: Utterance, language: Language) -> bool:
    return QUESTION[language].match(said.plain) is not None


def _after_fillers(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and words[0] in FILLERS:
        words = words[1:]
    return words


def _content(plain: str, language: Language) -> list[str]:
    return [word for word in plain.split() if word not in STOP[language]]


def _without_controls(plain: str, language: Language) -> str:
    for pattern in CONTROLS[language].values():
        plain = pattern.sub(" ", plain)
    return plain
