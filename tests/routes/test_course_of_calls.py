"""What ends a call by itself: machines, words in circles, its length; and the language that it goes on in."""

from collections.abc import Iterator

import httpx
import pytest

from modules.receptionist.course import language_of_turn, machine
from ports.dialogue import DialogueState, Heard, Language
from tests.routes.test_engine import NUMBER, OPENAI, call, equip, put_settings
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tools.caller.session import SimulatedCall


@pytest.fixture
def caller(client: httpx.Client, world: World) -> Iterator[SimulatedCall]:
    onboard(client, number=NUMBER)
    with client_of(world) as provider, call(provider) as given:
        given.start()
        yield given


@pytest.mark.parametrize(
    "said",
    [
        "Bonjour, vous êtes bien sur le répondeur de Sample, laissez un message après le bip sonore",
        "Votre correspondant n'est pas disponible pour le moment, merci de rappeler",
        "You have reached the voice mail of Sample",
        "Please leave a message after the tone",
    ],
)
@pytest.mark.parametrize("thinks", [False, True])
def test_an_answering_machine_is_told_nothing(
    caller: SimulatedCall, client: httpx.Client, world: World, said: str, thinks: bool
) -> None:
    if thinks:
        equip(client, OPENAI)
    assert caller.say(said) == []
    assert caller.is_over
    assert world.fakes.openai.requests == []


def test_a_queue_is_waited_for_once(caller: SimulatedCall) -> None:
    waiting = "Tous nos conseillers sont occupés, veuillez patienter"
    assert caller.say(waiting) == []
    assert not caller.is_over
    assert caller.say("Allô, quels sont vos horaires ?")
    caller.say(waiting)
    caller.say(f"{waiting} encore quelques instants")
    assert caller.is_over


@pytest.mark.parametrize(
    "said", ["Je voudrais laisser un message", "Vous êtes disponible demain ?", "I would like to leave a message"]
)
def test_callers_are_no_machines(said: str) -> None:
    assert machine(Heard(said)) is None


def test_the_same_words_over_and_over_end_the_call(caller: SimulatedCall) -> None:
    for _ in range(5):
        assert not caller.is_over
        caller.say("la la la la la")
    assert "raccrocher" in " ".join(caller.say("la la la la la") if not caller.is_over else caller.words)
    assert caller.is_over


def test_whoever_is_never_understood_is_not_kept_for_ever(caller: SimulatedCall) -> None:
    for word in ("zug", "zag", "zog", "zig", "zeg", "zyg", "zag zag", "zog zog"):
        if not caller.is_over:
            caller.say(word)
    assert caller.is_over


def test_a_call_by_documents_ends_after_its_time(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    put_settings(client, max_call_min=2)
    world.clock.advance(minutes=1)
    caller.say("Quels sont vos horaires ?")
    assert not caller.is_over
    world.clock.advance(minutes=1)
    assert caller.say("Quelle est votre adresse ?")[0].endswith("Au revoir.")
    assert caller.is_over


def test_the_other_language_is_spoken_once_it_is_asked_for(caller: SimulatedCall) -> None:
    assert caller.say("Do you speak English?") == ["Of course. How can I help you?"]
    assert 'language="en-US"' in caller.document
    assert "9 AM" in caller.say("What are your opening hours?")[0]
    assert "9 heures" in caller.say("En français s'il vous plaît, quels sont vos horaires ?")[0]


@pytest.mark.parametrize(
    ("own", "before", "said", "expected"),
    [
        ("fr", None, "Bonjour", "fr"),
        ("fr", None, "Vous parlez anglais ?", "en"),
        ("fr", "en", "What time is it?", "en"),
        ("fr", "en", "En français s'il vous plaît", "fr"),
        ("en", None, "Do you speak French?", "fr"),
        ("en", None, "Is Mr French there?", "en"),
        ("fr", None, "Je cherche un cours de conversation", "fr"),
    ],
)
def test_the_language_of_a_turn(own: Language, before: Language | None, said: str, expected: Language) -> None:
    assert language_of_turn(own, DialogueState(language=before), Heard(said)) == expected


def test_the_recogniser_may_hear_another_language() -> None:
    assert language_of_turn("fr", DialogueState(), Heard("Hello", language="en-GB")) == "en"
    assert language_of_turn("fr", DialogueState(), Heard("Hola", language="es-ES")) == "fr"
