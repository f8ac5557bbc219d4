"""Calls over Vapi and numbers of an own account, on workerd: streams, queue, D1."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.business import onboard
from tests.support.patience import PATIENT, eventually
from tests.worker.conftest import Sql
from tools.caller.platform import PlatformCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

SECRET = "vapi-secret-0123456789"


def test_a_call_over_vapi(worker: LocalWorker, http: httpx.Client, sql: Sql) -> None:
    number = "+33199007201"
    with httpx.Client(base_url=http.base_url, **PATIENT) as client:
        tenant_id = onboard(client, number=number)

    def one(at: int) -> PlatformCall:
        with PlatformCall(httpx.Client(base_url=worker.url, **PATIENT), SECRET, number) as call:
            assert "Garage Exemple" in call.start()[0]
            assert "9 heures" in " ".join(call.say("Quels sont vos horaires ?"))
            note = {"id": f"t{at}", "name": "take_message", "arguments": {"name": f"Sample {at}", "reason": "x"}}
            for _ in range(2):
                (answer,) = call.post("tool-calls", toolCallList=[note]).json()["results"]
                assert "noted" in answer["result"]
            call.say("Je veux parler à quelqu'un")
            assert call.dialled == "+33199004321"
            call.transfer_result("no-answer")
            call.hang_up()
            return call

    with ThreadPoolExecutor(4) as pool:
        calls = list(pool.map(one, range(4)))
    tickets = sql("SELECT caller_name FROM tickets WHERE tenant_id = ?1 ORDER BY caller_name", tenant_id)
    assert [row["caller_name"] for row in tickets] == [f"Sample {at}" for at in range(4)]
    query = "SELECT COUNT(*) AS n FROM calls WHERE tenant_id = ?1 AND status = 'completed' AND ended_reason IS NOT NULL"
    eventually(lambda: sql(query, tenant_id)[0]["n"] == len(calls))


def test_numbers_of_an_own_account_come_here_and_go_back(
    worker: LocalWorker, http: httpx.Client, sql: Sql, vendors: FakeServer
) -> None:
    sid, token = "AC" + "8" * 32, "own-token-0123456789abcdef0123456789"
    numbers = [f"+3319904{at:04d}" for at in range(6)]
    before = {"voice_url": "https://before.sample.example/voice"}
    vendors.fakes.twilio.add_account(sid, token, numbers=numbers)
    settings = vendors.fakes.twilio.accounts[sid].settings
    settings |= {number: dict(before) for number in numbers}
    with httpx.Client(base_url=http.base_url, **PATIENT) as client:
        onboard(client, number=None)
        own = {"account_sid": sid, "auth_token": token}
        assert client.put("/api/v1/integrations/twilio/credentials", json=own).status_code == 200
        assert client.post("/api/v1/phone-numbers/import", json={"phone_numbers": numbers}).status_code == 202
        lines = settled(client, "configured")
        assert {one["voice_url"] for one in settings.values()} == {f"{worker.url}/webhooks/omnichannel/voice"}
        for line in lines:
            assert client.delete(f"/api/v1/phone-numbers/{line['id']}").status_code == 202
        settled(client, "removed")
        assert {one["voice_url"] for one in settings.values()} == {before["voice_url"]}


def settled(client: httpx.Client, state: str) -> list[dict[str, str]]:
    def found() -> list[dict[str, str]] | None:
        lines: list[dict[str, str]] = client.get("/api/v1/phone-numbers").json()["items"]
        return lines if {one["state"] for one in lines} == {state} else None

    return eventually(found)
