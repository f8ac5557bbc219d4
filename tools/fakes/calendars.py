"""Google Calendar and Microsoft Graph with a memory: OAuth with PKCE, paging, sync tokens, ETags, and what they refuse."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

Event = dict[str, Any]
Now = Callable[[], datetime]


@dataclass
class Store:
    """One calendar, and every token that opens it."""

    now: Now
    page_size: int = 50
    events: dict[str, Event] = field(default_factory=dict)  # deleted ones too
    versions: dict[str, int] = field(default_factory=dict)
    version: int = 0
    expired_before: int = 0  # sync tokens older than this are 410
    challenges: dict[str, str] = field(default_factory=dict)  # code: PKCE challenge
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def put(self, event_id: str, event: Event) -> Event:
        self.version += 1
        self.versions[event_id] = self.version
        self.events[event_id] = {**event, "id": event_id, "version": self.version}
        return self.events[event_id]

    def alive(self) -> dict[str, Event]:
        return {key: one for key, one in self.events.items() if not one.get("deleted")}

    def consent(self, url: str) -> str:
        """Its owner signs in at our address: the code that the browser comes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["code_challenge_method"] == "S256", "PKCE is asked for"
        self.count += 1
        code = f"code-{self.count}"
        self.challenges[code] = query["code_challenge"]
        return code

    def authorize(self, request: httpx.Request) -> httpx.Response:
        """In a browser: everybody agrees at once, and is sent back."""
        query = dict(request.url.params)
        back = httpx.URL(query["redirect_uri"]).copy_merge_params(
            {"code": self.consent(str(request.url)), "state": query["state"]}
        )
        return httpx.Response(302, headers={"location": str(back)})

    def token(self, form: Mapping[str, str], *, rotates: bool) -> httpx.Response:
        if not form.get("client_id") or form.get("client_secret") in (None, "", "wrong"):
            return httpx.Response(401, json={"error": "invalid_client"})
        refresh = form.get("refresh_token")
        if form["grant_type"] == "authorization_code":
            wanted = self.challenges.pop(form.get("code", ""), None)
            given = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if wanted is None or urlsafe_b64encode(given).decode().rstrip("=") != wanted:
                return httpx.Response(
                    400, json={"error": "invalid_grant", "error_description": "Bad code or verifier."}
                )
            refresh = self._new("refresh")
            self.refresh_tokens.add(refresh)
        elif refresh not in self.refresh_tokens:
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Token has been revoked."})
        elif rotates:
            self.refresh_tokens.discard(refresh)
            refresh = self._new("refresh")
            self.refresh_tokens.add(refresh)
        access = self._new("access")
        self.access_tokens[access] = self.now() + timedelta(hours=1)
        said = {"access_token": access, "expires_in": 3599, "token_type": "Bearer", "scope": form.get("scope", "")}
        if form["grant_type"] == "authorization_code" or rotates:
            said["refresh_token"] = refresh
        return httpx.Response(200, json=said)

    def is_let_in(self, request: httpx.Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.access_tokens.get(token, datetime.min.replace(tzinfo=UTC)) > self.now()

    def revoke(self) -> None:
        """The owner takes the access back."""
        self.refresh_tokens.clear()
        self.access_tokens.clear()

    def changed_since(self, version: int) -> Iterator[Event]:
        for event_id, at in sorted(self.versions.items(), key=lambda one: one[1]):
            if at > version:
                yield self.events[event_id]

    def _new(self, kind: str) -> str:
        self.count += 1
        return f"calendar-{kind}-token-{self.count}"


class GoogleCalendars:
    """developers.google.com/workspace/calendar/api/v3/reference"""

    def __init__(self, now: Now) -> None:
        self.store = Store(now)
        self.scope = "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.readonly"

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        body = request.read()
        if (request.method, path) == ("GET", "/o/oauth2/v2/auth"):
            return self.store.authorize(request)
        if path in ("/token", "/revoke"):
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            if path == "/revoke":
                self.store.refresh_tokens.discard(form["token"])
                return httpx.Response(200, json={})
            answer = self.store.token(form, rotates=False)
            if answer.status_code == 200:
                answer = httpx.Response(200, json={**answer.json(), "scope": self.scope})
            return answer
        if not self.store.is_let_in(request):
            return _google(401, "authError")
        said = json.loads(body) if body else {}
        return self._calendar(request, path.removeprefix("/calendar/v3"), said)

    def _calendar(self, request: httpx.Request, path: str, said: Any) -> httpx.Response:
        method, events = request.method, "/calendars/primary/events"
        if (method, path) == ("GET", "/calendars/primary"):
            return httpx.Response(200, json={"id": "julie@sample.example", "timeZone": "Europe/Paris"})
        if (method, path) == ("GET", events):
            return self._list(request)
        if (method, path) == ("POST", events):
            return self._insert(said)
        if (method, path) == ("POST", f"{events}/watch"):
            if not str(said.get("address", "")).startswith("https://"):
                return _google(400, "push.webhookUrlNotHttps")
            self.store.channels[said["id"]] = said
            return httpx.Response(200, json={"id": said["id"], "resourceId": "res", "expiration": said["expiration"]})
        if (method, path) == ("POST", "/channels/stop"):
            return httpx.Response(204 if self.store.channels.pop(said["id"], None) else 404)
        event_id = path.removeprefix(f"{events}/")
        known = self.store.events.get(event_id)
        if known is None:
            return _google(404, "notFound")
        if known.get("deleted"):
            return _google(410, "deleted")
        if request.headers.get("if-match", _etag(known)) != _etag(known):
            return _google(412, "conditionNotMet")
        if method == "DELETE":
            self.store.put(event_id, {"deleted": True})
            return httpx.Response(204)
        return httpx.Response(200, json=_shown(self.store.put(event_id, {**known, **said})))

    def _insert(self, said: Event) -> httpx.Response:
        event_id = said.get("id") or f"google{len(self.store.events)}"
        if not re.fullmatch(r"[a-v0-9]{5,1024}", event_id):
            return _google(400, "invalid")
        if event_id in self.store.events:
            return _google(409, "duplicate")
        return httpx.Response(200, json=_shown(self.store.put(event_id, {"status": "confirmed", **said})))

    def _list(self, request: httpx.Request) -> httpx.Response:
        query, store = request.url.params, self.store
        if query.get("syncToken") and (query.get("timeMin") or query.get("timeMax")):
            return _google(400, "invalid")
        since = int(query.get("syncToken") or 0)
        if query.get("syncToken") and since < store.expired_before:
            return _google(410, "fullSyncRequired")
        start = int(query.get("pageToken") or 0)
        found = [one for one in store.changed_since(since) if query.get("syncToken") or not one.get("deleted")]
        items = [_shown(one) for one in found[start : start + store.page_size]]
        more = {"nextPageToken": str(start + store.page_size)} if len(found) > start + store.page_size else {}
        last = {} if more else {"nextSyncToken": str(store.version)}
        return httpx.Response(
            200, json={"kind": "calendar#events", "timeZone": "Europe/Paris", "items": items, **more, **last}
        )


class MicrosoftCalendars:
    """learn.microsoft.com/graph/api/resources/calendar"""

    def __init__(self, now: Now) -> None:
        self.store = Store(now)
        self.origin = "https://fakes.test/graph/v1.0"

    def login(self, request: httpx.Request, path: str) -> httpx.Response:
        if (request.method, path) == ("GET", "/oauth2/v2.0/authorize"):
            return self.store.authorize(request)
        form = {name: values[0] for name, values in parse_qs(request.read().decode()).items()}
        return self.store.token(form, rotates=True)

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self.store.is_let_in(request):
            return _graph(401, "InvalidAuthenticationToken")
        self.origin = f"{request.url.scheme}://{request.url.netloc.decode()}/graph/v1.0"
        body = request.read()
        said = json.loads(body) if body else {}
        method, path = request.method, path.removeprefix("/v1.0")
        if (method, path) == ("GET", "/me"):
            return httpx.Response(200, json={"mail": None, "userPrincipalName": "julie@sample.example"})
        if (method, path) == ("GET", "/me/calendarView/delta"):
            return self._delta(request)
        if (method, path) == ("POST", "/me/events"):
            return self._create(said)
        if (method, path) == ("POST", "/subscriptions"):
            self.store.count += 1
            name = f"sub-{self.store.count}"
            self.store.channels[name] = said
            return httpx.Response(201, json={**said, "id": name})
        if method == "DELETE" and path.startswith("/subscriptions/"):
            return httpx.Response(204 if self.store.channels.pop(path.rpartition("/")[2], None) else 404)
        event_id = path.removeprefix("/me/events/")
        known = self.store.alive().get(event_id)
        if known is None:
            return _graph(404, "ErrorItemNotFound")
        if request.headers.get("if-match", _etag(known)) != _etag(known):
            return _graph(412, "ErrorIrresolvableConflict")
        if method == "DELETE":
            self.store.put(event_id, {"deleted": True})
            return httpx.Response(204)
        return httpx.Response(200, json=_graph_event(self.store.put(event_id, {**known, **said})))

    def _create(self, said: Event) -> httpx.Response:
        """The same transactionId gives the same event."""
        wanted = said.get("transactionId")
        known = next(
            (one for one in self.store.alive().values() if wanted and one.get("transactionId") == wanted), None
        )
        made = known or self.store.put(f"ms{len(self.store.events)}", said)
        return httpx.Response(201, json=_graph_event(made))

    def _delta(self, request: httpx.Request) -> httpx.Response:
        query, store = request.url.params, self.store
        link = "$deltatoken" in query
        since = int(query.get("$deltatoken") or 0)
        if link and since < store.expired_before:
            return _graph(410, "syncStateNotFound")
        start = int(query.get("$skiptoken") or 0)
        found = [one for one in store.changed_since(since) if link or not one.get("deleted")]
        items = [_graph_event(one) for one in found[start : start + store.page_size]]
        base, size = f"{self.origin}/me/calendarView/delta", store.page_size
        if len(found) > start + size:
            after = f"$deltatoken={since}&" if link else ""
            return httpx.Response(
                200, json={"value": items, "@odata.nextLink": f"{base}?{after}$skiptoken={start + size}"}
            )
        return httpx.Response(200, json={"value": items, "@odata.deltaLink": f"{base}?$deltatoken={store.version}"})


def _etag(event: Event) -> str:
    return f'"{event["version"]}"'


def _shown(event: Event) -> Event:
    if event.get("deleted"):
        return {"id": event["id"], "status": "cancelled", "etag": _etag(event)}
    return {**event, "etag": _etag(event)}


def _graph_event(event: Event) -> Event:
    if event.get("deleted"):
        return {"id": event["id"], "@removed": {"reason": "deleted"}}
    known = {key: value for key, value in event.items() if key not in ("version", "singleValueExtendedProperties")}
    return {**known, "@odata.etag": f"W/{_etag(event)}".removeprefix("W/")}


def _google(status: int, reason: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}})


def _graph(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": code, "innerError": {}}})
