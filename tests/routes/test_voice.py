from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from errors import Misconfigured
from modules.calls.service import FLOOD_MIN, MOST_CALLS
from ports.dialogue import TurnReply, TurnRequest
from tests.support.business import onboard
from tests.support.fakes import VARIABLES, World
from tests.support.http import ORIGIN, client_of
from tools.caller.document import read
from tools.caller.session import SimulatedCall

NUMBER, CALLER = "+33199001234", "+33639980001"
ACCOUNT, TOKEN = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
VOICE, STATUS = "/webhooks/omnichannel/voice", "/webhooks/omnichannel/call-status"


def call(client: httpx.Client, to: str = NUMBER, **options: Any) -> SimulatedCall:
    return SimulatedCall(client, to, CALLER, ACCOUNT, TOKEN, **options)


@pytest.fixture
def garage(client: httpx.Client, world: World) -> str:
    """A business whose agent answers NUMBER; the client is a provider's from here on."""
    tenant_id = onboard(client, number=NUMBER)
    client.headers.pop("Authorization")
    world.db.batches.clear()
    return tenant_id


def signed(client: httpx.Client, path: str, params: dict[str, str], token: str = TOKEN) -> httpx.Response:
    signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", params)
    return client.post(path, data=params, headers={"X-Twilio-Signature": signature})


def parameters(sid: str = "CA" + "0" * 32, **changes: str) -> dict[str, str]:
    return {
        "CallSid": sid,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "To": NUMBER,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
    } | changes


def test_a_call_is_greeted_by_the_agent_and_stored(client: httpx.Client, garage: str, world: World) -> None:
    with call(client) as caller:
        words = caller.start()
    assert words == [
        "Garage Exemple, bonjour. Ici Camille, l'agent vocal virtuel de l'accueil. Que puis-je faire pour vous ?"
    ]
    (stored,) = world.db.rows(
        "SELECT c.tenant_id, c.from_number, c.to_number, c.direction, s.agent_version, s.channel, u.phone"
        " FROM calls AS c JOIN omni_conversations AS s ON s.id = c.conversation_id"
        " JOIN customer_details AS u ON u.id = s.customer_id"
    )
    assert stored == {
        "tenant_id": garage,
        "from_number": CALLER,
        "to_number": NUMBER,
        "direction": "inbound",
        "agent_version": 1,
        "channel": "voice",
        "phone": CALLER,
    }


def test_a_turn_is_one_read_and_one_write_and_stores_what_it_was_answered_from(
    client: httpx.Client, garage: str, world: World
) -> None:
    with call(client) as caller:
        caller.start()
        world.db.batches.clear()
        words = caller.say("Bonjour, êtes-vous ouvert samedi ?", confidence=0.87)
        batches = list(world.db.batches)
    assert "9 heures à midi 30" in words[0]
    assert len(batches) == 2
    said, answered = world.db.rows("SELECT * FROM omni_messages WHERE turn = 1 ORDER BY role DESC")
    assert (said["role"], said["body"], said["confidence"]) == ("caller", "Bonjour, êtes-vous ouvert samedi ?", 0.87)
    assert (answered["role"], answered["intent"], answered["sources"]) == ("agent", "opening_hours", '["hours"]')
    assert answered["body"] == words[0]


def test_voice_language_and_hints_are_the_agents_own(client: httpx.Client, garage: str) -> None:
    with call(client) as caller:
        caller.start()
        gather = read(caller.document.encode() if isinstance(caller.document, str) else caller.document)[0]
    assert gather.get("language") == "fr-FR"
    assert gather.get("input") == "speech dtmf"
    assert "Vidange" in str(gather.get("hints"))
    assert [say.get("voice") for say in gather] == ["Polly.Lea-Neural"]


def test_a_message_becomes_a_ticket_with_a_number_one_can_call(client: httpx.Client, garage: str, world: World) -> None:
    with call(client) as caller:
        caller.start()
        for words in ("je voudrais laisser un message", "Sample Caller", "oui", "Ma voiture fait du bruit"):
            assert world.db.rows("SELECT COUNT(*) AS n FROM tickets") == [{"n": 0}]
            last = caller.say(words)
    assert last[0].startswith("C'est noté")
    (ticket,) = world.db.rows("SELECT tenant_id, caller_name, phone_number, body, status FROM tickets")
    assert ticket == {
        "tenant_id": garage,
        "caller_name": "Sample Caller",
        "phone_number": CALLER,
        "body": "Ma voiture fait du bruit",
        "status": "open",
    }
    assert world.db.rows("SELECT outcome FROM omni_conversations") == [{"outcome": "message_taken"}]
    assert world.db.rows("SELECT name FROM customers") == [{"name": "Sample Caller"}]


def test_a_transfer_dials_the_human_and_nobody_there_leads_to_a_message(client: httpx.Client, garage: str) -> None:
    with call(client) as caller:
        caller.start()
        caller.say("je veux parler à quelqu'un")
        assert caller.dialled == "+33199004321"
        words = caller.transfer_result("no-answer")
        assert "message" in words[0].lower()
        assert not caller.is_over


def test_silence_is_asked_about_twice_and_then_ends(client: httpx.Client, garage: str) -> None:
    with call(client) as caller:
        caller.start()
        first, second = caller.silence(), caller.silence()
        assert first != second
        assert not caller.is_over
        caller.silence()
        assert caller.is_over


def test_a_repeated_request_gets_the_stored_document_and_changes_nothing(
    client: httpx.Client, garage: str, world: World
) -> None:
    with call(client) as caller:
        caller.start()
        greeting = caller.document
        before = world.db.dump()
        assert caller.resend_last().text == greeting
        assert world.db.dump() == before
        caller.say("quels sont vos horaires ?")
        answer, before = caller.document, world.db.dump()
        world.clock.advance(hours=1)
        assert caller.resend_last().text == answer
        assert world.db.dump() == before


def test_a_conversation_stays_on_its_version(client: httpx.Client, garage: str, world: World) -> None:
    caller = call(client)
    caller.start()
    world.db.connection.execute("UPDATE omni_agent_configs SET voice_language = 'en-GB'")
    assert "samedi" in caller.say("ouvert samedi ?")[0].lower()


def test_a_number_that_nobody_has_is_apologised_for_and_counted(
    client: httpx.Client, garage: str, world: World
) -> None:
    tenants = {t: rows for t, rows in world.db.dump().items() if t != "inbound_events"}
    with call(client, to="+33199009999", status_events=()) as caller:
        words = caller.start()
        assert caller.is_over
        caller.resend_last()
    assert words == ["Désolé, ce numéro n'est pas en service. Au revoir."]
    assert world.db.rows("SELECT kind FROM inbound_events") == [{"kind": "call.unresolved"}]
    assert {t: rows for t, rows in world.db.dump().items() if t != "inbound_events"} == tenants


def test_an_unproven_number_routes_nothing(world: World) -> None:
    production = World(ENVIRONMENT="production")
    with client_of(production) as client:
        onboard(client, number=NUMBER)
        with call(client, status_events=()) as caller:
            assert caller.start() == ["Désolé, ce numéro n'est pas en service. Au revoir."]


@pytest.mark.parametrize(
    ("token", "changes"),
    [("another", {}), (TOKEN, {"AccountSid": "AC" + "9" * 32})],
)
def test_a_wrong_signature_or_account_is_refused_and_nothing_stored(
    client: httpx.Client, garage: str, world: World, token: str, changes: dict[str, str]
) -> None:
    before = world.db.dump()
    for path in (VOICE, f"{VOICE}/turn?turn=1", STATUS, "/webhooks/twilio/status", "/webhooks/omnichannel/fallback"):
        answer = signed(client, path, parameters(**changes), token)
        assert (answer.status_code, answer.json()["code"]) == (403, "invalid_signature")
        assert client.post(path, data=parameters()).status_code == 403
    assert world.db.dump() == before


def test_the_public_address_is_what_is_signed(world: World) -> None:
    behind = World(PUBLIC_BASE_URL="https://desk.sample.example")
    with client_of(behind) as client:
        params = parameters()
        signature = RequestValidator(TOKEN).compute_signature(f"https://desk.sample.example{VOICE}", params)
        answer = client.post(VOICE, data=params, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200
        assert signed(client, VOICE, params).status_code == 403


def report(client: httpx.Client, sid: str, status: str, sequence: int | None, **more: str) -> None:
    numbered = {} if sequence is None else {"SequenceNumber": str(sequence)}
    answer = signed(client, STATUS, parameters(sid, CallStatus=status, **numbered, **more))
    assert answer.status_code == 204


def test_reports_in_any_order_and_twice_leave_the_state_they_should(
    client: httpx.Client, garage: str, world: World
) -> None:
    caller = call(client, status_events=())
    caller.start()
    caller.say("quels sont vos horaires ?")
    sid = caller.call_sid
    for status, sequence in [("in-progress", 2), ("ringing", 1), ("in-progress", 2), ("completed", 3)]:
        report(client, sid, status, sequence, **({"CallDuration": "42"} if status == "completed" else {}))
    after = world.db.dump()
    report(client, sid, "completed", 3, CallDuration="42")
    assert world.db.dump() == after
    report(client, sid, "in-progress", 9)
    (stored,) = world.db.rows("SELECT status, duration_s, last_sequence FROM calls")
    assert stored == {"status": "completed", "duration_s": 42, "last_sequence": 3}
    assert world.db.rows("SELECT COUNT(*) AS n FROM call_events") == [{"n": 4}]
    assert world.db.rows("SELECT status, outcome FROM omni_conversations") == [
        {"status": "closed", "outcome": "answered"}
    ]


def test_an_end_reported_before_the_greeting_was_written_still_ends_the_call(
    client: httpx.Client, garage: str, world: World
) -> None:
    sid = "CA" + "a" * 32
    report(client, sid, "completed", 3, CallDuration="0")
    assert signed(client, VOICE, parameters(sid)).status_code == 200
    assert world.db.rows("SELECT status FROM calls") == [{"status": "completed"}]
    assert world.db.rows("SELECT status FROM omni_conversations") == [{"status": "closed"}]


def test_an_unknown_status_is_stored_and_changes_nothing(client: httpx.Client, garage: str, world: World) -> None:
    caller = call(client, status_events=())
    caller.start()
    report(client, caller.call_sid, "teleported", 2)
    assert world.db.rows("SELECT status FROM calls") == [{"status": "ringing"}]
    assert len(world.db.rows("SELECT * FROM inbound_events")) == 1


@pytest.mark.parametrize("path", [VOICE, f"{VOICE}/turn?turn=1", STATUS])
def test_parameters_that_twilio_does_not_send_are_a_400(client: httpx.Client, garage: str, path: str) -> None:
    params = parameters()
    params.pop("CallSid")
    answer = signed(client, path, params)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_body")
    assert signed(client, path, parameters("CA'); DROP TABLE calls;--")).status_code == 400


def test_markup_in_what_is_spoken_stays_text(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER, greeting_message='Chez <Hangup/> & "Fils", bonjour {agent} {x}')
    with call(client) as caller:
        (words,) = caller.start()
        assert words.startswith("Chez Hangup/ et Fils, bonjour Camille x")
        caller.say('<Redirect>http://x.example</Redirect> & "]]>')
        assert not caller.is_over


def broken(turn: TurnRequest) -> TurnReply:
    raise RuntimeError("our own code is down")


def test_when_our_own_code_fails_the_caller_is_asked_again_and_then_put_through(
    client: httpx.Client, garage: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with call(client) as caller:
        caller.start()
        monkeypatch.setattr("modules.engine.engine.decide", broken)
        words = caller.say("bonjour")
        assert words == ["Excusez-moi, je n'ai pas pu traiter votre réponse. Pouvez-vous répéter ?"]
        caller.say("bonjour")
        assert str(caller.dialled).count("+33199004321") == 1


def test_when_the_database_fails_the_caller_still_hears_something(
    client: httpx.Client, garage: str, world: World
) -> None:
    with call(client, status_events=()) as caller:
        caller.start()
        before = world.db.dump()
        world.db.fail_at = 0
        words = caller.say("je voudrais laisser un message")
        assert words == ["Excusez-moi, je n'ai pas pu traiter votre réponse. Pouvez-vous répéter ?"]
        assert world.db.dump() == before
        world.db.fail_at = None
        assert "nom" in caller.say("je voudrais laisser un message")[0]


def test_a_turn_whose_write_fails_claims_nothing(client: httpx.Client, garage: str, world: World) -> None:
    with call(client, status_events=()) as caller:
        caller.start()
        for words in ("je voudrais laisser un message", "Sample Caller", "oui"):
            caller.say(words)
        world.db.fail_at = 3  # within the write of the turn
        last = caller.say("Rappelez-moi")
        assert "noté" not in last[0]
        assert world.db.rows("SELECT * FROM tickets") == []
        world.db.fail_at = None
        assert "noté" in caller.say("Rappelez-moi")[0]
        assert len(world.db.rows("SELECT * FROM tickets")) == 1


def test_the_first_request_is_tried_again_when_the_database_fails(
    client: httpx.Client, garage: str, world: World
) -> None:
    world.db.fail_at = 0
    first = signed(client, VOICE, parameters())
    assert [element.tag for element in read(first.content)] == ["Say", "Pause", "Redirect"]
    again = signed(client, f"{VOICE}?failures=1", parameters())
    assert [element.tag for element in read(again.content)] == ["Say", "Hangup"]


def test_the_fallback_puts_a_known_call_through_and_apologises_to_others(client: httpx.Client, garage: str) -> None:
    fallback = "/webhooks/omnichannel/fallback"
    caller = call(client)
    caller.start()
    known = signed(client, fallback, parameters(caller.call_sid, ErrorCode="11200"))
    assert [element.tag for element in read(known.content)] == ["Say", "Dial"]
    unknown = signed(client, fallback, parameters(ErrorCode="11200"))
    assert [element.tag for element in read(unknown.content)] == ["Say", "Hangup"]


def test_a_misconfigured_installation_names_the_setting_and_apologises_to_callers(world: World) -> None:
    with client_of(world, Misconfigured("Missing or wrong: JWT_SECRET", settings=["JWT_SECRET"])) as client:
        answer = client.get("/api/v1/auth/me")
        assert (answer.status_code, answer.json()["code"]) == (503, "misconfigured")
        assert "JWT_SECRET" in answer.json()["detail"]
        spoken = client.post(VOICE, data=parameters())
        assert spoken.status_code == 200
        assert [element.tag for element in read(spoken.content)] == ["Say", "Say", "Hangup"]


def test_two_callers_of_one_number_have_conversations_of_their_own(
    client: httpx.Client, garage: str, world: World
) -> None:
    first, second = call(client), call(client)
    first.start()
    second.start()
    first.say("je voudrais laisser un message")
    assert "nom" not in second.say("quels sont vos horaires ?")[0]
    assert world.db.rows("SELECT COUNT(*) AS n FROM omni_conversations") == [{"n": 2}]
    assert world.db.rows("SELECT COUNT(*) AS n FROM customers") == [{"n": 1}]


def test_conversations_and_calls_can_be_read(client: httpx.Client, other: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    with call(other) as caller:
        caller.start()
        caller.say("avez-vous des voitures de prêt ?")
        caller.hang_up()
    items = client.get("/api/v1/omnichannel/conversations", params={"q": "PRÊT", "channel": "voice"}).json()["items"]
    assert [item["status"] for item in items] == ["closed"]
    detail = client.get(f"/api/v1/omnichannel/conversations/{items[0]['id']}").json()["conversation"]
    assert [message["role"] for message in detail["messages"]] == ["agent", "caller", "agent"]
    calls = client.get("/api/v1/calls", params={"status": "completed"}).json()["items"]
    shown = client.get(f"/api/v1/calls/{calls[0]['id']}").json()["call"]
    assert [turn["turn"] for turn in shown["latency"]] == [0, 1]
    assert shown["events"][-1]["status"] == "completed"
    other.headers["Authorization"] = ""
    onboard(other, number="+33199005678")
    assert other.get(f"/api/v1/calls/{calls[0]['id']}").status_code == 404
    assert other.get("/api/v1/calls").json()["items"] == []
    assert other.get(f"/api/v1/omnichannel/conversations/{items[0]['id']}").status_code == 404


def test_a_machine_that_dials_without_end_is_told_so_and_costs_nothing(
    client: httpx.Client, garage: str, world: World
) -> None:
    def ring(number: int, **changes: str) -> str:
        params = parameters(f"CA{number:032x}", **{"From": "+33639980001", **changes})
        answer = signed(client, VOICE, params)
        assert answer.status_code == 200
        return answer.text

    assert all("<Gather" in ring(number) for number in range(MOST_CALLS))
    world.db.batches.clear()
    refused = ring(MOST_CALLS)
    assert "rappeler un peu plus tard" in refused
    assert "<Hangup" in refused
    assert ring(MOST_CALLS) == refused
    assert "<Gather" in ring(0)  # a repeat of one that was answered is answered as it was
    assert "<Gather" in ring(MOST_CALLS + 1, From="+33639980002")
    assert len(world.db.rows("SELECT 1 FROM calls")) == MOST_CALLS + 1
    world.clock.advance(minutes=FLOOD_MIN, seconds=1)
    assert "<Gather" in ring(MOST_CALLS + 2)
    assert garage
