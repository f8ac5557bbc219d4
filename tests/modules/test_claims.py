"""Which claims sentences make, measured on the sets in tests/sets."""

from pathlib import Path

import pytest

from modules.claims.detect import claims_of, sentences
from modules.claims.english import ENGLISH
from modules.claims.french import FRENCH
from modules.engine.truth import checked

SETS = Path(__file__).resolve().parents[1] / "sets"
GRAMMARS = {"fr": FRENCH, "en": ENGLISH}


def cases(name: str) -> list[tuple[str, str]]:
    lines = (SETS / f"{name}.txt").read_text().splitlines()
    parted = (line.partition(" | ") for line in lines if line and not line.startswith("#"))
    return [(kind, sentence) for kind, _, sentence in parted]


def measured(name: str) -> tuple[list[str], list[str], list[str]]:
    """(claims that were not seen, seen as another kind, seen where there is none)"""
    grammar = GRAMMARS[name[-2:]]
    missed, other, false = [], [], []
    for kind, sentence in cases(name):
        found = claims_of(sentence, grammar)
        if kind == "-":
            false += [sentence] if found else []
        elif not found:
            missed.append(sentence)
        elif kind not in found:
            other.append(sentence)
    print(f"\n{name}: {len(cases(name))} sentences; missed {missed}; other kind {other}; false alarms {false}")
    return missed, other, false


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sets_are_as_large_as_they_should_be(language: str) -> None:
    kinds = [kind for kind, _ in cases(f"claims_{language}")]
    assert min(kinds.count("-"), len(kinds) - kinds.count("-")) >= 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_claims_are_seen_and_others_left_alone(language: str) -> None:
    assert measured(f"claims_{language}") == ([], [], [])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sentences_held_back_from_the_first_rules(language: str) -> None:
    missed, other, false = measured(f"claims_held_out_{language}")
    assert (missed, false) == ([], [])
    assert len(other) <= 4


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sentences_that_no_rule_was_made_for(language: str) -> None:
    """An honest measure of what rules can do; the figures stand in docs/conversation.md."""
    missed, _, false = measured(f"claims_fresh_{language}")
    assert len(missed) <= 8
    assert len(false) <= 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sentences_that_were_unseen_once(language: str) -> None:
    missed, _, false = measured(f"claims_unseen_{language}")
    assert len(missed) <= 1
    assert false == []


@pytest.mark.parametrize("text", ["", "...", "?", "a" * 10_000, "c'est noté " * 500, "\u0000", "!!!???..."])
def test_no_words_break_it(text: str) -> None:
    for grammar in GRAMMARS.values():
        claims_of(text, grammar)
    assert "".join(sentences(text)).strip() == text.strip()


@pytest.mark.parametrize(
    ("words", "evidence", "expected"),
    [
        ("Bonjour. C'est noté.", ("noted",), "Bonjour. C'est noté."),
        ("Bonjour. C'est noté.", (), "Bonjour. Rien n'est encore noté. Souhaitez-vous que je prenne un message ?"),
        (
            "C'est réservé pour mardi. Autre chose ?",
            (),
            "Autre chose ? Je n'ai rien réservé. Je peux noter votre souhait pour l'équipe.",
        ),
        ("Un collègue vous rappellera à 17 heures.", ("noted",), "Votre message est noté, l'équipe le verra."),
        ("Voulez-vous que je réserve ?", (), "Voulez-vous que je réserve ?"),
    ],
)
def test_the_truth_takes_the_place_of_what_is_not_so(words: str, evidence: tuple[str, ...], expected: str) -> None:
    assert checked(words, "fr", frozenset(evidence))[0] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["booked", "changed", "cancelled", "noted", "sent", "transferred", "promised"])
def test_what_is_said_instead_claims_nothing(language: str, kind: str) -> None:
    false = next(sentence for one, sentence in cases(f"claims_{language}") if one == kind)
    instead, taken = checked(false, language, frozenset())  # type: ignore[arg-type]
    assert taken
    assert checked(instead, language, frozenset()) == (instead, ())  # type: ignore[arg-type]
