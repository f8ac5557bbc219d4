"""Texts that come in and are answered: once, by the agent or by a human, as consent allows."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from modules.engine.engine import converse
from modules.inbox import service as inbox
from modules.omnichannel.inbound import HANDLERS
from modules.threads import answering
from modules.threads.answering import LEASE_S, MOST_AN_HOUR, MOST_ATTEMPTS
from modules.threads.receiving import MOST_PUT_OFF_S
from modules.threads.told import text_told
from ports.messages import InboundText
from tests.support.business import onboard, sign_in, sign_up
from tests.support.diary import book, service_id
from tests.support.fakes import World
from tests.support.signed import SMS, STATUS, sms, twilio
from tests.support.threads import CONVERSATIONS, PAUSE_S, conversations, pause, said, sent, text, thread
from tests.support.work import drive, run_jobs
from tools import seed

NUMBER, CALLER = seed.NUMBER, "+33639980001"
INTRO = "Bonjour, ici Camille, assistant virtuel de Garage Exemple. "


@pytest.fixture
def world() -> World:
    return World(TWILIO_SENDER="+33199000000")


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=NUMBER)
    run_jobs(world)
    return client


def test_a_text_is_answered_from_the_facts_and_from_the_number_that_was_written_to(
    owner: httpx.Client, world: World
) -> None:
    text(owner, world, "Quelle est votre adresse ?", NUMBER)
    assert sent(world) == []
    pause(world)
    (message,) = world.fakes.twilio.messages
    assert (message["to"], message["from"]) == (CALLER, NUMBER)
    assert message["body"].startswith(INTRO)
    assert "12 rue de l'Exemple" in message["body"] or "adresse" in message["body"]
    found = thread(owner, channel="sms")
    assert [(one["role"], one["turn"]) for one in found["messages"]] == [("caller", 1), ("agent", 1)]
    assert found["messages"][1]["delivery"]["status"] == "sent"
    assert (found["waiting_since"], found["customer_phone"], found["is_unread"]) == (None, CALLER, True)


def test_a_message_is_left_in_three_turns(owner: httpx.Client, world: World) -> None:
    for words in ("Je voudrais laisser un message", "Claire Exemple", "oui", "Ma voiture fait un bruit étrange"):
        text(owner, world, words, NUMBER)
        pause(world)
    found = thread(owner, channel="sms")
    (ticket,) = found["tickets"]
    assert (ticket["caller_name"], ticket["phone_number"]) == ("Claire Exemple", CALLER)
    assert "bruit" in ticket["body"]
    assert "C'est noté" in sent(world)[-1]
    assert "06 39 98 00 01" in sent(world)[1]


def test_nothing_of_a_call_is_left_in_what_is_written(owner: httpx.Client, world: World) -> None:
    for words in ("xyzzy", "xyzzy blabla", "Je veux parler à quelqu'un"):
        text(owner, world, words, NUMBER)
        pause(world)
    assert not any(word in " ".join(sent(world)) for word in ("appuyez", "appel", "raccroch", "entend"))


def test_several_messages_in_a_row_are_answered_once(owner: httpx.Client, world: World) -> None:
    for words in ("Bonjour", "Vous êtes ouverts quand", "le samedi ?"):
        text(owner, world, words, NUMBER)
    pause(world)
    drive(world)
    assert len(sent(world)) == 1
    found = thread(owner, channel="sms")
    assert [role for role, _ in said(found)] == ["caller", "caller", "caller", "agent"]
    assert {one["turn"] for one in found["messages"]} == {1}


def test_each_message_puts_the_answer_off_but_not_for_ever(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", NUMBER)
    for _ in range(MOST_PUT_OFF_S + 2 * PAUSE_S):
        world.clock.advance(seconds=PAUSE_S - 1)
        text(owner, world, "et aussi", NUMBER)
        world.jobs.sent += world.jobs.later
        world.jobs.later.clear()
        run_jobs(world)
        if sent(world):
            break
    assert len(sent(world)) == 1


def test_a_redelivery_is_the_same_message(owner: httpx.Client, world: World) -> None:
    given = sms("Quels sont vos horaires ?", NUMBER)
    for _ in range(3):
        twilio(owner, SMS, given)
        run_jobs(world)
    pause(world)
    twilio(owner, SMS, given)
    run_jobs(world)
    pause(world)
    assert len(sent(world)) == 1
    assert len(thread(owner)["messages"]) == 2


def test_a_lost_job_is_made_up_for_by_cron(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    world.jobs.later.clear()
    world.clock.advance(seconds=PAUSE_S)
    drive(world)
    assert len(sent(world)) == 1


@pytest.mark.parametrize(("words", "most"), [("answer_attempts + 1", 2), ("INTO conversation_turns", 12)])
def test_a_failure_at_any_step_writes_nothing_and_is_made_up_for(
    owner: httpx.Client, world: World, words: str, most: int
) -> None:
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    kept = ("omni_messages", "conversation_turns", "outbox", "webhook_events")
    before = [world.db.rows(f"SELECT * FROM {table}") for table in kept]
    failed = 0
    for index in range(most):
        world.clock.advance(seconds=LEASE_S)
        world.db.rows("UPDATE omni_conversations SET answer_attempts = 0 RETURNING 1")
        world.db.fail_in = (words, index)
        drive(world)
        world.db.fail_in = None
        if sent(world):
            break
        failed += 1
        assert [world.db.rows(f"SELECT * FROM {table}") for table in kept] == before
    assert failed >= (1 if most == 2 else 5)
    world.clock.advance(seconds=LEASE_S)
    drive(world)
    run_jobs(world)
    assert len(sent(world)) == 1
    assert [role for role, _ in said(thread(owner))] == ["caller", "agent"]


def test_what_fails_again_and_again_is_given_to_a_human(
    owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(answering, "converse", broken)
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    pause(world)
    for _ in range(MOST_ATTEMPTS + 1):
        world.clock.advance(seconds=60)
        drive(world)
    assert sent(world) == ["Nous avons bien reçu votre message. Un collègue vous répondra ici."]
    found = thread(owner)
    assert (found["handled_by"], found["waiting_since"] is not None) == ("human", True)


def test_one_who_asks_for_a_human_gets_one(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Je veux parler à quelqu'un", NUMBER)
    pause(world)
    found = thread(owner, waiting=True)
    assert (found["handled_by"], found["outcome"]) == ("human", "transferred")
    assert "Je préviens un collègue" in sent(world)[0]
    mails = world.db.rows("SELECT template FROM outbox WHERE template = 'human_wanted'")
    assert len(mails) == 1
    text(owner, world, "Allô ?", NUMBER)
    pause(world)
    assert len(sent(world)) == 1


def test_a_human_takes_over_answers_and_hands_back(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    place = f"{CONVERSATIONS}/{thread(owner)['id']}"
    taken = owner.post(f"{place}/takeover").json()["conversation"]
    assert (taken["handled_by"], taken["is_unread"]) == ("human", False)
    text(owner, world, "Vous avez ma voiture ?", NUMBER)
    pause(world)
    drive(world)
    assert len(sent(world)) == 1  # the agent is silent
    answered = owner.post(f"{place}/messages", json={"text": "Oui, elle est prête."})
    assert answered.status_code == 201, answered.text
    assert answered.json()["conversation"]["waiting_since"] is None
    run_jobs(world)
    assert sent(world)[-1] == "Oui, elle est prête."
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    back = owner.post(f"{place}/handback").json()["conversation"]
    assert back["handled_by"] == "agent"
    pause(world)
    assert len(sent(world)) == 3
    found = thread(owner)
    roles = ["caller", "agent", "caller", "human", "caller", "agent"]
    assert [role for role, _ in said(found)] == roles
    assert found["messages"][3]["user_id"] == owner.get("/api/v1/auth/me").json()["user"]["id"]


def test_a_takeover_while_the_agent_thinks_silences_it(
    owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    place = f"{CONVERSATIONS}/{thread(owner)['id']}"

    async def slow(*given: Any) -> Any:
        world.db.rows("UPDATE omni_conversations SET handled_by = 'human' RETURNING 1")
        return await converse(*given)

    monkeypatch.setattr(answering, "converse", slow)
    pause(world)
    assert (sent(world), [role for role, _ in said(thread(owner))]) == ([], ["caller"])
    assert world.db.rows("SELECT * FROM conversation_turns") == []
    monkeypatch.setattr(answering, "converse", converse)
    assert owner.post(f"{place}/handback").status_code == 200
    pause(world)
    assert len(sent(world)) == 1


def test_what_is_written_while_the_agent_thinks_is_answered_with_the_rest(
    owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    times = 0

    async def slow(*given: Any) -> Any:
        nonlocal times
        times += 1
        if times == 1:
            late = InboundText("twilio", "SM9", "sms", NUMBER, CALLER, "Le samedi")
            await inbox.receive(world.ports, text_told(late))
            await inbox.handle(world.ports, HANDLERS, world.jobs.sent.pop()[1]["id"])
        return await converse(*given)

    monkeypatch.setattr(answering, "converse", slow)
    pause(world)
    pause(world)
    drive(world)
    assert (times, len(sent(world))) == (2, 1)
    assert [role for role, _ in said(thread(owner))] == ["caller", "caller", "agent"]


@pytest.mark.parametrize(("word", "goes_out"), [("STOP", 0), ("Arrêt", 1), ("stop.", 0)])
def test_stop_is_the_last_word(owner: httpx.Client, world: World, word: str, goes_out: int) -> None:
    """Twilio answers STOP itself; what it does not know we confirm, once."""
    text(owner, world, word, NUMBER)
    pause(world)
    assert len(sent(world)) == goes_out
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    pause(world)
    assert len(sent(world)) == goes_out
    reply = world.db.rows("SELECT status, reason FROM outbox WHERE purpose = 'reply'")
    assert reply == [{"status": "unsent", "reason": "no_consent"}]
    text(owner, world, "oui", NUMBER)
    text(owner, world, "Quels sont vos horaires ?", NUMBER)
    pause(world)
    assert len(sent(world)) == goes_out + 1


def test_stop_to_one_number_leaves_another_and_another_business(
    owner: httpx.Client, other: httpx.Client, world: World
) -> None:
    second = "+33199005678"
    agent = owner.get("/api/v1/omnichannel/agents").json()["items"][0]["id"]
    mapping = {"phone_number": second, "agent_id": agent}
    assert owner.post("/api/v1/omnichannel/phone-mappings", json=mapping).status_code == 201
    onboard(other, number="+33199007890")
    run_jobs(world)
    text(owner, world, "STOP", NUMBER)
    for number in (NUMBER, second, "+33199007890"):
        text(owner, world, "Bonjour", number)
        pause(world)
    assert [one["from"] for one in world.fakes.twilio.messages] == [second, "+33199007890"]
    withdrawn = {"channel": "sms", "address": CALLER, "state": "withdrawn", "source": "by phone"}
    assert owner.put("/api/v1/messaging/consents", json=withdrawn).status_code == 200
    text(owner, world, "Encore", second)
    pause(world)
    assert len(sent(world)) == 2
    text(owner, world, "START", second)
    text(owner, world, "Encore", second)
    pause(world)
    assert len(sent(world)) == 3


def test_a_plain_yes_is_no_consent(owner: httpx.Client, world: World) -> None:
    text(owner, world, "oui", NUMBER)
    pause(world)
    assert world.db.rows("SELECT * FROM message_consents") == []
    assert len(sent(world)) == 1


def test_help_tells_whose_number_it_is(owner: httpx.Client, world: World) -> None:
    text(owner, world, "AIDE", NUMBER)
    pause(world)
    (message,) = sent(world)
    assert message.startswith("Garage Exemple")
    assert "STOP" in message


def test_a_card_number_is_neither_stored_nor_answered(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Ma carte est 4111 1111 1111 1111", NUMBER)
    pause(world)
    assert "4111" not in str(thread(owner)["messages"])


def test_a_file_alone_is_acknowledged(owner: httpx.Client, world: World) -> None:
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/media/ME1", "MediaContentType0": "image/jpeg"}
    text(owner, world, "", NUMBER, **media)
    pause(world)
    assert "fichier" in sent(world)[0]
    (attachment,) = thread(owner)["messages"][0]["attachments"]
    assert (attachment["content_type"], attachment["filename"]) == ("image/jpeg", "ME1")


def test_two_machines_do_not_talk_for_ever(owner: httpx.Client, world: World) -> None:
    for number in range(MOST_AN_HOUR + 5):
        text(owner, world, f"Quelle est votre adresse, question {number} ?", NUMBER)
        pause(world)
        if number % 20 == 19:
            sign_in(owner, str(world.db.rows("SELECT email FROM users")[0]["email"]))
    assert len(sent(world)) == MOST_AN_HOUR
    assert thread(owner)["handled_by"] == "human"


def test_a_closed_conversation_stays_closed_and_the_next_message_opens_another(
    owner: httpx.Client, world: World
) -> None:
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    place = f"{CONVERSATIONS}/{thread(owner)['id']}"
    assert owner.post(f"{place}/close").json()["conversation"]["status"] == "closed"
    for deed in ("takeover", "handback", "close"):
        assert owner.post(f"{place}/{deed}").json()["code"] == "conversation_closed"
    refused = owner.post(f"{place}/messages", json={"text": "Trop tard"})
    assert refused.json()["code"] == "conversation_closed"
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    assert [one["status"] for one in conversations(owner, channel="sms")] == ["open", "closed"]
    assert len({one["customer_id"] for one in conversations(owner, channel="sms")}) == 1


def test_the_list_is_filtered_and_searched(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    text(owner, world, "Avez-vous des pneus d'été ?", NUMBER)
    pause(world)
    text(owner, world, "Je veux parler à quelqu'un", NUMBER, From="+33639980002")
    pause(world)
    user = owner.get("/api/v1/auth/me").json()["user"]["id"]
    ids = [one["id"] for one in conversations(owner)]
    assert owner.put(f"{CONVERSATIONS}/{ids[0]}/assignment", json={"user_id": user}).status_code == 200
    assert owner.put(f"{CONVERSATIONS}/{ids[0]}/assignment", json={"user_id": "usr_x"}).status_code == 422
    assert owner.post(f"{CONVERSATIONS}/{ids[1]}/read").json()["conversation"]["is_unread"] is False
    for filters, expected in (
        ({"q": "pneus"}, ids[1:]),
        ({"q": "ETE pne"}, ids[1:]),
        ({"q": "tracteur"}, []),
        ({"q": "?!"}, []),
        ({"q": '" OR tenant:x'}, []),
        ({"handled_by": "human"}, ids[:1]),
        ({"assigned_to": "me"}, ids[:1]),
        ({"assigned_to": "none"}, ids[1:]),
        ({"unread": True}, ids[:1]),
        ({"unread": False}, ids[1:]),
        ({"waiting": True}, ids[:1]),
        ({"channel": "voice"}, []),
        ({"limit": 1}, ids[:1]),
        ({"limit": 1, "cursor": ids[0]}, ids[1:]),
    ):
        assert [one["id"] for one in conversations(owner, **filters)] == expected, filters
    sign_up(other)
    assert conversations(other, q="pneus") == []


def test_a_report_tells_what_became_of_an_answer(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    sid = world.fakes.twilio.messages[0]["sid"]
    for status in ("delivered", "sent", "delivered"):
        given = sms("", CALLER, MessageSid=sid, MessageStatus=status, From=NUMBER)
        assert twilio(owner, STATUS, given).status_code == 204
        run_jobs(world)
    delivery = thread(owner)["messages"][1]["delivery"]
    assert (delivery["status"], delivery["delivered_at"] is not None) == ("sent", True)
    whose = world.db.rows("SELECT DISTINCT tenant_id FROM inbound_events")
    assert whose == world.db.rows("SELECT id AS tenant_id FROM tenants")


def test_a_switched_off_channel_stores_and_says_nothing(owner: httpx.Client, world: World) -> None:
    world.db.rows(
        "INSERT INTO tenant_channels (tenant_id, channel, enabled, created_at, updated_at)"
        " SELECT id, 'sms', 0, '2026-11-20', '2026-11-20' FROM tenants RETURNING 1"
    )
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    drive(world)
    assert (sent(world), thread(owner)["waiting_since"] is not None) == ([], True)


def test_an_english_message_is_answered_in_english(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Hello, could you tell me when you are open on Saturday?", NUMBER)
    pause(world)
    assert sent(world)[0].startswith("Hello, this is Camille, the virtual assistant of Garage Exemple.")


def remind(owner: httpx.Client, world: World, start: str) -> str:
    """An appointment of the caller's, reminded of by a text; its id."""
    customer = {"name": "Claire Exemple", "phone": CALLER}
    made = book(owner, service_id(owner), start, customer=customer)
    assert made.status_code == 201, made.text
    run_jobs(world)
    world.clock.at = datetime.fromisoformat(start) - timedelta(hours=23)
    drive(world)
    run_jobs(world)
    sign_in(owner, str(world.db.rows("SELECT email FROM users")[0]["email"]))
    return str(made.json()["appointment"]["id"])


@pytest.mark.parametrize(
    ("words", "status", "confirmed", "intent"),
    [
        ("1", "booked", True, "appointment_confirmed"),
        ("Je confirme !", "booked", True, "appointment_confirmed"),
        ("2", "cancelled", False, "appointment_cancelled"),
        ("J'annule.", "cancelled", False, "appointment_cancelled"),
        ("Quels sont vos horaires ?", "booked", False, "opening_hours"),
    ],
)
def test_a_reminder_is_answered_by_a_word(
    owner: httpx.Client, world: World, words: str, status: str, confirmed: bool, intent: str
) -> None:
    assert owner.put("/api/v1/messaging/policies/sms", json={"sender": NUMBER, "daily_cap": 50}).status_code == 200
    place = f"/api/v1/appointments/{remind(owner, world, '2026-11-25T10:00:00+01:00')}"
    assert "Répondez 1 pour confirmer, 2 pour annuler." in sent(world)[-1]
    text(owner, world, words, NUMBER)
    pause(world)
    found = owner.get(place).json()["appointment"]
    assert (found["status"], found["confirmed_at"] is not None) == (status, confirmed)
    assert thread(owner)["messages"][-1]["intent"] == intent


def test_a_yes_to_something_else_confirms_nothing(owner: httpx.Client, world: World) -> None:
    assert owner.put("/api/v1/messaging/policies/sms", json={"sender": NUMBER, "daily_cap": 50}).status_code == 200
    place = f"/api/v1/appointments/{remind(owner, world, '2026-11-25T10:00:00+01:00')}"
    for words in ("Je voudrais laisser un message", "oui"):
        text(owner, world, words, NUMBER)
        pause(world)
    assert owner.get(place).json()["appointment"]["confirmed_at"] is None
    text(owner, world, "1", NUMBER, From="+33639980002")
    pause(world)
    assert owner.get(place).json()["appointment"]["confirmed_at"] is None


def test_without_a_number_of_ours_no_answer_is_asked_for(owner: httpx.Client, world: World) -> None:
    remind(owner, world, "2026-11-25T10:00:00+01:00")
    assert "Répondez" not in sent(world)[-1]


def test_a_reminder_goes_where_they_write(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", f"whatsapp:{NUMBER}", From=f"whatsapp:{CALLER}")
    pause(world)
    sid = "HX" + "0" * 32
    world.fakes.twilio.contents[sid] = "{{1}}, rappel : {{2}}"
    template = {"name": sid, "language_code": "fr", "body": "{{1}}, rappel : {{2}}", "parameters": ["name", "when"]}
    assert owner.put("/api/v1/messaging/templates/appointment/fr", json=template).status_code == 200
    policy = {"sender": NUMBER, "daily_cap": 50}
    assert owner.put("/api/v1/messaging/policies/whatsapp", json=policy).status_code == 200
    remind(owner, world, "2026-11-25T10:00:00+01:00")
    last = world.fakes.twilio.messages[-1]
    assert (last["to"], last["body"]) == (
        f"whatsapp:{CALLER}",
        "Claire Exemple, rappel : mercredi 25 novembre 2026 à 10 h",
    )
