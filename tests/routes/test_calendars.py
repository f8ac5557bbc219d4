"""Calendars elsewhere: signed in to, read, written, and how both sides come to agree."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx
import icalendar
import pytest

from tests.support.both_sides import Both
from tests.support.diary import book, open_business, slots, staff_id
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.work import drive, run_jobs
from tools.fakes.calendars import Store

KEYS = {
    **{f"{vendor}_CLIENT_ID": "sample-client" for vendor in ("GOOGLE", "MICROSOFT")},
    **{f"{vendor}_CLIENT_SECRET": "sample-secret" for vendor in ("GOOGLE", "MICROSOFT")},
    "RESEND_API_KEY": "re_fakes_0123456789",
    "MAIL_FROM": "Desk <desk@sample.example>",
}
NINE = "2026-11-24T09:00:00+01:00"
Provider = Literal["google", "microsoft"]
PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")


@pytest.fixture
def world() -> World:
    return World(**KEYS)


@pytest.fixture
def vidange(client: httpx.Client) -> str:
    return open_business(client)


def store_of(world: World, provider: Provider) -> Store:
    return world.fakes.google.store if provider == "google" else world.fakes.microsoft.store


def connect(world: World, client: httpx.Client, provider: Provider) -> httpx.Response:
    begun = client.get(f"/api/v1/calendar/{provider}/connect")
    assert begun.status_code == 200, begun.text
    url = begun.json()["authorization_url"]
    code = store_of(world, provider).consent(url)
    state = httpx.URL(url).params["state"]
    answer = client.post(f"/api/v1/calendar/{provider}/callback", json={"state": state, "code": code})
    run_jobs(world)
    return answer


def theirs(world: World, provider: Provider, start: str, minutes: int = 60, **more: Any) -> str:
    """An event that its owner puts into the calendar."""
    store = store_of(world, provider)
    event_id = f"own{len(store.events):05d}"
    store.put(event_id, {**times(provider, start, minutes), "summary": "Dentist", "subject": "Dentist", **more})
    return event_id


def times(provider: Provider, start: str, minutes: int) -> dict[str, Any]:
    at = datetime.fromisoformat(start)
    end = at + timedelta(minutes=minutes)
    if provider == "google":
        return {"start": {"dateTime": at.isoformat()}, "end": {"dateTime": end.isoformat()}}
    plain = [one.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000") for one in (at, end)]
    return {"start": {"dateTime": plain[0], "timeZone": "UTC"}, "end": {"dateTime": plain[1], "timeZone": "UTC"}}


def sync(world: World) -> None:
    world.clock.advance(minutes=16)
    drive(world)
    run_jobs(world)


def ours(store: Store) -> list[dict[str, Any]]:
    return [one for key, one in store.alive().items() if not key.startswith("own")]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_events_over_there_take_time_here(world: World, client: httpx.Client, vidange: str, provider: Provider) -> None:
    theirs(world, provider, NINE)
    assert connect(world, client, provider).status_code == 200
    (connection,) = client.get(f"/api/v1/calendar/{provider}/status").json()["items"]
    assert (connection["account"], connection["status"]) == ("julie@sample.example", "active")
    assert slots(client, vidange, "2026-11-24", "2026-11-25")[0]["local"][11:16] == "10:00"
    assert book(client, vidange, NINE).json()["code"] == "slot_taken"
    (event,) = client.get(f"/api/v1/integrations/calendar/{provider}/events").json()["items"]
    assert (event["start"], event["summary"]) == ("2026-11-24T08:00:00Z", "Dentist")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_appointments_stand_over_there_once(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    store = store_of(world, provider)
    before = book(client, vidange, "2026-11-24T08:30:00+01:00").json()["appointment"]
    connect(world, client, provider)
    made = book(client, vidange, "2026-11-24T10:00:00+01:00").json()["appointment"]
    run_jobs(world)
    assert len(ours(store)) == 2, "the one from before as well"
    client.patch(f"/api/v1/appointments/{made['id']}", json={"start": "2026-11-24T15:00:00+01:00"})
    client.post(f"/api/v1/appointments/{before['id']}/cancel")
    run_jobs(world)
    (event,) = ours(store)
    assert str(event["start"]["dateTime"]).startswith("2026-11-24T14:00")
    version = store.version
    sync(world)
    assert store.version == version, "what was written is not written again"
    assert world.db.rows("SELECT * FROM calendar_events") == []


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [503, None])
def test_a_write_that_was_carried_out_and_not_answered_is_one_event(
    world: World, client: httpx.Client, vidange: str, provider: Provider, status: int | None
) -> None:
    connect(world, client, provider)
    vendor = "google" if provider == "google" else "graph"
    book(client, vidange, NINE)
    if status:
        world.fakes.fail(vendor, times=4, status=status, after_effect=True)
    else:
        world.fakes.hang(vendor, times=4, after_effect=True)
    run_jobs(world)
    world.fakes.fail(vendor, times=0)
    for _ in range(3):
        sync(world)
    assert len(ours(store_of(world, provider))) == 1
    (copy,) = world.db.rows("SELECT external_id, due_at FROM calendar_copies")
    assert copy["due_at"] is None
    assert world.db.rows("SELECT * FROM calendar_events") == [], "a copy of ours is no event of somebody else's"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_moved_over_there_it_is_moved_here(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    connect(world, client, provider)
    made = book(client, vidange, NINE).json()["appointment"]
    run_jobs(world)
    store = store_of(world, provider)
    (event,) = ours(store)
    store.put(
        event["id"], {**event, **times(provider, "2026-11-24T20:00:00+01:00", 45)}
    )  # after hours: their own affair
    sync(world)
    (row,) = world.db.rows("SELECT starts_at, sequence FROM appointments")
    assert (row["starts_at"], row["sequence"]) == ("2026-11-24 19:00:00.000", 1)
    mails = [mail["subject"] for mail in world.fakes.resend.mails]
    assert any("déplacé" in subject for subject in mails)
    version = store.version
    sync(world)
    sync(world)
    assert store.version <= version + 1
    assert len(world.db.rows("SELECT id FROM appointments")) == 1
    assert made["id"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_moved_onto_another_it_is_put_back(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    connect(world, client, provider)
    book(client, vidange, NINE)
    book(client, vidange, "2026-11-24T10:00:00+01:00")
    run_jobs(world)
    store = store_of(world, provider)
    event = min(ours(store), key=lambda one: str(one["start"]))
    store.put(event["id"], {**event, **times(provider, "2026-11-24T10:15:00+01:00", 45)})
    sync(world)
    sync(world)
    assert [row["starts_at"] for row in world.db.rows("SELECT starts_at FROM appointments ORDER BY starts_at")] == [
        *("2026-11-24 08:00:00.000", "2026-11-24 09:00:00.000"),
    ]
    assert str(store.events[event["id"]]["start"]["dateTime"]).startswith("2026-11-24T08:00")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_deleted_over_there_it_is_cancelled_here(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    connect(world, client, provider)
    book(client, vidange, NINE)
    run_jobs(world)
    store = store_of(world, provider)
    store.put(ours(store)[0]["id"], {"deleted": True})
    sync(world)
    (row,) = world.db.rows("SELECT status, cancelled_by FROM appointments")
    assert (row["status"], row["cancelled_by"]) == ("cancelled", "calendar")
    sync(world)
    assert ours(store) == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_many_pages_and_a_sync_token_that_has_expired(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    store = store_of(world, provider)
    store.page_size = 3
    events = [theirs(world, provider, f"2026-12-{day:02d}T10:00:00+01:00") for day in range(1, 11)]
    connect(world, client, provider)
    assert len(world.db.rows("SELECT * FROM calendar_events")) == 10
    book(client, vidange, NINE)
    run_jobs(world)
    kept = ours(store)[0]["id"]
    for event_id in (*events[:4], kept):
        store.put(event_id, {"deleted": True})
    store.expired_before = store.version  # what was deleted is told to nobody any more
    for event_id in (*events[:4], kept):
        del store.events[event_id], store.versions[event_id]
    sync(world)
    assert len(world.db.rows("SELECT * FROM calendar_events")) == 6
    assert world.db.rows("SELECT status FROM appointments") == [{"status": "cancelled"}]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_access_that_was_taken_back_is_seen_and_told(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    connect(world, client, provider)
    store_of(world, provider).revoke()
    world.clock.advance(hours=2)
    drive(world)
    run_jobs(world)
    (row,) = world.db.rows("SELECT status, reason FROM calendar_connections")
    assert (row["status"], row["reason"]) == ("revoked", "revoked")
    (mail,) = [mail for mail in world.fakes.resend.mails if "Agenda déconnecté" in mail["subject"]]
    assert "julie@sample.example" in mail["subject"]
    for _ in range(2):
        sync(world)
    assert len([one for one in world.fakes.resend.mails if "Agenda déconnecté" in one["subject"]]) == 1


def test_microsoft_refresh_tokens_rotate(world: World, client: httpx.Client, vidange: str) -> None:
    connect(world, client, "microsoft")
    for _ in range(3):
        world.clock.advance(minutes=70)
        drive(world)
    (row,) = world.db.rows("SELECT status, failures, refresh_token FROM calendar_connections")
    assert (row["status"], row["failures"]) == ("active", 0)
    assert "refresh" not in str(row["refresh_token"])


@pytest.mark.parametrize("status", [429, 500])
def test_a_vendor_in_trouble_is_asked_again_later(
    world: World, client: httpx.Client, vidange: str, status: int
) -> None:
    connect(world, client, "google")
    world.fakes.fail("google", times=10, status=status)
    sync(world)
    (row,) = world.db.rows("SELECT status, failures, reason FROM calendar_connections")
    assert (row["status"], row["failures"], row["reason"]) == ("active", 1, f"http_{status}")
    world.fakes.fail("google", times=0)
    sync(world)
    (row,) = world.db.rows("SELECT failures, reason FROM calendar_connections")
    assert (row["failures"], row["reason"]) == (0, None)


def test_a_state_is_good_once_in_its_own_session(
    world: World, client: httpx.Client, other: httpx.Client, vidange: str
) -> None:
    open_business(other, None)
    url = client.get("/api/v1/calendar/google/connect").json()["authorization_url"]
    signed = {"state": httpx.URL(url).params["state"], "code": world.fakes.google.store.consent(url)}
    finish = "/api/v1/calendar/google/callback"
    assert other.post(finish, json=signed).json()["code"] == "state_refused"
    assert client.post(finish, json=signed).status_code == 200
    assert client.post(finish, json=signed).json()["code"] == "state_refused", "it is used up"
    assert client.delete("/api/v1/calendar/google").status_code == 200
    url = client.get("/api/v1/calendar/google/connect").json()["authorization_url"]
    signed = {"state": httpx.URL(url).params["state"], "code": world.fakes.google.store.consent(url)}
    world.clock.advance(minutes=11)
    assert client.post("/api/v1/calendar/google/callback", json=signed).json()["code"] == "state_refused"
    assert client.get("/api/v1/calendar/google/callback", params=signed).status_code == 403
    assert "verifier" not in url
    assert world.db.rows("SELECT * FROM calendar_connections") == []


def test_without_a_registration_it_says_so(client: httpx.Client) -> None:
    with client_of(World()) as bare:
        open_business(bare)
        answer = bare.get("/api/v1/calendar/google/connect")
        assert (answer.status_code, answer.json()["code"]) == (409, "calendar_not_configured")


def test_samples_are_for_a_laptop(client: httpx.Client) -> None:
    with client_of(World(INTEGRATIONS_STUB_MODE="true")) as stubbed:
        open_business(stubbed)
        items = stubbed.get("/api/v1/integrations/calendar/google/events").json()["items"]
        assert [one["summary"].startswith("Sample: ") for one in items] == [True] * 3


@pytest.mark.parametrize("provider", PROVIDERS)
def test_changes_are_told_and_the_wish_to_be_told_is_renewed(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    world.base_url = "https://desk.sample.example"
    connect(world, client, provider)
    store = store_of(world, provider)
    ((watch_id, channel),) = store.channels.items()
    token = channel.get("token") or channel["clientState"]
    theirs(world, provider, NINE)
    with client_of(world) as vendor:
        if provider == "google":
            headers = {"x-goog-channel-id": watch_id, "x-goog-channel-token": token, "x-goog-resource-state": "exists"}
            assert vendor.post("/webhooks/calendar/google", headers=headers).status_code == 204
            assert (
                vendor.post("/webhooks/calendar/google", headers={**headers, "x-goog-channel-token": "x"}).status_code
                == 403
            )
        else:
            asked = vendor.post("/webhooks/calendar/microsoft", params={"validationToken": "a b&c"})
            assert (asked.status_code, asked.text, asked.headers["content-type"][:10]) == (200, "a b&c", "text/plain")
            said = {"value": [{"subscriptionId": watch_id, "clientState": token, "changeType": "created"}]}
            assert vendor.post("/webhooks/calendar/microsoft", json=said).status_code == 202
            said["value"][0]["clientState"] = "x"
            assert vendor.post("/webhooks/calendar/microsoft", json=said).status_code == 403
    run_jobs(world)
    assert len(world.db.rows("SELECT * FROM calendar_events")) == 1
    world.clock.advance(days=5, hours=1)
    drive(world)
    assert list(store.channels) != [watch_id]
    assert len(store.channels) == 1, "the one before was given up"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_disconnecting_gives_the_time_back(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    theirs(world, provider, NINE)
    connect(world, client, provider)
    assert client.delete(f"/api/v1/calendar/{provider}").status_code == 200
    assert client.delete(f"/api/v1/calendar/{provider}").status_code == 404
    assert book(client, vidange, NINE).status_code == 201
    if provider == "google":
        assert world.fakes.google.store.refresh_tokens == set()


def test_free_declined_and_all_day_events(world: World, client: httpx.Client, vidange: str) -> None:
    theirs(world, "google", "2026-11-24T08:30:00+01:00", transparency="transparent")
    declined = [{"self": True, "responseStatus": "declined"}]
    theirs(world, "google", "2026-11-24T09:30:00+01:00", attendees=declined)
    store = world.fakes.google.store
    store.put("own_day", {"start": {"date": "2026-11-25"}, "end": {"date": "2026-11-26"}, "summary": "Holiday"})
    connect(world, client, "google")
    assert slots(client, vidange, "2026-11-24", "2026-11-25")[0]["local"][11:16] == "08:30"
    assert slots(client, vidange, "2026-11-25", "2026-11-26") == []


def test_the_feed_of_one_of_the_staff(world: World, client: httpx.Client, vidange: str) -> None:
    book(client, vidange, NINE)
    staff = staff_id(client)
    url = httpx.URL(client.get(f"/api/v1/agents/{staff}/feed").json()["url"])
    with client_of(world) as anybody:
        answer = anybody.get(url.path)
        assert answer.headers["content-type"].startswith("text/calendar")
        (event,) = icalendar.Calendar.from_ical(answer.content).events
        assert event["SUMMARY"] == "Vidange – Sample Customer"
        assert anybody.get(url.path.replace(".ics", "0.ics")).status_code == 404
        renewed = httpx.URL(client.post(f"/api/v1/agents/{staff}/feed/renew").json()["url"])
        assert anybody.get(url.path).status_code == 404
        assert anybody.get(renewed.path).status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_random_changes_on_both_sides_end_equal(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    connect(world, client, provider)
    both = Both(world, client, vidange, store_of(world, provider), random.Random(5))
    both.change(60)
    assert both.differences() == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_copy_that_vanished_is_made_anew(
    world: World, client: httpx.Client, vidange: str, provider: Provider
) -> None:
    """Deleted over there between our reading and our writing."""
    connect(world, client, provider)
    made = book(client, vidange, NINE).json()["appointment"]
    run_jobs(world)
    store = store_of(world, provider)
    (copy,) = ours(store)
    client.patch(f"/api/v1/appointments/{made['id']}", json={"start": "2026-11-24T10:00:00+01:00"})
    real = store.changed_since
    store.changed_since = lambda version: iter(())  # type: ignore[method-assign]
    store.put(copy["id"], {"deleted": True})
    run_jobs(world)
    store.changed_since = real  # type: ignore[method-assign]
    assert len(ours(store)) == 1
    (row,) = world.db.rows("SELECT external_id, due_at FROM calendar_copies")
    assert (row["external_id"], row["due_at"]) == (ours(store)[0]["id"], None)
