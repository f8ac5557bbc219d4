"""Addresses and names that are spelled aloud."""

import pytest

from modules.receptionist.spelling import spelled_name, spoken_email


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("sample@exemple.fr", "fr", "sample@exemple.fr"),
        ("mon adresse c'est sample arobase exemple point fr", "fr", "sample@exemple.fr"),
        ("Sample point Caller arobase exemple point fr", "fr", "sample.caller@exemple.fr"),
        ("s a m p l e arobase exemple tiret auto point fr", "fr", "sample@exemple-auto.fr"),
        ("sample tiret bas deux sept arobase exemple point com", "fr", "sample_27@exemple.com"),
        ("d comme Daniel u p o n t arobase exemple point fr", "fr", "dupont@exemple.fr"),
        ("c'est élodie arobase exemple point fr", "fr", "elodie@exemple.fr"),
        ("my email is sample at example dot com", "en", "sample@example.com"),
        ("sample dot caller at mail dot example dot co dot uk", "en", "sample.caller@mail.example.co.uk"),
        ("s as in Sierra a m at example dot org", "en", "sam@example.org"),
        ("sample underscore one two at example dot com", "en", "sample_12@example.com"),
        ("je n'ai pas d'adresse", "fr", None),
        ("exemple point fr", "fr", None),
        ("", "en", None),
        ("call me at five", "en", None),
    ],
)
def test_an_address_is_read(words: str, language: str, expected: str | None) -> None:
    assert spoken_email(words, language) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("d u p o n t", "fr", "Dupont"),
        ("D, U, P, O, N, T", "fr", "Dupont"),
        ("d comme Daniel, u, p, o, n, t comme Thérèse", "fr", "Dupont"),
        ("emme a i grec a", "fr", "Maya"),
        ("double vé a elle te e erre", "fr", "Walter"),
        ("s m i t h", "en", "Smith"),
        ("s as in Sierra m i t h", "en", "Smith"),
        ("double u o o dee", "en", "Wood"),
        ("Sample Caller", "en", None),
        ("oui", "fr", None),
    ],
)
def test_a_name_is_read(words: str, language: str, expected: str | None) -> None:
    assert spelled_name(words, language) == expected  # type: ignore[arg-type]
