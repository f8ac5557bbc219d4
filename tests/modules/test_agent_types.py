"""The seven agent templates: complete, honest, speakable, in both languages."""

import ast
import re
import sys
from pathlib import Path
from typing import get_args

import pytest

from modules import agent_types as package
from modules.agent_types import (
    AGENT_TYPE_IDS,
    Language,
    LocalisedAgentType,
    ToolName,
    agent_type,
    agent_types,
    render,
)

LANGUAGES: tuple[Language, ...] = get_args(Language)
EVERY = [
    pytest.param(kind, language, id=f"{kind.id}-{language}") for language in LANGUAGES for kind in agent_types(language)
]
EMERGENCY_NUMBERS: dict[Language, set[str]] = {"fr": {"15", "18", "112"}, "en": {"112", "911"}}
DISCLOSURE: dict[Language, str] = {"fr": "agent vocal virtuel", "en": "AI"}
SPOKEN_RULES: dict[Language, tuple[str, ...]] = {
    "fr": (
        "inventer un prix, un horaire, une disponibilité ou un rendez-vous",
        "calculer une date",
        "promettre une heure de rappel",
        "un e-mail ou un sms dont un outil n'a pas confirmé l'envoi",
        "si l'on vous demande un humain, transférez",
        "deux phrases courtes au plus",
    ),
    "en": (
        "invent a price, opening hours, availability or a booking",
        "work out a date",
        "promise a time for a callback",
        "an email or a text message that a tool has not confirmed as sent",
        "asks for a human, transfer",
        "two short sentences at most",
    ),
}


def foreign_braces(text: str) -> list[str]:
    return re.findall(r"[{}]", text.replace("{business}", "").replace("{agent}", ""))


def words(text: str) -> int:
    return len(re.findall(r"[\w{}'-]+", text))


def test_the_seven_types_come_in_the_order_of_the_contract() -> None:
    assert AGENT_TYPE_IDS == (
        "receptionist",
        "multi_purpose",
        "appointment_booking",
        "customer_support",
        "real_estate",
        "real_estate_callback",
        "custom",
    )
    for language in LANGUAGES:
        assert tuple(kind.id for kind in agent_types(language)) == AGENT_TYPE_IDS


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_one_type_is_found_by_its_id(kind: LocalisedAgentType, language: Language) -> None:
    assert agent_type(kind.id, language) == kind


def test_an_unknown_type_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="butler"):
        agent_type("butler", "fr")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_text_is_there_and_clean(kind: LocalisedAgentType, language: Language) -> None:
    for text in (kind.name, kind.description, kind.default_greeting, kind.default_prompt):
        assert text
        assert text == text.strip()
        assert "  " not in text
        assert not re.search(r"[«»“”‘’…–—\u00a0\u202f*#`_|<>\[\]\t]", text)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_only_business_and_agent_are_placeholders(kind: LocalisedAgentType, language: Language) -> None:
    for text in (kind.default_greeting, kind.default_prompt):
        assert "{business}" in text
        assert "{agent}" in text
        assert not foreign_braces(text)
    assert not foreign_braces(kind.name + kind.description)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_greeting_is_short_and_says_that_it_is_a_machine(kind: LocalisedAgentType, language: Language) -> None:
    spoken = render(kind.default_greeting, business="B" * 40, agent="Camille")
    assert len(kind.default_greeting) <= 200
    assert len(spoken) <= 200
    assert DISCLOSURE[language] in spoken
    assert spoken[-1] in ".?"


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_prompt_has_a_length_a_model_keeps_in_mind(kind: LocalisedAgentType, language: Language) -> None:
    assert 120 <= words(kind.default_prompt) <= 400


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_prompt_holds_no_figure_but_the_emergency_numbers(kind: LocalisedAgentType, language: Language) -> None:
    assert set(re.findall(r"\d+", kind.default_prompt)) == EMERGENCY_NUMBERS[language]
    assert not re.search(r"[€$£%]|\b(euros?|dollars?|pounds?|lundi|monday|midi|noon)\b", kind.default_prompt, re.I)
    assert not re.search(r"\d", kind.default_greeting)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_prompt_states_every_rule_of_the_house(kind: LocalisedAgentType, language: Language) -> None:
    prompt = kind.default_prompt.lower()
    assert [rule for rule in SPOKEN_RULES[language] if rule not in prompt] == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_danger_and_the_human_come_before_the_conversation(kind: LocalisedAgentType, language: Language) -> None:
    danger, human, conversation, example = (
        ("en danger", "un humain", "Déroulé de l'appel", "Exemple.")
        if language == "fr"
        else ("in danger", "a human", "How the call goes", "Example.")
    )
    positions = [kind.default_prompt.index(text) for text in (danger, human, conversation, example)]
    assert positions == sorted(positions)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_tools_are_known_and_never_named_to_the_model(kind: LocalisedAgentType, language: Language) -> None:
    assert set(kind.tools) <= set(get_args(ToolName))
    assert len(set(kind.tools)) == len(kind.tools)
    assert {"business_info", "take_message", "transfer_to_human", "end_conversation"} <= set(kind.tools)
    assert [tool for tool in get_args(ToolName) if tool in kind.default_prompt] == []


@pytest.mark.parametrize("type_id", AGENT_TYPE_IDS)
def test_the_languages_differ_in_words_and_agree_on_tools(type_id: str) -> None:
    french, english = agent_type(type_id, "fr"), agent_type(type_id, "en")
    assert french.tools == english.tools
    assert french.name != english.name
    assert french.description != english.description
    assert french.default_greeting != english.default_greeting
    assert not set(french.default_prompt.split("\n\n")) & set(english.default_prompt.split("\n\n"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_types_say_the_same(language: Language) -> None:
    kinds = agent_types(language)
    for texts in zip(*((k.name, k.description, k.default_greeting, k.default_prompt) for k in kinds), strict=True):
        assert len(set(texts)) == len(kinds)


def test_booking_belongs_to_the_types_with_a_calendar() -> None:
    with_calendar = {kind.id for kind in agent_types("fr") if "book_appointment" in kind.tools}
    assert with_calendar == {"multi_purpose", "appointment_booking", "real_estate", "custom"}
    for kind in agent_types("fr"):
        assert ("find_slots" in kind.tools) == (kind.id in with_calendar)


def test_render_fills_both_placeholders_wherever_they_stand() -> None:
    assert render("{agent} : {business}, {business}", business="Chez Zoé", agent="Camille") == (
        "Camille : Chez Zoé, Chez Zoé"
    )


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{0}", "{name}", "{business!r}", "{ agent }", "{{x}}", '{"a": 1}', ""]
)
def test_render_leaves_other_braces_alone(text: str) -> None:
    assert render(text, business="B", agent="A") == text


def test_render_does_not_read_what_it_has_written() -> None:
    assert render("{business} {agent}", business="{agent}", agent=r"\1{business}") == r"{agent} \1{business}"


def test_the_package_imports_the_standard_library_and_itself_only() -> None:
    files = list(Path(package.__file__).parent.glob("*.py"))
    assert len(files) >= 8
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.startswith("modules.agent_types.") or name in sys.stdlib_module_names
