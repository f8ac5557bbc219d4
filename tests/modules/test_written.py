"""What the receptionist says on the phone, and what of it may be written."""

import re

import pytest

from modules.engine.speaking import said_of
from modules.messaging.segments import counted, typed
from modules.receptionist.phrases import PHRASES
from modules.receptionist.written import SPOKEN, as_written
from ports.dialogue import BusinessFacts, DialogueState, Heard, Language, TurnRequest
from tests.support.fakes import NOON

# Words of a telephone; "appel" alone stands in "rappel".
_OF_CALLS = re.compile(
    r"raccroch|appuyez|votre appel|entend[us ]|vocal|réécout|épeler|\bpress |hang up|this call|your call|calling|\bhear"
    r"|voice assistant|key it in|spell it|putting you through|mets en relation|par téléphone|by phone"
)
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def turn(language: Language) -> TurnRequest:
    facts = BusinessFacts(
        "Garage Exemple",
        "Europe/Paris",
        phone="+33199001234",
        email="bonjour@sample.example",
        website="https://sample.example",
    )
    return TurnRequest(language, "Camille", facts, DialogueState(), Heard(), NOON, medium="text")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_replacement_is_of_something_that_is_said(language: Language) -> None:
    said = " ".join((*PHRASES[language].values(), said_of(language, "transfer")))
    assert [words for words in SPOKEN[language] if words.strip() not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_call_is_written(language: Language) -> None:
    written = {key: as_written(words, turn(language)) for key, words in PHRASES[language].items()}
    assert {key: words for key, words in written.items() if _OF_CALLS.search(words)} == {}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Notre numéro est le 0, 1, 9, 9, 0, 0, 1, 2, 3, 4.", "Notre numéro est le 01 99 00 12 34."),
        ("Appelez le 0, 6, 3, 9, 9, 8, 0, 0, 0, 1 demain.", "Appelez le 06 39 98 00 01 demain."),
        ("Écrivez à bonjour arobase sample point example.", "Écrivez à bonjour@sample.example."),
        ("Notre site est sample point example.", "Notre site est https://sample.example."),
    ],
)
def test_numbers_and_addresses_are_typed(said: str, written: str) -> None:
    assert as_written(said, turn("fr")) == written


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("é" * 160, "GSM-7", 160, 1),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" + "€" * 80, "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # an escape and its sign are not parted
        ("ê" * 70, "UCS-2", 70, 1),
        ("ê" * 71, "UCS-2", 71, 2),
        ("ê" * 134, "UCS-2", 134, 2),
        ("ê" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("ç", "UCS-2", 1, 1),
        ("Ç", "GSM-7", 1, 1),
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, encoding: str, units: int, segments: int) -> None:
    found = counted(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


def test_what_makes_a_text_costly_is_named_and_typography_taken_out() -> None:
    assert counted("Fenêtre à Noël, ça va").costly == ("ê", "ë", "ç")
    assert counted(typed("L’hôtel « Exemple » – c’est ici…")).costly == ("ô",)
