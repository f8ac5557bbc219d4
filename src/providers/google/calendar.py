"""ports.Calendar by Google Calendar v3 (developers.google.com/workspace/calendar/api/v3/reference)."""

import hashlib
from base64 import b32hexencode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ports.calendars import (
    EventChanged,
    EventGone,
    EventPage,
    Grant,
    ReadEvent,
    SyncTokenExpired,
    Window,
    WrittenEvent,
)
from ports.vendors import VendorRejected
from providers.http import GONE, Api
from providers.oauth import OAuth

SCOPES = ("https://www.googleapis.com/auth/calendar.events", "https://www.googleapis.com/auth/calendar.readonly")
PROPERTY = "coccinelle_appointment"
EVENTS = "/calendars/primary/events"
MOST_IDS = 5  # of one event that is deleted over there again and again


SIGN_IN = {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"}


@dataclass(frozen=True, slots=True)
class GoogleCalendar:
    oauth: OAuth
    api: Api

    @property
    def is_configured(self) -> bool:
        return self.oauth.is_configured

    def authorize_url(self, redirect_uri: str, state: str, challenge: str) -> str:
        return self.oauth.authorize_url(redirect_uri, state, challenge)

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Grant:
        """Users may grant a part of what is asked for."""
        found = await self.oauth.exchange(code, verifier, redirect_uri)
        if not found.scopes >= set(SCOPES):
            raise VendorRejected("scope_not_granted")
        return found.grant

    async def refresh(self, refresh_token: str) -> Grant:
        return await self.oauth.refresh(refresh_token)

    async def revoke(self, refresh_token: str) -> None:
        await self.oauth.tokens.send("POST", "/revoke", data={"token": refresh_token})

    async def account(self, access: str) -> str | None:
        said = await self.api.send("GET", "/calendars/primary", headers=_bearer(access))
        return str(said["id"]) if isinstance(said, dict) and said.get("id") else None

    async def read(self, access: str, sync_token: str | None, page: str | None, window: Window) -> EventPage:
        query: dict[str, str] = {"maxResults": "250", "singleEvents": "true", "showDeleted": "true"}
        if page:
            query["pageToken"] = page
        if sync_token:
            query["syncToken"] = sync_token
        else:
            query |= {"timeMin": _rfc3339(window.first), "timeMax": _rfc3339(window.last)}
        try:
            said = await self.api.send("GET", EVENTS, headers=_bearer(access), params=query)
        except VendorRejected as error:
            if error.status == 410:
                raise SyncTokenExpired from error
            raise
        zone = ZoneInfo(str(said.get("timeZone") or "UTC"))
        events = tuple(_read(one, zone) for one in said.get("items", ()))
        return EventPage(events, said.get("nextPageToken"), said.get("nextSyncToken"))

    async def create(self, access: str, event: WrittenEvent) -> tuple[str, str | None]:
        """The id is made from the key: a second insert is 409, and finds what the first one made. An id that was deleted
        is never free again, so the next one is taken."""
        for number in range(MOST_IDS):
            digest = hashlib.sha256(f"{event.key}:{number}".encode()).digest()
            event_id = b32hexencode(digest).decode().rstrip("=").lower()
            body = {"id": event_id, **_body(event)}
            try:
                said = await self.api.send(
                    "POST", EVENTS, headers=_bearer(access), params={"sendUpdates": "none"}, json=body
                )
                return str(said["id"]), said.get("etag")
            except VendorRejected as error:
                if error.status != 409:
                    raise
            with suppress(EventGone):
                return event_id, await self.update(access, event_id, None, event)
        raise VendorRejected("no_id_left", 409)

    async def update(self, access: str, external_id: str, etag: str | None, event: WrittenEvent) -> str | None:
        headers = _bearer(access) | ({"If-Match": etag} if etag else {})
        path = f"{EVENTS}/{external_id}"
        body = {**_body(event), "status": "confirmed"}
        try:
            said = await self.api.send("PATCH", path, headers=headers, params={"sendUpdates": "none"}, json=body)
        except VendorRejected as error:
            raise _refusal(error) from error
        return str(said["etag"]) if said and said.get("etag") else None

    async def delete(self, access: str, external_id: str) -> None:
        await self.api.delete(f"{EVENTS}/{external_id}", headers=_bearer(access), params={"sendUpdates": "none"})

    async def watch(
        self, access: str, watch_id: str, token: str, address: str, until: datetime
    ) -> tuple[str, str, datetime]:
        expiration = str(int(until.timestamp() * 1000))
        body = {"id": watch_id, "type": "web_hook", "address": address, "token": token, "expiration": expiration}
        said = await self.api.send("POST", f"{EVENTS}/watch", headers=_bearer(access), json=body)
        ends = datetime.fromtimestamp(int(said.get("expiration") or expiration) / 1000, UTC)
        return str(said["id"]), str(said["resourceId"]), ends

    async def unwatch(self, access: str, watch_id: str, resource: str) -> None:
        await self.api.send(
            "POST", "/channels/stop", headers=_bearer(access), json={"id": watch_id, "resourceId": resource}
        )


def _bearer(access: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}"}


def _refusal(error: VendorRejected) -> Exception:
    if error.status in GONE:
        return EventGone()
    return EventChanged() if error.status == 412 else error


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _body(event: WrittenEvent) -> dict[str, Any]:
    return {
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "start": {"dateTime": _rfc3339(event.starts_at), "timeZone": event.timezone},
        "end": {"dateTime": _rfc3339(event.ends_at), "timeZone": event.timezone},
        "transparency": "opaque",
        "extendedProperties": {"private": {PROPERTY: event.appointment_id}},
    }


def _read(one: dict[str, Any], zone: ZoneInfo) -> ReadEvent:
    """Declined, transparent and cancelled ones take no time; an all-day one takes its days in the calendar's zone."""
    ours = one.get("extendedProperties", {}).get("private", {}).get(PROPERTY)
    if one.get("status") == "cancelled" or "start" not in one or "end" not in one:
        return ReadEvent(str(one["id"]), appointment_id=ours, is_busy=False)
    declined = any(a.get("self") and a.get("responseStatus") == "declined" for a in one.get("attendees", ()))
    is_place = one.get("eventType") in ("workingLocation", "birthday")
    return ReadEvent(
        external_id=str(one["id"]),
        starts_at=_instant(one["start"], zone),
        ends_at=_instant(one["end"], zone),
        summary=one.get("summary"),
        is_busy=one.get("transparency") != "transparent" and not declined and not is_place,
        appointment_id=ours,
        etag=one.get("etag"),
    )


def _instant(said: dict[str, str], zone: ZoneInfo) -> datetime:
    if "dateTime" in said:
        at = datetime.fromisoformat(said["dateTime"])
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(said.get("timeZone") or zone.key))
    return datetime.fromisoformat(said["date"]).replace(tzinfo=zone)
