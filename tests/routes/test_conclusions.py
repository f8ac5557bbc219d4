"""After the conversation: what it came to, once; who is told; and figures that are those of the rows."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from modules.messaging.segments import counted
from tests.support.business import onboard, sign_in
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.threads import CONVERSATIONS, conversations, pause, text, thread
from tests.support.work import drive, run_jobs
from tools import seed
from tools.caller.session import SimulatedCall
from tools.fakes.models import Reply

NUMBER, CALLER = seed.NUMBER, "+33639980001"
MAIL = {"RESEND_API_KEY": "re_a_0123456789", "MAIL_FROM": "desk@sample.example", "TWILIO_SENDER": "+33199000000"}
MODEL = {"DEFAULT_MODELS": "openai:gpt-4.1-mini", "OPENAI_API_KEY": "sk-sample-0123456789abcdef"}
EMAIL = "owner@sample.example"


@pytest.fixture
def world() -> World:
    return World(**MAIL, APP_BASE_URL="https://app.sample.example")


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=NUMBER)
    run_jobs(world)
    world.db.rows("UPDATE users SET email = ? RETURNING 1", EMAIL)
    world.fakes.resend.mails.clear()
    return client


def talk(client: httpx.Client, world: World, *words: str) -> str:
    """A whole conversation by SMS, closed by the business; its id."""
    for one in words:
        text(client, world, one, NUMBER)
        pause(world)
    conversation_id = str(conversations(client, status="open")[0]["id"])
    assert client.post(f"{CONVERSATIONS}/{conversation_id}/close").status_code == 200
    return conversation_id


def concluded(client: httpx.Client, world: World, conversation_id: str) -> dict[str, Any]:
    drive(world)
    run_jobs(world)
    found: dict[str, Any] = client.get(f"{CONVERSATIONS}/{conversation_id}").json()["conversation"]
    return found


def reports(world: World) -> list[dict[str, Any]]:
    return [one for one in world.fakes.resend.mails if one["to"] == [EMAIL] and "human" not in one["subject"]]


MESSAGE = (
    "Je voudrais laisser un message",
    "Claire Exemple",
    "oui",
    "Ma voiture fait un bruit étrange, c'est inadmissible",
)


def test_a_conversation_is_reported_by_rules_and_mailed_once(owner: httpx.Client, world: World) -> None:
    place = talk(owner, world, *MESSAGE)
    assert thread(owner)["report"] is None
    found = concluded(owner, world, place)
    report = found["report"]
    assert (found["outcome"], report["sentiment"], report["made_by"]) == ("message_taken", "negative", "rules")
    assert "bruit étrange" in report["summary"]
    assert report["next_steps"] == ["Donner suite au message."]
    (mail,) = reports(world)
    assert mail["subject"].startswith("Garage Exemple : Claire Exemple (sms, 2026-11-20")
    assert f"https://app.sample.example/conversations/{place}" in mail["text"]
    for _ in range(3):
        drive(world)
        run_jobs(world)
    assert len(reports(world)) == 1
    usage = {row["kind"]: row["quantity"] for row in world.db.rows("SELECT kind, quantity FROM usage_records")}
    assert usage == {"sms_segments": sum(counted(one).segments for one in texts(world)), "agent_turns": 4}


def texts(world: World) -> list[str]:
    return [str(one["body"]) for one in world.fakes.twilio.messages]


def test_nobody_is_mailed_who_does_not_want_to_be(owner: httpx.Client, world: World) -> None:
    settings = owner.get("/api/v1/omnichannel/settings").json()["settings"]
    settings.pop("currency")
    assert owner.put("/api/v1/omnichannel/settings", json={**settings, "mails_reports": False}).status_code == 200
    found = concluded(owner, world, talk(owner, world, "Bonjour"))
    assert (found["report"] is not None, reports(world)) == (True, [])


def test_a_call_is_reported_when_it_ends(owner: httpx.Client, world: World) -> None:
    with client_of(world) as provider:
        call = SimulatedCall(provider, NUMBER, CALLER, VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"])
        with call as given:
            given.start()
            given.say("Quelle est votre adresse ?")
            given.hang_up()
    (head,) = conversations(owner, channel="voice")
    found = concluded(owner, world, head["id"])
    assert (found["outcome"], found["report"]["sentiment"]) == ("answered", "neutral")
    assert "adresse" in found["report"]["summary"]
    stats = owner.get("/api/v1/calls/stats").json()["stats"]
    (row,) = world.db.rows("SELECT duration_s FROM calls")
    assert stats["ends"] == [{"direction": "inbound", "status": "completed", "count": 1}]
    assert (stats["mean_duration_s"], stats["figures"]["call_s"]) == (row["duration_s"], row["duration_s"])
    assert (stats["figures"]["answered"], stats["model_turns"], stats["first_words_p50_ms"]) == (1, 0, None)


def test_call_stats_tell_the_wait_for_a_model(owner: httpx.Client, world: World) -> None:
    with client_of(world) as provider:
        call = SimulatedCall(provider, NUMBER, CALLER, VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"])
        with call as given:
            given.start()
            for _ in range(3):
                given.say("Quelle est votre adresse ?")
            given.hang_up()
    turns = world.db.rows("SELECT turn FROM conversation_turns ORDER BY turn")
    for index, row in enumerate(turns):
        world.db.rows(
            "UPDATE conversation_turns SET first_words_ms = ? WHERE turn = ? RETURNING 1", index * 100.0, row["turn"]
        )
    stats = owner.get("/api/v1/calls/stats").json()["stats"]
    count = len(turns)
    waits = [index * 100.0 for index in range(count)]
    assert stats["model_turns"] == count >= 3
    assert stats["first_words_p50_ms"] == waits[-(-count // 2) - 1]
    assert stats["first_words_p95_ms"] == waits[-1]
    assert owner.get("/api/v1/calls/stats", params={"from": "2020-01-01"}).status_code == 422


def test_silence_ends_a_written_conversation(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    world.clock.advance(hours=13)
    world.jobs.sent.append(("clean_up", {}))
    run_jobs(world)
    sign_in(owner, EMAIL)
    found = concluded(owner, world, conversations(owner)[0]["id"])
    assert (found["status"], found["outcome"]) == ("closed", "answered")


def test_one_that_waits_for_a_human_is_not_closed_over_night(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Je veux parler à quelqu'un", NUMBER)
    pause(world)
    world.clock.advance(hours=13)
    world.jobs.sent.append(("clean_up", {}))
    run_jobs(world)
    sign_in(owner, EMAIL)
    assert conversations(owner)[0]["status"] == "open"


def test_a_failure_at_any_statement_writes_nothing_and_is_made_up_for(owner: httpx.Client, world: World) -> None:
    place = talk(owner, world, *MESSAGE)
    tables = ("conversation_reports", "usage_records", "analytics_daily", "webhook_events", "outbox")
    before = [world.db.rows(f"SELECT * FROM {table}") for table in tables]
    for index in range(7):
        world.db.fail_in = ("INTO conversation_reports", index)
        drive(world)
        world.db.fail_in = None
        assert [world.db.rows(f"SELECT * FROM {table}") for table in tables] == before
        world.clock.advance(minutes=6)
    sign_in(owner, EMAIL)
    assert concluded(owner, world, place)["report"]["summary"]
    assert len(reports(world)) == 1


class TestByModel:
    @pytest.fixture
    def world(self) -> World:
        return World(**MAIL, **MODEL)

    @pytest.fixture
    def owner(self, owner: httpx.Client, world: World) -> httpx.Client:
        world.db.rows("UPDATE tenants SET subscription_plan = 'pro' RETURNING 1")
        return owner

    def concluded(self, owner: httpx.Client, world: World, said: str, *words: str) -> dict[str, Any]:
        for one in words:
            text(owner, world, one, NUMBER)
            world.fakes.openai.script.append(Reply("Bien sûr, je regarde cela."))
            pause(world)
        conversation_id = str(conversations(owner, status="open")[0]["id"])
        assert owner.post(f"{CONVERSATIONS}/{conversation_id}/close").status_code == 200
        world.fakes.openai.script[:] = [Reply(said)]
        return concluded(owner, world, conversation_id)

    def test_its_words_stand_where_they_are_so(self, owner: httpx.Client, world: World) -> None:
        said = {
            "summary": "La personne cherche des pneus d'hiver pour sa berline.",
            "sentiment": "positive",
            "next_steps": ["Envoyer un devis."],
            "fields": {"name": "Claire", "interest": "pneus d'hiver", "email": "invented@sample.example", "age": "42"},
        }
        words = f"Voici : {json.dumps(said, ensure_ascii=False)}"
        found = self.concluded(owner, world, words, "Je suis Claire, je cherche des pneus d'hiver pour ma berline")
        report = found["report"]
        assert (report["summary"], report["sentiment"]) == (said["summary"], "positive")
        assert report["fields"] == {"name": "Claire", "interest": "pneus d'hiver"}
        assert report["made_by"] == "openai:gpt-4.1-mini"
        (lead,) = world.db.rows("SELECT name, phone, email, interest FROM prospects")
        assert lead == {"name": "Claire", "phone": CALLER, "email": None, "interest": "pneus d'hiver"}

    @pytest.mark.parametrize(
        "summary",
        ["Un rendez-vous a été réservé pour mardi.", "Le devis est de 9 999 euros.", "Un e-mail lui a été envoyé."],
    )
    def test_what_is_not_so_is_not_reported(self, owner: httpx.Client, world: World, summary: str) -> None:
        said = json.dumps({"summary": summary, "sentiment": "neutral"})
        report = self.concluded(owner, world, said, "Bonjour, une question sur mes pneus")["report"]
        assert summary not in report["summary"]
        assert "pneus" in report["summary"]

    @pytest.mark.parametrize(
        "said", ["", "pas du JSON", "{}", '{"summary": 1}', '{"summary": "x", "sentiment": "sad"}']
    )
    def test_what_is_no_report_is_made_by_rules(self, owner: httpx.Client, world: World, said: str) -> None:
        report = self.concluded(owner, world, said, "Bonjour, une question sur mes pneus")["report"]
        assert (report["made_by"], "pneus" in report["summary"]) == ("rules", True)


def recounted(world: World, tenant_id: str, zone: str) -> dict[tuple[str, str], dict[str, int]]:
    """From the rows, by another hand."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in world.db.rows("SELECT * FROM omni_conversations WHERE tenant_id = ?", tenant_id):
        at = datetime.fromisoformat(f"{row['started_at']}+00:00").astimezone(ZoneInfo(zone))
        one = found.setdefault((at.date().isoformat(), str(row["channel"])), {})
        one["conversations"] = one.get("conversations", 0) + 1
        one[str(row["outcome"])] = one.get(str(row["outcome"]), 0) + 1
        for message in world.db.rows("SELECT role FROM omni_messages WHERE conversation_id = ?", row["id"]):
            name = {"caller": "messages_in", "agent": "messages_agent", "human": "messages_human"}[str(message["role"])]
            one[name] = one.get(name, 0) + 1
    return found


def test_figures_are_those_of_the_rows_at_any_time(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    onboard(other, number="+33199007890")
    tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
    world.clock.at = datetime.fromisoformat("2026-10-24T21:30:00+00:00")  # the clocks change that night in Paris
    sign_in(owner, EMAIL)
    for number in range(12):
        caller = f"+3363998{number:04d}"
        words = ("Je veux parler à quelqu'un",) if number % 3 == 0 else ("Bonjour", "Vos horaires ?")
        for one in words:
            text(owner, world, one, NUMBER, From=caller)
            pause(world)
        text(other, world, "Bonjour", "+33199007890", From=caller)
        pause(world)
        if number % 2:
            assert owner.post(f"{CONVERSATIONS}/{conversations(owner)[0]['id']}/close").status_code == 200
            drive(world)
        world.clock.advance(minutes=40)
        sign_in(owner, EMAIL)
        query = {"from": "2026-10-20", "to": "2026-10-30"}
        board = owner.get("/api/v1/analytics/dashboard", params=query).json()["dashboard"]
        expected = recounted(world, tenant_id, "Europe/Paris")
        shown = {
            (str(row["day"]), str(row["channel"])): row
            for row in world.db.rows("SELECT * FROM analytics_daily WHERE tenant_id = ?", tenant_id)
        }
        assert set(shown) == set(expected)
        for key, figures in expected.items():
            assert {name: shown[key][name] for name in figures if name != "None"} == {
                name: count for name, count in figures.items() if name != "None"
            }
        assert board["total"]["conversations"] == sum(one["conversations"] for one in expected.values())
    assert len({day for day, _ in expected}) == 2
    assert [one["day"] for one in board["days"]] == [f"2026-10-{day}" for day in range(20, 31)]


def test_spans_are_spans(owner: httpx.Client, world: World) -> None:
    for query in ({"from": "2026-11-20", "to": "2026-11-19"}, {"from": "2020-01-01"}, {"from": "x"}):
        assert owner.get("/api/v1/analytics/overview", params=query).status_code == 422
    empty = owner.get("/api/v1/analytics/overview").json()["overview"]
    assert (empty["total"]["conversations"], empty["channels"], empty["last_day"]) == (0, {}, "2026-11-20")
    assert owner.get("/api/v1/analytics/insights").json()["insights"]["items"] == []


def test_insights_say_what_stands_out(owner: httpx.Client, world: World) -> None:
    for number in range(4):
        text(
            owner,
            world,
            "Je veux parler à quelqu'un" if number == 0 else "Bonjour",
            NUMBER,
            From=f"+3363998000{number}",
        )
        pause(world)
    owner.post("/api/v1/knowledge/ask", json={"question": "Vendez-vous des tracteurs ?"})
    items = {one["kind"]: one for one in owner.get("/api/v1/analytics/insights").json()["insights"]["items"]}
    assert (items["busiest_weekday"]["detail"], items["busiest_weekday"]["value"]) == ("fri", 4)
    assert items["automation"]["value"] == 0.75
    assert items["unanswered"]["detail"] == "Vendez-vous des tracteurs ?"
