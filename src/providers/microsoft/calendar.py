"""ports.Calendar by Microsoft Graph (learn.microsoft.com/graph/api/resources/calendar)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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

SCOPES = ("offline_access", "User.Read", "Calendars.ReadWrite")
# A named property of our own (MAPI, PS_PUBLIC_STRINGS): Graph has no private properties of an application's.
PROPERTY = "String {00020329-0000-0000-C000-000000000046} Name coccinelle_appointment"
PREFER = 'outlook.timezone="UTC", IdType="ImmutableId", odata.maxpagesize=50'


SIGN_IN = {"response_mode": "query"}


@dataclass(frozen=True, slots=True)
class MicrosoftCalendar:
    oauth: OAuth
    api: Api

    @property
    def is_configured(self) -> bool:
        return self.oauth.is_configured

    def authorize_url(self, redirect_uri: str, state: str, challenge: str) -> str:
        return self.oauth.authorize_url(redirect_uri, state, challenge)

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Grant:
        return (await self.oauth.exchange(code, verifier, redirect_uri)).grant

    async def refresh(self, refresh_token: str) -> Grant:
        return await self.oauth.refresh(refresh_token)

    async def revoke(self, refresh_token: str) -> None:
        """Graph has no way to give one token back; its owner can, at myapps.microsoft.com."""

    async def account(self, access: str) -> str | None:
        said = await self.api.send("GET", "/me", headers=_headers(access))
        address = said.get("mail") or said.get("userPrincipalName") if isinstance(said, dict) else None
        return str(address) if address else None

    async def read(self, access: str, sync_token: str | None, page: str | None, window: Window) -> EventPage:
        """Tokens and pages are links, used as they are: but only to where we ask."""
        link = page or sync_token
        query = {"startDateTime": _plain(window.first), "endDateTime": _plain(window.last)}
        try:
            if link is None:
                said = await self.api.send("GET", "/me/calendarView/delta", headers=_headers(access), params=query)
            else:
                said = await self.api.send("GET", self._own(link), headers=_headers(access))
        except VendorRejected as error:
            if error.status == 410:
                raise SyncTokenExpired from error
            raise
        return EventPage(
            tuple(_read(one) for one in said.get("value", ())),
            said.get("@odata.nextLink"),
            said.get("@odata.deltaLink"),
        )

    def _own(self, link: str) -> str:
        base = self.api.base_url.rstrip("/") + "/"
        if not link.startswith(base):
            raise SyncTokenExpired
        return link

    async def create(self, access: str, event: WrittenEvent) -> tuple[str, str | None]:
        body = {**_body(event), "transactionId": event.key}
        said = await self.api.send("POST", "/me/events", headers=_headers(access), json=body)
        return str(said["id"]), said.get("@odata.etag")

    async def update(self, access: str, external_id: str, etag: str | None, event: WrittenEvent) -> str | None:
        headers = _headers(access) | ({"If-Match": etag} if etag else {})
        try:
            said = await self.api.send("PATCH", f"/me/events/{external_id}", headers=headers, json=_body(event))
        except VendorRejected as error:
            if error.status in GONE:
                raise EventGone from error
            if error.status == 412:
                raise EventChanged from error
            raise
        return str(said["@odata.etag"]) if said and said.get("@odata.etag") else None

    async def delete(self, access: str, external_id: str) -> None:
        await self.api.delete(f"/me/events/{external_id}", headers=_headers(access))

    async def watch(
        self, access: str, watch_id: str, token: str, address: str, until: datetime
    ) -> tuple[str, str, datetime]:
        """Graph names the subscription itself."""
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": address,
            "resource": "me/events",
            "expirationDateTime": _plain(until),
            "clientState": token,
        }
        said = await self.api.send("POST", "/subscriptions", headers=_headers(access), json=body)
        ends = datetime.fromisoformat(str(said["expirationDateTime"]).replace("Z", "+00:00"))
        return str(said["id"]), "me/events", ends

    async def unwatch(self, access: str, watch_id: str, resource: str) -> None:
        await self.api.send("DELETE", f"/subscriptions/{watch_id}", headers=_headers(access))


def _headers(access: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}", "Prefer": PREFER}


def _plain(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _body(event: WrittenEvent) -> dict[str, Any]:
    return {
        "subject": event.summary,
        "body": {"contentType": "text", "content": event.description},
        "location": {"displayName": event.location},
        "start": {"dateTime": _plain(event.starts_at).removesuffix("Z"), "timeZone": "UTC"},
        "end": {"dateTime": _plain(event.ends_at).removesuffix("Z"), "timeZone": "UTC"},
        "showAs": "busy",
        "singleValueExtendedProperties": [{"id": PROPERTY, "value": event.appointment_id}],
    }


def _read(one: dict[str, Any]) -> ReadEvent:
    if "@removed" in one or one.get("isCancelled") or "start" not in one or "end" not in one:
        return ReadEvent(str(one["id"]), is_busy=False)
    properties = one.get("singleValueExtendedProperties", ())
    declined = one.get("responseStatus", {}).get("response") == "declined"
    return ReadEvent(
        external_id=str(one["id"]),
        starts_at=_instant(one["start"]),
        ends_at=_instant(one["end"]),
        summary=one.get("subject"),
        is_busy=one.get("showAs", "busy") not in ("free", "workingElsewhere") and not declined,
        appointment_id=next((str(p["value"]) for p in properties if p.get("id") == PROPERTY), None),
        etag=one.get("@odata.etag"),
    )


def _instant(said: dict[str, str]) -> datetime:
    """In UTC, as the request prefers; seven digits of a second."""
    return datetime.fromisoformat(said["dateTime"][:19]).replace(tzinfo=UTC)
