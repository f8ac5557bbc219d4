"""Callers with a goal, against the receptionist without a model and against a model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.business import STEPS, onboard, save, sign_up, start
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tools.caller.personas import OutcomeDiffers, Persona, load, play
from tools.caller.session import SimulatedCall
from tools.runtime.locations import ROOT

NUMBER = "+33199001234"
ENGLISH = {
    "faqs": [
        {"question": "Do you lend a car during repairs?", "answer": "Yes, we lend a courtesy car on request."},
        {"question": "Which payment methods do you accept?", "answer": "You can pay by card, cash or transfer."},
        {"question": "Do you repair electric cars?", "answer": "Yes, a certified mechanic looks after electric cars."},
    ],
}
SCRIPTS = {language: load(ROOT / f"tools/scripts/callers_{language}.yaml") for language in ("fr", "en")}
CASES = [
    (language, brain, persona)
    for language, personas in SCRIPTS.items()
    for persona in personas
    for brain in persona.brains
]


def garage(client: httpx.Client, language: str, brain: str) -> str:
    tenant_id = onboard(client, number=NUMBER) if language == "fr" else onboard_in_english(client)
    if brain == "model":
        client.put("/api/v1/integrations/openai/credentials", json={"api_key": "sk-sample-0123456789abcdef"})
        (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
        models = [{"provider": "openai", "model": "gpt-4.1-mini"}]
        client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"models": models})
    return tenant_id


def onboard_in_english(client: httpx.Client) -> str:
    services = [{"name": "Oil change", "duration_min": 45, "price_minor": 8900, "currency": "EUR"}]
    changes: dict[str, dict[str, Any]] = {
        "business": {},
        "knowledge": ENGLISH,
        "services": {"services": services},
        "assistant": {"voice_language": "en-GB", "phone_number": NUMBER},
    }
    tenant_id = str(sign_up(client)["tenant"]["id"])
    session = start(client)
    for step in STEPS:
        answer = save(client, session, step, **changes[step])
        assert answer.status_code == 200, answer.text
    return tenant_id


def test_there_are_forty_scripts() -> None:
    assert sum(len(personas) for personas in SCRIPTS.values()) >= 40


@pytest.mark.parametrize(
    ("language", "brain", "persona"), CASES, ids=[f"{language}-{p.name}-{brain}" for language, brain, p in CASES]
)
def test_the_caller_gets_what_they_came_for(language: str, brain: str, persona: Persona) -> None:
    world = World()

    def read(query: str, *values: Any) -> Sequence[Mapping[str, Any]]:
        return world.db.rows(query, *values)

    with client_of(world) as client, client_of(world) as provider:
        tenant_id = garage(client, language, brain)
        account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
        call = SimulatedCall(provider, NUMBER, "+33639980001", account, token)
        play(call, persona, read, tenant_id)


@pytest.mark.parametrize(
    "outcome",
    [{"conversation": "transferred"}, {"tickets": [{"body": "x"}]}, {"never": ["bonjour"]}],
)
def test_an_outcome_that_differs_is_told(outcome: dict[str, Any]) -> None:
    persona = Persona("sample", "> êtes-vous ouvert samedi ?", outcome)
    with pytest.raises(OutcomeDiffers):
        test_the_caller_gets_what_they_came_for("fr", "receptionist", persona)


def test_a_script_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- {name: x, persona: y, goal: z, call: '> a', outcome: {}, wish: w}")
    with pytest.raises(ValueError, match="wish"):
        load(tmp_path / "x.yaml")
