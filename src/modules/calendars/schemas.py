"""Calendars elsewhere, as they are shown."""

from typing import Literal

from pydantic import BaseModel, Field

from modules.instants import Instant, Second


class Connection(BaseModel):
    id: str
    agent_id: str
    provider: Literal["google", "microsoft"]
    account: str | None
    status: Literal["active", "revoked"] = Field(description="Revoked: its owner has to sign in again.")
    synced_at: Instant | None
    watch_until: Instant | None = Field(
        description="Until when changes are told at once; else they are read every 15 minutes."
    )
    reason: str | None = Field(description="Of the last failure.")
    created_at: Instant


class ExternalEvent(BaseModel):
    id: str
    agent_id: str
    account: str | None
    summary: str | None
    start: Second
    end: Second
