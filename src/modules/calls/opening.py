"""What is said first on a call, and its audio ahead of the first caller."""

from collections.abc import Mapping

from modules.agent_types import render
from modules.calls import side_queries
from modules.engine import facts as read
from modules.engine.greeting import opening_words
from modules.queued import soon
from modules.speech.service import PROVIDERS, prepare
from ports.context import Ports
from ports.database import Row
from ports.dialogue import Language

JOB = "make_greeting"
_RECORDED: Mapping[Language, str] = {"fr": "Cet appel est enregistré.", "en": "This call is recorded."}


def greeting_of(row: Row) -> str:
    """With what has to be told: that a machine speaks, and that the call is recorded."""
    agent = read.agent_config(row)
    return opening_words(
        render(agent.greeting, business=str(row["name"]), agent=agent.name),
        agent.language,
        discloses=bool(row["ai_disclosure"]),
        consent=_consent(row, agent.language),
    )


def _consent(row: Row, language: Language) -> str | None:
    """Whoever is recorded is told so, in the business's words or in ours."""
    if row["consent_sentence"]:
        return str(row["consent_sentence"])
    return _RECORDED[language] if row["records_calls"] else None


async def prepare_soon(ports: Ports, tenant_id: str, agent_id: str, voice_provider: str) -> None:
    """After the batch that publishes."""
    if voice_provider in PROVIDERS:
        await soon(ports, JOB, {"tenant_id": tenant_id, "agent_id": agent_id})


async def make_greeting(ports: Ports, tenant_id: str, agent_id: str) -> bool:
    """Whether the greeting is there as audio now; a voice of the carrier's needs none."""
    (found,) = await ports.db.batch(side_queries.greeting(tenant_id, agent_id or None))
    if found.first is None:
        return False
    return await prepare(ports, tenant_id, greeting_of(found.first), read.agent_config(found.first).voice)
