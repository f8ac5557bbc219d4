"""What a tool answers, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from modules.claims.detect import Kind
from ports.dialogue import Action, TakenMessage

Status = Literal["done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class LeadSaved:
    interest: str
    name: str | None
    email: str | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What the model is told, and what follows from it once it is written."""

    said: Mapping[str, Any]
    status: Status = "done"
    evidence: Kind | None = None
    is_confirmed: bool = False  # a message about it goes out
    message: TakenMessage | None = None
    lead: LeadSaved | None = None
    link: str | None = None  # that the caller gets by text
    action: Action = "listen"
    sources: tuple[str, ...] = ()
