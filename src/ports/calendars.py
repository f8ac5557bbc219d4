"""A calendar elsewhere: signed in to by OAuth, read from where one left off, written to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

CalendarProvider = Literal["google", "microsoft"]


class AccessRevoked(Exception):
    """The refresh token opens nothing any more: its owner has to sign in again."""


class SyncTokenExpired(Exception):
    """What was read before cannot be gone on from: all has to be read again."""


class EventGone(Exception):
    """There is no such event any more."""


class EventChanged(Exception):
    """Somebody has changed the event since its etag was read."""


@dataclass(frozen=True, slots=True)
class Grant:
    access_token: str = field(repr=False)
    expires_s: int
    refresh_token: str | None = field(default=None, repr=False)  # None: the one before stays good


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """`appointment_id` is ours, from the event's private properties. Without times it is one that is gone."""

    external_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    summary: str | None = None
    is_busy: bool = True
    appointment_id: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    events: tuple[ReadEvent, ...]
    next_page: str | None = None
    sync_token: str | None = None  # of the last page


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    appointment_id: str
    key: str  # the same key makes one event
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    description: str
    location: str


@dataclass(frozen=True, slots=True)
class Window:
    first: datetime
    last: datetime


class Calendar(Protocol):
    @property
    def is_configured(self) -> bool: ...

    def authorize_url(self, redirect_uri: str, state: str, challenge: str) -> str:
        """Where the owner signs in; `challenge` is PKCE's, S256."""
        ...

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Grant:
        """Raises VendorRejected or VendorUnavailable; so do all that follow."""
        ...

    async def refresh(self, refresh_token: str) -> Grant:
        """Raises AccessRevoked."""
        ...

    async def revoke(self, refresh_token: str) -> None: ...

    async def account(self, access: str) -> str | None:
        """The address that the calendar belongs to."""
        ...

    async def read(self, access: str, sync_token: str | None, page: str | None, window: Window) -> EventPage:
        """Without a token all within the window. Raises SyncTokenExpired."""
        ...

    async def create(self, access: str, event: WrittenEvent) -> tuple[str, str | None]:
        """(external id, etag); the same `key` again gives the same event."""
        ...

    async def update(self, access: str, external_id: str, etag: str | None, event: WrittenEvent) -> str | None:
        """The new etag. Raises EventGone or EventChanged."""
        ...

    async def delete(self, access: str, external_id: str) -> None:
        """Also when it is gone already."""
        ...

    async def watch(
        self, access: str, watch_id: str, token: str, address: str, until: datetime
    ) -> tuple[str, str, datetime]:
        """(id, resource, until when) of the channel that tells `address` of changes."""
        ...

    async def unwatch(self, access: str, watch_id: str, resource: str) -> None: ...


Calendars = Mapping[CalendarProvider, Calendar]
