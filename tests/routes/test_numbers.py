"""Whose number it is, and whose account has to have signed what comes through it."""

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.signed import ACCOUNT, SMS, STATUS, TOKEN, sms, twilio
from tests.support.work import run_jobs
from tools import seed

MAPPINGS = "/api/v1/omnichannel/phone-mappings"
VOICE, CALL_STATUS = "/webhooks/omnichannel/voice", "/webhooks/omnichannel/call-status"
NUMBER, OTHER_NUMBER = "+33199001234", "+33199005678"
OPERATOR = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}
OWN, OWN_TOKEN = f"AC{'b' * 32}", "b" * 32
SECOND, SECOND_TOKEN = f"AC{'c' * 32}", "c" * 32
AGENT = {key: value for key, value in seed.ASSISTANT.items() if key != "phone_number"}


@pytest.fixture
def world() -> World:
    """Production: nothing counts as verified by itself."""
    return World(ENVIRONMENT="production", RESOLVER_URL="https://fakes.test/dns-query")


def account(world: World, client: httpx.Client, sid: str = OWN, token: str = OWN_TOKEN, *numbers: str) -> None:
    world.fakes.twilio.add_account(sid, token, numbers=numbers)
    body = {"account_sid": sid, "auth_token": token}
    answer = client.put("/api/v1/integrations/twilio/credentials", json=body)
    assert answer.status_code == 200, answer.text


def mapping(client: httpx.Client) -> dict[str, object]:
    found: dict[str, object] = client.get(MAPPINGS).json()["items"][0]
    return found


def verify(client: httpx.Client) -> httpx.Response:
    return client.post(f"{MAPPINGS}/{mapping(client)['id']}/verify")


def ring(client: httpx.Client, sid: str = ACCOUNT, token: str = TOKEN, **changes: str) -> httpx.Response:
    params = {
        "CallSid": f"CA{1:032x}",
        "AccountSid": sid,
        "To": NUMBER,
        "From": "+33639980001",
        "CallStatus": "ringing",
    }
    return twilio(client, VOICE, {**params, **changes}, token)


def is_answered(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and "<Gather" in answer.text


def give(client: httpx.Client, tenant_id: str | None, number: str = NUMBER) -> httpx.Response:
    body = {"phone_number": number, "tenant_id": tenant_id}
    return client.put("/api/v1/admin/numbers", json=body, headers=OPERATOR)


def test_a_claim_routes_nothing_and_blocks_nobody(client: httpx.Client, other: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    assert mapping(client)["verified_at"] is None
    refused = verify(client)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_not_proven")
    assert not is_answered(ring(client))
    onboard(other, number=NUMBER)
    account(world, other, OWN, OWN_TOKEN, NUMBER)
    assert verify(other).json()["phone_mapping"]["verified_at"]
    assert verify(client).status_code == 409
    assert is_answered(ring(client, OWN, OWN_TOKEN))
    (call,) = world.db.rows("SELECT tenant_id, provider_account FROM calls")
    assert call == {"tenant_id": other.get("/api/v1/auth/me").json()["tenant"]["id"], "provider_account": OWN}


def test_a_number_of_the_pool_is_proven_as_soon_as_it_is_given(client: httpx.Client, world: World) -> None:
    tenant_id = onboard(client, number=NUMBER)
    assert give(client, None).status_code == 200
    assert not is_answered(ring(client))
    assert give(client, tenant_id).json()["number"]["tenant_id"] == tenant_id
    assert mapping(client)["verified_at"]
    assert is_answered(ring(client))


def test_a_number_that_is_mapped_after_it_was_given_is_proven_by_the_job(client: httpx.Client, world: World) -> None:
    tenant_id = str(sign_up(client)["tenant"]["id"])
    give(client, tenant_id)
    session = client.post("/api/v1/onboarding/start").json()["session"]["id"]
    for step in ("business", "knowledge", "services"):
        body = {"business": seed.BUSINESS, "knowledge": seed.KNOWLEDGE, "services": seed.SERVICES}[step]
        client.post(f"/api/v1/onboarding/session/{session}/{step}", json=body)
    body = {**seed.ASSISTANT, "phone_number": NUMBER}
    assert client.post(f"/api/v1/onboarding/session/{session}/assistant", json=body).status_code == 200
    assert "prove_numbers" in run_jobs(world)
    assert mapping(client)["verified_at"]


def test_a_number_taken_back_routes_nothing(client: httpx.Client, other: httpx.Client, world: World) -> None:
    tenant_id, second = onboard(client, number=NUMBER), onboard(other, number=NUMBER)
    give(client, tenant_id)
    taken = give(client, second)
    assert (taken.status_code, taken.json()["code"]) == (409, "phone_number_taken")
    give(client, None)
    assert mapping(client)["verified_at"] is None
    assert not is_answered(ring(client))
    give(client, second)
    assert is_answered(ring(client))
    assert world.db.rows("SELECT tenant_id FROM calls") == [{"tenant_id": second}]


def test_the_operator_is_told_what_is_wrong(client: httpx.Client) -> None:
    assert give(client, "tenant_unknown").status_code == 404
    assert give(client, None, "12").status_code == 422


def test_own_credentials_prove_the_number_by_themselves(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    account(world, client, OWN, OWN_TOKEN, NUMBER)
    run_jobs(world)
    assert mapping(client)["verified_at"]


def test_a_number_that_only_looks_alike_proves_nothing(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    account(world, client, OWN, OWN_TOKEN, f"{NUMBER}5")
    assert verify(client).json()["code"] == "number_not_proven"


def test_an_account_that_cannot_be_asked_proves_nothing_yet(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    account(world, client, OWN, OWN_TOKEN, NUMBER)
    world.fakes.fail("twilio", times=3)
    assert verify(client).status_code == 502
    assert mapping(client)["verified_at"] is None
    world.clock.advance(seconds=31)  # until the circuit is tried again
    assert verify(client).status_code == 200


def test_a_number_that_has_moved_belongs_to_who_has_it_now(
    client: httpx.Client, other: httpx.Client, world: World
) -> None:
    for one, sid, token in ((client, OWN, OWN_TOKEN), (other, SECOND, SECOND_TOKEN)):
        onboard(one, number=NUMBER)
        account(world, one, sid, token, *([NUMBER] if one is client else []))
    assert verify(client).status_code == 200
    world.fakes.twilio.accounts[SECOND].numbers.append(NUMBER)
    still_held = verify(other)
    assert (still_held.status_code, still_held.json()["code"]) == (409, "phone_number_taken")
    world.fakes.twilio.accounts[OWN].numbers.clear()
    assert verify(other).status_code == 200
    assert mapping(client)["verified_at"] is None


# Whose account signs (contract section 6)


@pytest.fixture
def held(client: httpx.Client, world: World) -> str:
    """A business whose own account holds NUMBER."""
    tenant_id = onboard(client, number=NUMBER)
    account(world, client, OWN, OWN_TOKEN, NUMBER)
    assert verify(client).status_code == 200
    return tenant_id


def test_the_platforms_token_does_not_sign_for_a_number_of_an_own_account(client: httpx.Client, held: str) -> None:
    assert ring(client, ACCOUNT, TOKEN).status_code == 403
    assert ring(client, OWN, TOKEN).status_code == 403
    assert ring(client, ACCOUNT, OWN_TOKEN).status_code == 403
    assert is_answered(ring(client, OWN, OWN_TOKEN))


def test_another_tenants_account_does_not_sign_for_it(
    client: httpx.Client, other: httpx.Client, world: World, held: str
) -> None:
    sign_up(other)
    account(world, other, SECOND, SECOND_TOKEN)
    assert ring(client, SECOND, SECOND_TOKEN).status_code == 403
    assert ring(client, OWN, SECOND_TOKEN).status_code == 403
    assert world.db.rows("SELECT id FROM calls") == []


def test_a_call_stays_with_the_account_that_opened_it(
    client: httpx.Client, other: httpx.Client, world: World, held: str
) -> None:
    assert is_answered(ring(client, OWN, OWN_TOKEN))
    sign_up(other)
    account(world, other, SECOND, SECOND_TOKEN)
    report = {"CallSid": f"CA{1:032x}", "CallStatus": "completed", "CallDuration": "5", "SequenceNumber": "3"}
    forged = {**report, "AccountSid": SECOND, "To": OTHER_NUMBER, "From": "+33639980001"}
    assert twilio(client, CALL_STATUS, forged, SECOND_TOKEN).status_code == 403
    assert world.db.rows("SELECT ended_at FROM calls") == [{"ended_at": None}]
    # Even with the number gone, the stored call decides.
    world.db.rows("DELETE FROM omni_phone_mappings")
    true = {**report, "AccountSid": OWN, "To": NUMBER, "From": "+33639980001"}
    assert twilio(client, CALL_STATUS, true, OWN_TOKEN).status_code == 204
    assert world.db.rows("SELECT status FROM calls") == [{"status": "completed"}]


def test_a_leg_that_we_dialled_is_signed_by_its_parents_account(client: httpx.Client, held: str) -> None:
    ring(client, OWN, OWN_TOKEN)
    leg = {
        "CallSid": f"CA{2:032x}",
        "ParentCallSid": f"CA{1:032x}",
        "AccountSid": OWN,
        "Direction": "outbound-dial",
        "From": "+33639980001",
        "To": "+33199009999",
        "CallStatus": "in-progress",
        "SequenceNumber": "1",
    }
    assert twilio(client, CALL_STATUS, leg, OWN_TOKEN).status_code == 204
    assert twilio(client, CALL_STATUS, {**leg, "AccountSid": ACCOUNT}, OWN_TOKEN).status_code == 403


def test_an_outbound_call_is_signed_by_the_account_of_its_from(client: httpx.Client, held: str) -> None:
    leg = {
        "CallSid": f"CA{3:032x}",
        "AccountSid": OWN,
        "Direction": "outbound-api",
        "CallStatus": "ringing",
        "From": NUMBER,
        "To": "+33639980001",
        "SequenceNumber": "0",
    }
    assert twilio(client, CALL_STATUS, leg, OWN_TOKEN).status_code == 204
    assert twilio(client, CALL_STATUS, leg, TOKEN).status_code == 403


def test_a_sub_account_signs_with_its_own_token(client: httpx.Client, world: World) -> None:
    """Twilio signs with the token of the account that owns the number; the parent's is another one."""
    onboard(client, number=NUMBER)
    account(world, client, SECOND, SECOND_TOKEN, NUMBER)
    assert verify(client).status_code == 200
    assert ring(client, SECOND, TOKEN).status_code == 403
    assert is_answered(ring(client, SECOND, SECOND_TOKEN))


def test_credentials_that_changed_hands_sign_no_more(client: httpx.Client, world: World, held: str) -> None:
    client.delete("/api/v1/integrations/twilio/credentials")
    assert ring(client, OWN, OWN_TOKEN).status_code == 403


def test_a_text_to_an_own_number_is_signed_by_its_account(client: httpx.Client, world: World, held: str) -> None:
    params = sms("Bonjour", NUMBER, AccountSid=OWN)
    assert twilio(client, SMS, params, TOKEN).status_code == 403
    assert twilio(client, SMS, {**params, "AccountSid": ACCOUNT}, OWN_TOKEN).status_code == 403
    assert twilio(client, SMS, params, OWN_TOKEN).status_code == 200
    assert world.db.rows("SELECT kind FROM inbound_events WHERE provider = 'twilio'") == [{"kind": "message.received"}]


def test_what_became_of_a_text_is_told_by_the_account_that_sent_it(
    client: httpx.Client, world: World, held: str
) -> None:
    client.put("/api/v1/messaging/policies/sms", json={"sender": NUMBER, "daily_cap": 5})
    body = {"channel": "sms", "to": "+33639980001", "text": "Bonjour", "purpose": "reply"}
    assert client.post("/api/v1/messaging/messages", json=body).status_code == 201
    run_jobs(world)
    (sent,) = world.fakes.twilio.messages
    assert (sent["account_sid"], sent["from"]) == (OWN, NUMBER)
    status = {"MessageSid": sent["sid"], "AccountSid": OWN, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    ends = {"From": NUMBER, "To": "+33639980001"}
    assert twilio(client, STATUS, {**status, **ends, "AccountSid": ACCOUNT}, TOKEN).status_code == 403
    assert twilio(client, STATUS, {**status, **ends}, TOKEN).status_code == 403
    assert twilio(client, STATUS, {**status, **ends}, OWN_TOKEN).status_code == 204
    run_jobs(world)
    (message,) = client.get("/api/v1/messaging/messages").json()["items"]
    assert (message["status"], message["reason"]) == ("unsent", "undelivered_30003")


def test_nobody_texts_from_anothers_number(client: httpx.Client, other: httpx.Client, world: World, held: str) -> None:
    sign_up(other)
    refused = other.put("/api/v1/messaging/policies/sms", json={"sender": NUMBER, "daily_cap": 5})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/sender")


def test_a_missing_signature_is_a_wrong_one(client: httpx.Client, world: World, held: str) -> None:
    for path in (VOICE, CALL_STATUS, SMS, STATUS, f"{VOICE}/turn?n=1", "/webhooks/omnichannel/fallback"):
        before = world.db.dump()
        assert client.post(path, data=sms("Bonjour", NUMBER)).status_code == 403
        assert world.db.dump() == before


def test_the_pool_is_the_platforms(client: httpx.Client, world: World) -> None:
    tenant_id = onboard(client, number=NUMBER)
    give(client, tenant_id)
    with client_of(world) as stranger:
        assert is_answered(ring(stranger))
        assert ring(stranger, OWN, OWN_TOKEN).status_code == 403


def test_a_turn_is_signed_by_the_account_that_opened_the_call(client: httpx.Client, world: World, held: str) -> None:
    ring(client, OWN, OWN_TOKEN)
    path = f"{VOICE}/turn?turn=1&language=fr-FR"
    spoken = {"CallSid": f"CA{1:032x}", "To": NUMBER, "From": "+33639980001", "CallStatus": "in-progress"}
    before = world.db.dump()
    assert twilio(client, path, {**spoken, "AccountSid": ACCOUNT}, TOKEN).status_code == 403
    assert world.db.dump() == before
    assert is_answered(twilio(client, path, {**spoken, "AccountSid": OWN}, OWN_TOKEN))


@pytest.mark.parametrize("path", [VOICE, f"{VOICE}/turn?turn=1&language=fr-FR", "/webhooks/omnichannel/fallback"])
def test_a_caller_hears_something_while_the_sender_cannot_be_looked_up(
    client: httpx.Client, world: World, held: str, path: str
) -> None:
    ring(client, OWN, OWN_TOKEN)
    world.db.fail_at = 0
    spoken = {"CallSid": f"CA{1:032x}", "To": NUMBER, "From": "+33639980001", "AccountSid": OWN, "SpeechResult": "Oui"}
    answer = twilio(client, path, spoken, OWN_TOKEN)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/xml")
    assert "<Say" in answer.text
