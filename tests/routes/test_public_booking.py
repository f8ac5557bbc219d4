"""The public page: no account, a link that is a key, reminders and the waiting list."""

import asyncio
import base64
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import icalendar
import pytest

from modules.appointments.reminding import due, remind
from tests.support.diary import CALLER, book, open_business, slots
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.interleaved import Interleaved
from tests.support.work import drive, run_jobs

NINE = "2026-11-24T09:00:00+01:00"
KEYS = {
    "RESEND_API_KEY": "re_fakes_0123456789",
    "MAIL_FROM": "Desk <desk@sample.example>",
    "TWILIO_SENDER": "+33199000000",
}


@pytest.fixture
def world() -> World:
    return World(**KEYS)


@pytest.fixture
def vidange(client: httpx.Client) -> str:
    return open_business(client)


def slug_of(world: World) -> str:
    return str(world.db.rows("SELECT slug FROM tenants ORDER BY id LIMIT 1")[0]["slug"])


def booked(visitor: httpx.Client, slug: str, service: str, start: str = NINE, **changes: Any) -> httpx.Response:
    body = {"service_id": service, "start": start, "customer": CALLER, "timezone": "Europe/London"} | changes
    return visitor.post(f"/api/v1/public/{slug}/appointments", json=body)


def _start(event: Any) -> str:
    at: datetime = event["DTSTART"].dt
    return at.isoformat()


def link_of(world: World) -> tuple[str, str]:
    """(path, token) of the link in the last mail."""
    text = world.fakes.resend.mails[-1]["text"]
    url = urlsplit(next(word for word in text.split() if word.startswith("http")))
    return url.path, parse_qs(url.query)["token"][0]


def test_the_page_of_a_business(world: World, client: httpx.Client, vidange: str) -> None:
    slug = slug_of(world)
    with client_of(world) as visitor:
        page = visitor.get(f"/book/{slug}", headers={"accept-language": "en-GB"})
        assert page.status_code == 200
        assert '<html lang="en">' in page.text
        assert "frame-ancestors *" in page.headers["content-security-policy"]
        assert len(page.headers.get_list("content-security-policy")) == 1
        shown = visitor.get(f"/api/v1/public/{slug}").json()["business"]
        assert [one["name"] for one in shown["services"]][:1] == ["Vidange"]
        assert (shown["staff"], shown["turnstile_site_key"]) == ([], None)
        assert visitor.get("/book/nobody").status_code == 404
    client.put("/api/v1/appointments/settings", json={"has_public_page": False})
    with client_of(world) as visitor:
        assert visitor.get(f"/book/{slug}").status_code == 404
        assert visitor.get(f"/api/v1/public/{slug}").status_code == 404


def test_a_visitor_books_moves_and_cancels(world: World, client: httpx.Client, vidange: str) -> None:
    slug = slug_of(world)
    with client_of(world) as visitor:
        answer = booked(visitor, slug, vidange, request_id="0123456789abcdef")
        assert answer.status_code == 201, answer.text
        made, token = answer.json()["appointment"], answer.json()["token"]
        again = booked(visitor, slug, vidange, request_id="0123456789abcdef").json()
        assert again["appointment"]["id"] == made["id"]
        assert booked(visitor, slug, vidange).json()["code"] == "slot_taken"
        assert not {"phone", "email", "customer"} & set(made)
        path = f"/api/v1/public/{slug}/appointments/{made['id']}"
        assert visitor.get(path, params={"token": "0" * 32}).status_code == 404
        assert visitor.get(path, params={"token": token}).json()["appointment"]["can_change"] is True
        moved = visitor.post(f"{path}/move", json={"token": token, "start": "2026-11-24T10:00:00+01:00"})
        assert moved.json()["appointment"]["local"] == "2026-11-24T10:00:00+01:00"
        assert visitor.post(f"{path}/confirm", json={"token": token}).json()["appointment"]["confirmed_at"]
        cancelled = visitor.post(f"{path}/cancel", json={"token": token})
        assert cancelled.json()["appointment"]["status"] == "cancelled"
    (row,) = world.db.rows("SELECT * FROM appointments")
    assert (row["source"], row["cancelled_by"], row["timezone"]) == ("page", "customer", "Europe/London")


def test_the_link_in_the_mail_opens_it_and_the_invitation_is_as_it_should_be(
    world: World, client: httpx.Client, vidange: str
) -> None:
    slug = slug_of(world)
    with client_of(world) as visitor:
        made = booked(visitor, slug, vidange).json()["appointment"]
        run_jobs(world)
        path, token = link_of(world)
        assert path == f"/book/{slug}/{made['id']}"
        page = visitor.get(path, params={"token": token})
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        api = f"/api/v1/public/{slug}/appointments/{made['id']}"
        visitor.post(f"{api}/move", json={"token": token, "start": "2026-11-24T10:00:00+01:00"})
        run_jobs(world)
        visitor.post(f"{api}/cancel", json={"token": token})
        run_jobs(world)
    objects = []
    for mail in world.fakes.resend.mails[-3:]:
        (attached,) = mail["attachments"]
        calendar = icalendar.Calendar.from_ical(base64.b64decode(attached["content"]))
        (event,) = calendar.events
        assert attached["content_type"] == f"text/calendar; method={calendar['METHOD']}; charset=UTF-8"
        assert str(event["ORGANIZER"]) == "mailto:desk@sample.example"
        objects.append((calendar["METHOD"], event["SEQUENCE"], event["STATUS"], _start(event), event["UID"]))
    uid = f"{made['id']}@coccinelle"
    assert objects == [
        ("REQUEST", 0, "CONFIRMED", "2026-11-24T08:00:00+00:00", uid),
        ("REQUEST", 1, "CONFIRMED", "2026-11-24T09:00:00+00:00", uid),
        ("CANCEL", 2, "CANCELLED", "2026-11-24T09:00:00+00:00", uid),
    ]
    assert "8:00" in world.fakes.resend.mails[-3]["subject"].replace("8 h", "8:00")  # London's
    assert [str(one["body"]).count("http://testserver/book/") for one in world.fakes.twilio.messages] == [1, 1, 0]


def test_the_business_says_until_when_a_visitor_may_change(world: World, client: httpx.Client, vidange: str) -> None:
    client.put("/api/v1/appointments/settings", json={"change_notice_min": 10_000})
    slug = slug_of(world)
    with client_of(world) as visitor:
        said = booked(visitor, slug, vidange).json()
        path, token = f"/api/v1/public/{slug}/appointments/{said['appointment']['id']}", said["token"]
        assert visitor.get(path, params={"token": token}).json()["appointment"]["can_change"] is False
        assert visitor.post(f"{path}/cancel", json={"token": token}).json()["code"] == "too_late_to_change"
    assert client.post(f"/api/v1/appointments/{said['appointment']['id']}/cancel").status_code == 200


def test_a_challenge_is_demanded_where_there_is_one() -> None:
    world = World(
        **KEYS,
        TURNSTILE_SITE_KEY="1x00000000000000000000AA",
        TURNSTILE_SECRET_KEY="1x0000000000000000000000000000000AA",
    )
    with client_of(world) as owner, client_of(world) as visitor:
        service, slug = open_business(owner), slug_of(world)
        assert visitor.get(f"/api/v1/public/{slug}").json()["business"]["turnstile_site_key"]
        assert booked(visitor, slug, service).json()["code"] == "challenge_failed"
        world.fakes.turnstile.solved("good", action="book", hostname="testserver")
        world.fakes.turnstile.solved("elsewhere", action="login", hostname="testserver")
        assert booked(visitor, slug, service, challenge="elsewhere").status_code == 403
        assert booked(visitor, slug, service, challenge="good").status_code == 201
        assert booked(visitor, slug, service, NINE.replace("09", "10"), challenge="good").status_code == 403  # once


def test_somebody_has_to_be_reachable(world: World, client: httpx.Client, vidange: str) -> None:
    with client_of(world) as visitor:
        answer = booked(visitor, slug_of(world), vidange, customer={"name": "Sample"})
    assert answer.json()["errors"][0]["pointer"] == "/customer"


def test_reminders_once_however_many_crons_run(world: World, client: httpx.Client, vidange: str) -> None:
    client.put("/api/v1/appointments/settings", json={"reminders": [1440, 120]})
    book(client, vidange, NINE)
    kept = book(client, vidange, "2026-11-24T10:00:00+01:00").json()["appointment"]
    client.post(f"/api/v1/appointments/{kept['id']}/cancel")
    run_jobs(world)
    mails = len(world.fakes.resend.mails)
    world.clock.at = world.clock.at.replace(day=23, hour=8)  # 24 hours before the first: 9:00 in Paris
    for _ in range(3):
        drive(world)
    run_jobs(world)
    reminders = world.db.rows("SELECT id, status FROM outbox WHERE id LIKE '%_r1440_%' ORDER BY id")
    assert [(str(one["id"]).rpartition("_")[2], one["status"]) for one in reminders] == [
        ("email", "sent"),
        ("sms", "sent"),
    ]
    assert sum("Rappel" in mail["subject"] for mail in world.fakes.resend.mails[mails:]) == 1
    world.clock.at = world.clock.at.replace(day=24, hour=6, minute=30)
    drive(world)
    assert len(world.db.rows("SELECT id FROM outbox WHERE id LIKE '%_r120_%'")) == 2


def test_a_free_time_goes_to_whoever_has_waited_longest(world: World, client: httpx.Client, vidange: str) -> None:
    closed = {
        "kind": "override",
        "first_day": "2026-11-24",
        "last_day": "2026-11-24",
        "opens": "09:00",
        "closes": "09:45",
    }
    client.post("/api/v1/availability", json=closed)
    made = book(client, vidange, NINE).json()["appointment"]
    assert slots(client, vidange, "2026-11-24", "2026-11-25") == []
    slug = slug_of(world)
    with client_of(world) as visitor:
        for number in (1, 2):
            who = {"name": f"Sample {number}", "email": f"sample{number}@sample.example"}
            body = {"service_id": vidange, "first_day": "2026-11-24", "last_day": "2026-11-24", "customer": who}
            assert visitor.post(f"/api/v1/public/{slug}/waiting-list", json=body).status_code == 201
            world.clock.advance(seconds=1)
        client.post(f"/api/v1/appointments/{made['id']}/cancel")
        run_jobs(world)
        assert world.fakes.resend.mails[-1]["to"] == ["sample1@sample.example"]
        assert book(client, vidange, NINE).json()["code"] == "slot_taken"  # it is kept for them
        world.clock.advance(minutes=121)
        drive(world)
        run_jobs(world)
        assert world.fakes.resend.mails[-1]["to"] == ["sample2@sample.example"]
        path, token = link_of(world)
        offer = f"/api/v1/public/{slug}/appointments/{path.rpartition('/')[2]}"
        assert visitor.get(offer, params={"token": token}).json()["appointment"]["status"] == "held"
        taken = visitor.post(f"{offer}/accept", json={"token": token})
        assert taken.status_code == 200, taken.text
        assert taken.json()["appointment"]["status"] == "booked"
    (row,) = world.db.rows("SELECT name, source FROM appointments WHERE status = 'booked'")
    assert (row["name"], row["source"]) == ("Sample 2", "waiting_list")
    assert [one["status"] for one in world.db.rows("SELECT status FROM waiting_list ORDER BY id")] == [
        "waiting",
        "booked",
    ]


def test_reminders_of_two_crons_that_overlap(world: World, client: httpx.Client, vidange: str) -> None:
    """Both read what is due before either writes; one of them is refused."""
    for hour in (9, 10, 11):
        book(client, vidange, f"2026-11-24T{hour:02d}:00:00+01:00")
    run_jobs(world)
    world.clock.at = world.clock.at.replace(day=23, hour=10, minute=30)
    ports = replace(world.ports, db=Interleaved(world.db))

    async def both() -> list[int]:
        return await asyncio.gather(*(cron() for _ in range(3)))

    async def cron() -> int:
        rows = await due(ports, 50)
        for row in rows:
            await remind(ports, row)
        return len(rows)

    assert asyncio.run(both()) == [3, 3, 3], "each of them saw all three"
    rows = world.db.rows("SELECT id FROM outbox WHERE id LIKE '%_r1440_%'")
    assert len(rows) == 6, "a mail and a text for each appointment"
    assert world.db.rows("SELECT id FROM appointments WHERE reminder_due_at IS NOT NULL") == []


def test_one_reminder_that_breaks_is_not_the_others(world: World, client: httpx.Client, vidange: str) -> None:
    broken, well = (
        book(client, vidange, f"2026-11-24T{hour}:00:00+01:00").json()["appointment"]["id"] for hour in ("09", "10")
    )
    world.db.connection.execute("UPDATE appointments SET timezone = 'Nowhere/Land' WHERE id = ?", (broken,))
    world.clock.at = world.clock.at.replace(day=23, hour=10)
    drive(world)
    (sent,) = world.db.rows("SELECT COUNT(*) AS n FROM outbox WHERE id LIKE ?", f"out_{well}_0_r1440%")
    assert sent["n"] == 2
    (row,) = world.db.rows("SELECT reminder_due_at FROM appointments WHERE id = ?", broken)
    assert row["reminder_due_at"] == "2026-11-23 10:15:00.000"
