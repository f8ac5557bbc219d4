"""What is written and how it is said: sets that were written before the rules."""

from pathlib import Path

import pytest

from modules.aloud import aloud, in_words
from ports.dialogue import Language

SETS = Path(__file__).parents[1] / "sets"


def pairs(language: Language) -> list[tuple[Language, str, str]]:
    lines = (SETS / f"aloud_{language}.txt").read_text(encoding="utf-8").splitlines()
    split = [line.rpartition(" | ") for line in lines if " | " in line and not line.startswith("# What")]
    return [(language, written, said) for written, _, said in split]


PAIRS = [*pairs("fr"), *pairs("en")]


@pytest.mark.parametrize(("language", "written", "said"), PAIRS)
def test_it_is_said_as_it_should_be(language: Language, written: str, said: str) -> None:
    assert in_words(aloud(written, language), language) == said


@pytest.mark.parametrize(("language", "written", "said"), PAIRS)
def test_what_is_said_is_said_again_unchanged(language: Language, written: str, said: str) -> None:
    once = aloud(written, language)
    assert aloud(once, language) == once
    assert in_words(aloud(said, language), language) == said


def test_there_are_enough() -> None:
    assert len(PAIRS) >= 400
