"""Calls over a real socket on workerd: interrupted, dropped, many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.business import onboard
from tests.support.patience import PATIENT
from tests.worker.conftest import Sql
from tools.caller.session import SimulatedCall
from tools.runtime import LocalWorker

ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef"
HOURS, ADDRESS = "Quels sont vos horaires ?", "Quelle est votre adresse ?"


def business(client: httpx.Client, number: str) -> str:
    tenant_id = onboard(client, number=number)
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    assert client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"voice_mode": "relay"}).status_code == 200
    return tenant_id


def call(worker: LocalWorker, to: str, **options: Any) -> SimulatedCall:
    return SimulatedCall(worker.url, to, "+33639980001", ACCOUNT, TOKEN, **options)


@pytest.fixture(scope="module")
def garage(http: httpx.Client) -> tuple[str, str]:
    with httpx.Client(base_url=http.base_url, **PATIENT) as client:
        return business(client, "+33199007001"), "+33199007001"


def said(sql: Sql, call_sid: str) -> list[tuple[Any, ...]]:
    rows = sql(
        "SELECT m.turn, m.role, m.body, m.interrupted_after_ms AS cut FROM calls AS c JOIN omni_messages AS m"
        " ON m.tenant_id = c.tenant_id AND m.conversation_id = c.conversation_id"
        " WHERE c.provider_call_id = ?1 ORDER BY m.turn, m.role = 'agent'",
        call_sid,
    )
    return [(row["turn"], row["role"], row["body"], row["cut"]) for row in rows]


def test_a_call_with_two_interruptions_and_a_dropped_socket(
    worker: LocalWorker, garage: tuple[str, str], sql: Sql
) -> None:
    with call(worker, garage[1]) as caller:
        caller.start()
        assert "9 heures" in " ".join(caller.say(HOURS))
        words = caller.say_over(HOURS, 3, ADDRESS)
        assert "adresse" in " ".join(words)
        (again,) = caller.drop()
        assert "la ligne a été coupée" in again
        words = caller.say_over(ADDRESS, 2, "Je veux parler à quelqu'un")
        caller.await_end()
        assert caller.waits_for == "Dial"
        (after,) = caller.transfer_result("no-answer")[-1:]
        assert "message" in after
        caller.hang_up()
    rows = said(sql, caller.call_sid)
    cut = [row for row in rows if row[3] is not None]
    assert [(row[1], len(row[2].split()), row[3]) for row in cut] == [("agent", 3, 1050), ("agent", 2, 700)]
    assert [row[2] for row in rows if row[1] == "caller"] == [
        *(HOURS, HOURS, ADDRESS, ADDRESS),
        "Je veux parler à quelqu'un",
    ]
    assert sql("SELECT COUNT(*) AS n FROM calls WHERE provider_call_id = ?1", caller.call_sid)[0]["n"] == 1
    reasons = sql(
        "SELECT r.end_reason FROM calls AS c JOIN call_relays AS r ON r.tenant_id = c.tenant_id AND r.call_id = c.id"
        " WHERE c.provider_call_id = ?1 ORDER BY r.id",
        caller.call_sid,
    )
    assert [row["end_reason"] for row in reasons] == ["dropped", "transfer", "over"]


def test_a_socket_that_drops_within_an_answer(worker: LocalWorker, garage: tuple[str, str], sql: Sql) -> None:
    with call(worker, garage[1]) as caller:
        caller.start()
        assert "9 heures" in " ".join(caller.say_partly(HOURS))
        assert "la ligne a été coupée" in " ".join(caller.drop(ADDRESS, after_frames=1))
        assert "adresse" in " ".join(caller.say(ADDRESS))
        caller.hang_up()
    rows = said(sql, caller.call_sid)
    assert [row[2] for row in rows if row[1] == "caller"] == [HOURS, ADDRESS, ADDRESS]
    assert len({row[0] for row in rows if row[1] == "caller"}) == 3
    assert sql("SELECT COUNT(*) AS n FROM calls WHERE provider_call_id = ?1", caller.call_sid)[0]["n"] == 1


def test_a_socket_is_closed_to_strangers(worker: LocalWorker, garage: tuple[str, str]) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    url = worker.url.replace("http", "ws") + "/webhooks/omnichannel/conversation/rly_00000000000000000000000000.x"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, proxy=None)
    assert refused.value.response.status_code == 403


def test_many_calls_at_once_are_not_confused(worker: LocalWorker, http: httpx.Client, sql: Sql) -> None:
    numbers = ["+33199007002", "+33199007003"]
    tenants = []
    for number in numbers:
        with httpx.Client(base_url=http.base_url, **PATIENT) as client:
            tenants.append(business(client, number))
    together = threading.Barrier(20)

    def one(at: int) -> tuple[str, str, list[str]]:
        with call(worker, numbers[at % 2], status_events=()) as caller:
            caller.start()
            together.wait(timeout=60)
            words = [" ".join(caller.say(question)) for question in (HOURS, ADDRESS, f"Je suis le numéro {at}")]
            caller.hang_up()
            return caller.call_sid, tenants[at % 2], words

    with ThreadPoolExecutor(20) as pool:
        calls = list(pool.map(one, range(20)))
    for at, (call_sid, tenant_id, words) in enumerate(calls):
        assert "9 heures" in words[0]
        rows = said(sql, call_sid)
        assert [row[2] for row in rows if row[1] == "caller"] == [HOURS, ADDRESS, f"Je suis le numéro {at}"]
        (owner,) = sql("SELECT tenant_id FROM calls WHERE provider_call_id = ?1", call_sid)
        assert owner["tenant_id"] == tenant_id
