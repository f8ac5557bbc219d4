"""Numbers of a business's own account at the carrier, as they come in and go out."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.text import Id, Input, PhoneText, bounded

State = Literal["intended", "saved", "configured", "removing", "removed", "buying", "releasing", "released", "failed"]


class Import(Input):
    phone_numbers: Annotated[list[PhoneText], Field(min_length=1, max_length=100)]
    agent_id: Id | None = Field(default=None, description="That answers them; the default one when it is left out.")


class Purchase(Input):
    phone_number: PhoneText
    agent_id: Id | None = None


class CarrierNumberOut(BaseModel):
    """A number in the account at the carrier."""

    phone_number: str
    name: str
    has_voice: bool
    has_sms: bool
    is_ours: bool = Field(description="Whether its calls come here.")
    state: State | None = Field(description="What was asked for here; null for a number that was never imported.")


class PhoneLine(BaseModel):
    """A number that was imported or bought."""

    id: str
    phone_number: str
    agent_id: str
    state: State
    reason: str | None = Field(description="Why it is not further: a word of ours or the carrier's code.")
    has_previous: bool = Field(description="Whether settings from before are kept, to be put back on removal.")
    created_at: Instant
    updated_at: Instant


class BundleOut(BaseModel):
    """Papers that a country wants before it gives a number, as the carrier judges them."""

    id: str
    name: str
    status: str
    valid_until: str | None
    reasons: list[str] = Field(description="Why they were rejected, in the carrier's words.")


class ForwardingCode(BaseModel):
    when: Literal["always", "no_answer", "unreachable", "busy", "cancel"]
    code: str = Field(description="To be dialled on the phone whose calls are forwarded.")


class NewForwarding(Input):
    own_number: PhoneText
    mapping_id: Id


class Forwarding(BaseModel):
    id: str
    own_number: str
    mapping_id: str
    phone_number: str = Field(description="Of the agent, that calls are forwarded to.")
    tested_at: Instant | None
    verified_at: Instant | None = Field(description="When a test call to the own number arrived at the agent's.")
    codes: list[ForwardingCode]


class TrialCaller(BaseModel):
    caller_number: str
    verified_at: Instant


class NewTrialCaller(Input):
    phone_number: PhoneText


class TrialCode(Input):
    phone_number: PhoneText
    code: Annotated[str, bounded(6, 6, r"^[0-9]{6}$")]


class Trial(BaseModel):
    trial_number: str | None = Field(description="Null where this installation has none.")
    callers: list[TrialCaller]
