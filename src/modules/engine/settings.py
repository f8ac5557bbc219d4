"""How a business wants its conversations."""

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool

from modules.engine import queries
from modules.engine.costs import CAP_CALL_MINOR, CAP_DAY_MINOR, CURRENCY
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.text import Blank, Input, IsProse, bounded
from ports.context import Ports

Cap = Annotated[int, Field(ge=0, le=1_000_000, description="In hundredths; 0 asks no model at all.")]


class SettingsIn(Input):
    ai_disclosure: StrictBool = Field(
        default=False,
        description="Says that a machine speaks, after a greeting that does not; those of the agent types do.",
    )
    consent_sentence: Annotated[Annotated[str, bounded(1, 500), IsProse] | None, Blank] = Field(
        default=None, description="Said after the greeting, for example that the call is recorded."
    )
    redacts_cards: StrictBool = Field(
        default=True, description="Card numbers, typed or spoken, are neither stored nor told to a model."
    )
    cost_cap_call_minor: Cap = CAP_CALL_MINOR
    cost_cap_day_minor: Cap = CAP_DAY_MINOR
    max_call_min: Annotated[int, Field(ge=1, le=240)] = Field(
        default=30, description="Minutes after which the agent says goodbye."
    )
    records_calls: StrictBool = Field(
        default=False, description="Callers are told, in the consent sentence or in one of ours."
    )
    speech_chars_month: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=100_000,
        description="Characters a month that are made into audio; after them the carrier's voice speaks.",
    )
    mails_reports: StrictBool = Field(
        default=True, description="The owner gets a mail on each conversation that is over."
    )


class ConversationSettings(BaseModel):
    ai_disclosure: bool
    consent_sentence: str | None
    redacts_cards: bool
    cost_cap_call_minor: int
    cost_cap_day_minor: int
    max_call_min: int
    records_calls: bool
    speech_chars_month: int
    mails_reports: bool
    currency: str = CURRENCY


async def get(ports: Ports, tenant_id: str) -> ConversationSettings:
    (found,) = await ports.db.batch(queries.settings(tenant_id))
    given = {name: value for name, value in (found.first or {}).items() if value is not None}
    return ConversationSettings.model_validate({**SettingsIn().model_dump(), **given})


async def put(ports: Ports, principal: Principal, command: SettingsIn) -> ConversationSettings:
    values = (
        int(command.ai_disclosure),
        command.consent_sentence,
        int(command.redacts_cards),
        command.cost_cap_call_minor,
        command.cost_cap_day_minor,
        command.max_call_min,
        int(command.records_calls),
        command.speech_chars_month,
        int(command.mails_reports),
    )
    await ports.db.batch(
        queries.put_settings(principal.tenant.id, values, stored(ports.clock.now())),
        audit.entry(ports, principal, "conversation_settings.changed"),
    )
    return ConversationSettings.model_validate(command.model_dump())
