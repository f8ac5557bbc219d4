"""What follows a conversation, on workerd: a report once, figures that are those of the rows, a table of customers."""

from collections.abc import Mapping
from uuid import uuid4

import httpx

from tests.support.patience import eventually
from tests.worker.conftest import Sql
from tests.worker.test_threads import CONVERSATIONS, sent, text
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

CUSTOMERS = "/api/v1/customers"
WORDS = ("Je voudrais laisser un message", "Claire Exemple", "oui", "Ma voiture fait un bruit étrange")


def test_a_closed_conversation_is_reported_counted_and_mailed_once(
    owner: httpx.Client, worker: LocalWorker, variables: Mapping[str, str], vendors: FakeServer, number: str, sql: Sql
) -> None:
    caller = f"+3363998{uuid4().int % 10_000:04d}"
    for count, words in enumerate(WORDS, 1):
        text(worker, variables, words, number, caller)
        eventually(lambda: len(sent(vendors, caller)) == count)  # noqa: B023
    (head,) = owner.get(CONVERSATIONS, params={"channel": "sms"}).json()["items"]
    place = f"{CONVERSATIONS}/{head['id']}"
    assert owner.post(f"{place}/close").status_code == 200
    for _ in range(2):  # the minute's cron, and the next
        worker.scheduled("* * * * *")
    found = eventually(lambda: owner.get(place).json()["conversation"]["report"])
    assert (found["made_by"], "bruit étrange" in found["summary"]) == ("rules", True)
    me = owner.get("/api/v1/auth/me").json()
    tenant_id, address = me["tenant"]["id"], me["user"]["email"]
    resend = vendors.fakes.resend
    mails = eventually(lambda: [one for one in resend.mails if one["to"] == [address] and "bruit" in one["text"]])
    assert len(mails) == 1
    usage = sql("SELECT SUM(quantity) AS n FROM usage_records WHERE tenant_id = ?1 AND kind = 'agent_turns'", tenant_id)
    assert usage == [{"n": len(WORDS)}]
    overview = owner.get("/api/v1/analytics/overview").json()["overview"]
    rows = sql("SELECT COUNT(*) AS n FROM omni_conversations WHERE tenant_id = ?1 AND status = 'closed'", tenant_id)
    assert rows == [{"n": overview["total"]["conversations"]}]
    assert owner.get("/api/v1/tickets").json()["items"][0]["conversation_id"] == head["id"]


def test_a_thousand_customers_come_in_and_twenty_broken_rows_are_told(owner: httpx.Client, sql: Sql) -> None:
    rows = [f"Sample {index};06398{index:05d};one{index}@sample.example" for index in range(1_000)]
    for index in range(20):
        rows[index * 50] = f"Sample {index};not a number;"
    table = "\n".join(("Nom;Téléphone;E-mail", *rows))
    for preview, stored in ((True, 0), (False, 980)):
        done = owner.post(f"{CUSTOMERS}/import", json={"csv": table, "preview": preview}).json()["imported"]
        assert (done["created"], done["rejected"]) == (980, 20)
        assert [error["row"] for error in done["errors"]] == [index * 50 + 2 for index in range(20)]
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
        assert sql("SELECT COUNT(*) AS n FROM customers WHERE tenant_id = ?1", tenant_id) == [{"n": stored}]
    again = owner.post(f"{CUSTOMERS}/import", json={"csv": table, "preview": False}).json()["imported"]
    assert (again["created"], again["updated"]) == (0, 980)
