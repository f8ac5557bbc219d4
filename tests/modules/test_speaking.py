"""What is said while a model still writes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

import pytest

from modules.engine.engine import converse
from modules.engine.filler import is_filler
from modules.engine.replay import StandingClock
from modules.engine.speaking import Hush
from modules.engine.tools import Deeds
from modules.engine.values import Brain, Choice, Outcome
from ports.dialogue import BusinessFacts, DialogueState, Heard, Language, TurnRequest
from ports.language_model import Ended, LanguageModel, ModelEvent, ModelRequest, ToolCall, Words
from ports.vendors import Credential, VendorUnavailable

NOW = datetime(2026, 11, 20, 11, tzinfo=UTC)
NOTE = ToolCall("call_1", "take_message", '{"name": "Sample", "reason": "x", "phone_number": "+33639980001"}')
Script = Sequence[ModelEvent | Exception]


class Scripted(LanguageModel):
    """Writes one exchange after another, and tells when it wrote what."""

    def __init__(self, log: list[str], *exchanges: Script) -> None:
        self._log = log
        self._exchanges = list(exchanges)

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        for event in self._exchanges.pop(0):
            await asyncio.sleep(0)
            if isinstance(event, Exception):
                raise event
            self._log.append(f"wrote {event.text}" if isinstance(event, Words) else type(event).__name__)
            yield event


class Mouth:
    """`until`: the caller begins to speak when this is said."""

    def __init__(self, log: list[str], failure: Exception | None = None, until: str = "") -> None:
        self._log = log
        self._failure = failure
        self._until = until
        self.hush = Hush()

    async def say(self, words: str) -> None:
        self._log.append(f"said {words}")
        if words == self._until:
            self.hush.now()

    async def commit(self, deeds: Deeds) -> None:
        if self._failure:
            raise self._failure
        self._log.append("committed")


def speak(
    *exchanges: Script, failure: Exception | None = None, evidence: Sequence[str] = (), until: str = ""
) -> tuple[list[str], Outcome]:
    log: list[str] = []
    choice = Choice("openai", "scripted", Scripted(log, *exchanges), None)
    brain = Brain((choice,), "", ("take_message",), evidence=frozenset(evidence))  # type: ignore[arg-type]
    facts = BusinessFacts("Garage Exemple", "Europe/Paris")
    turn = TurnRequest("fr", "Camille", facts, DialogueState(), Heard("Bonjour"), NOW)
    outcome = asyncio.run(converse(turn, brain, StandingClock(NOW), Mouth(log, failure, until)))
    return log, outcome


def said(log: list[str]) -> list[str]:
    return [line.removeprefix("said ") for line in log if line.startswith("said ")]


def words(*pieces: str) -> list[ModelEvent]:
    return [*(Words(piece) for piece in pieces), Ended("stop", 1, 1)]


def test_a_sentence_is_said_before_the_next_is_written() -> None:
    log, outcome = speak(words("Bon", "jour. Nous ", "sommes là. ", "À vous."))
    assert log.index("said Bonjour.") < log.index("wrote À vous.")
    assert said(log) == ["Bonjour.", "Nous sommes là.", "À vous."]
    assert outcome.reply.words == "Bonjour. Nous sommes là. À vous."


def test_a_booking_that_was_not_made_is_never_said() -> None:
    log, outcome = speak(words("Très bien. ", "C'est réservé pour ", "mardi à dix heures. ", "À bientôt."))
    assert said(log) == [
        "Très bien.",
        "À bientôt.",
        "Je n'ai rien réservé. Je peux noter votre souhait pour l'équipe.",
    ]
    assert outcome.false_claims == ("booked",)
    assert outcome.reply.words == " ".join(said(log))


def test_what_was_done_is_written_before_it_is_said() -> None:
    log, outcome = speak([NOTE, Ended("tool_calls", 1, 1)], words("Merci. ", "C'est noté. ", "Au revoir."))
    assert said(log) == ["Merci.", "C'est noté.", "Au revoir."]
    assert log.index("said Merci.") < log.index("committed") < log.index("said C'est noté.")
    assert log.count("committed") == 1
    assert outcome.reply.message


def test_what_stands_from_before_is_said_at_once() -> None:
    log, _ = speak(words("C'est bien noté."), evidence=("noted",))
    assert log[-1] == "said C'est bien noté."
    assert "committed" not in log


def test_what_could_not_be_written_is_not_said() -> None:
    with pytest.raises(OSError, match="lost"):
        speak([NOTE, Ended("tool_calls", 1, 1)], words("C'est noté."), failure=OSError("lost"))


def test_half_a_sentence_of_a_model_that_dies_is_not_said() -> None:
    log, outcome = speak([Words("Bonjour. Je vais rega"), VendorUnavailable("broken_stream")])
    assert said(log) == ["Bonjour."]
    assert (outcome.reply.words, outcome.degraded) == ("Bonjour.", "broken_stream")


def test_a_model_that_dies_before_a_word_leaves_it_to_the_receptionist() -> None:
    log, outcome = speak([Words("Bon"), VendorUnavailable("broken_stream")])
    assert said(log) == [outcome.reply.words]
    assert outcome.decided_by == "receptionist"


def test_a_lecture_ends() -> None:
    log, _ = speak(words(*["Une phrase. "] * 50))
    assert len(said(log)) == 4


def test_whoever_is_interrupted_writes_and_says_nothing_more() -> None:
    log, outcome = speak(words("Bonjour. ", "Nous sommes là. ", "À vous. ", "Voilà."), until="Nous sommes là.")
    assert said(log) == ["Bonjour.", "Nous sommes là."]
    assert "wrote Voilà." not in log
    assert (outcome.reply.words, outcome.degraded, outcome.is_hushed) == (
        "Bonjour. Nous sommes là.",
        "interrupted",
        True,
    )


def test_what_was_done_before_the_interruption_stands() -> None:
    log, outcome = speak(
        [NOTE, Ended("tool_calls", 1, 1)], words("Merci. ", "C'est noté. ", "Au revoir."), until="Merci."
    )
    assert said(log) == ["Merci."]
    assert outcome.reply.message
    assert (outcome.reply.words, outcome.decided_by) == ("Merci.", "openai:scripted")


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Un instant, je vérifie.", "fr", True),
        ("Très bien, je regarde les disponibilités.", "fr", True),
        ("Laissez-moi vérifier cela pour vous.", "fr", True),
        ("Je vais consulter l'agenda.", "fr", True),
        ("Ne quittez pas.", "fr", True),
        ("Nous ouvrons à neuf heures.", "fr", False),
        ("Je vous recherche ?", "fr", False),
        ("La réparation prend un instant.", "fr", False),
        ("One moment please, I am checking.", "en", True),
        ("Sure, let me check that for you.", "en", True),
        ("I'll look that up.", "en", True),
        ("Hold on a second.", "en", True),
        ("We open at nine.", "en", False),
        ("A minute of parking is free for customers of the garage on every day of the whole year.", "en", False),
    ],
)
def test_what_only_announces_a_silence(sentence: str, language: Language, expected: bool) -> None:
    assert is_filler(sentence, language) is expected


def test_nobody_is_told_to_wait() -> None:
    log, outcome = speak([Words("Un instant, je vérifie. "), NOTE, Ended("tool_calls", 1, 1)], words("C'est noté."))
    assert said(log) == ["C'est noté."]
    log, outcome = speak(words("Je vérifie."))
    assert outcome.degraded == "empty"
    assert said(log) == [outcome.reply.words]
