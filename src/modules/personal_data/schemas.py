"""What is given out, how long things are kept, what becomes of a business that leaves."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.text import Input, Name

Days = Annotated[int, Field(ge=1, le=3650)]


class RetentionIn(Input):
    """Days; null: for as long as the business stays."""

    transcripts_days: Days | None = Field(description="What was said, since the conversation's last message.")
    recordings_days: Days | None = Field(description="Recorded calls and messages on the answering machine.")
    audio_days: Days | None = Field(description="The agent's own words as audio, which are made again when needed.")


class Retention(BaseModel):
    transcripts_days: int | None
    recordings_days: int | None
    audio_days: int | None


class Export(BaseModel):
    id: str
    customer_id: str | None = Field(description="Of whom; null: the whole business.")
    state: Literal["queued", "running", "ready", "failed", "expired"]
    bytes: int | None
    counts: dict[str, int] = Field(description="Rows by table, `objects` and `vectors`.")
    reason: str | None
    created_at: Instant
    ready_at: Instant | None
    url: str | None = Field(description="Of the archive (ZIP), for an hour; null while there is none.")
    kept_until: Instant | None


class ExportOut(BaseModel):
    success: Literal[True] = True
    export: Export


class Leaving(Input):
    confirm: Name = Field(description="The business's name, as it stands in its settings.")


class Erasure(BaseModel):
    state: Literal["scheduled", "closing", "erasing", "sweeping", "done"]
    requested_at: Instant
    due_at: Instant | None = Field(description="Of the next step; it can be called off until the first.")
    finished_at: Instant | None
    counts: dict[str, int] = Field(description="What was erased: rows by table, `objects`, `vectors`, `users`.")


class Forgotten(BaseModel):
    """The receipt: what was erased or emptied of one customer, by table."""

    customer_id: str
    counts: dict[str, int]
