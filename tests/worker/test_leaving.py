"""Archives and erasure on workerd: parts of an object in R2, rows in D1, the indexes of words, vectors."""

import io
import json
import zipfile
from collections.abc import Mapping
from uuid import uuid4

import httpx

from modules.personal_data.tables import OWNED
from tests.support.patience import PATIENT, eventually
from tests.worker.conftest import Sql
from tests.worker.test_threads import CONVERSATIONS, sent, text
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

TENANT = "/api/v1/tenant"


def test_a_business_takes_its_data_and_leaves_nothing(
    owner: httpx.Client, worker: LocalWorker, variables: Mapping[str, str], vendors: FakeServer, number: str, sql: Sql
) -> None:
    caller = f"+3363997{uuid4().int % 10_000:04d}"
    marker = f"mot{uuid4().hex[:12]}"
    text(worker, variables, f"Bonjour {marker}", number, caller)
    eventually(lambda: sent(vendors, caller))
    content = "\n".join(uuid4().hex for _ in range(5_000))
    assert owner.post("/api/v1/knowledge/documents", json={"title": "Long", "content": content}).status_code == 201
    other = f"+3363996{uuid4().int % 10_000:04d}"
    text(worker, variables, "Je ne reviendrai pas", number, other)
    eventually(lambda: sent(vendors, other))
    (gone,) = owner.get("/api/v1/customers", params={"q": other}).json()["items"]
    (head,) = [one for one in owner.get(CONVERSATIONS).json()["items"] if one["customer_phone"] == other]
    assert owner.delete(f"/api/v1/customers/{gone['id']}").status_code == 409
    assert owner.post(f"{CONVERSATIONS}/{head['id']}/close").status_code == 200
    forgotten = owner.delete(f"/api/v1/customers/{gone['id']}")
    assert forgotten.status_code == 200, forgotten.text
    assert forgotten.json()["erased"]["counts"]["omni_messages"] == 2
    bodies = sql("SELECT body FROM omni_messages WHERE conversation_id = ?1", head["id"])
    assert bodies == [{"body": ""}, {"body": ""}]
    me = owner.get("/api/v1/auth/me").json()
    tenant_id, name = me["tenant"]["id"], me["tenant"]["name"]
    export = owner.post(f"{TENANT}/export").json()["export"]

    def ready() -> dict[str, str | int] | None:
        found = owner.get(f"{TENANT}/exports/{export['id']}").json()["export"]
        assert found["state"] != "failed", found
        return found if found["state"] == "ready" else None

    found = eventually(ready)
    archive = httpx.get(str(found["url"]), **PATIENT)
    assert (archive.status_code, len(archive.content)) == (200, found["bytes"])
    opened = zipfile.ZipFile(io.BytesIO(archive.content))
    assert opened.testzip() is None
    counts = json.loads(opened.read("manifest.json"))["counts"]
    for table in OWNED:
        if table.is_archived and table.name not in ("audit_logs", "data_exports", "knowledge_search_logs"):
            query = f"SELECT COUNT(*) AS n FROM {table.name} WHERE tenant_id = ?1"
            assert sql(query, tenant_id) == [{"n": counts[table.name]}], table.name
    assert any(marker.encode() in opened.read(one) for one in opened.namelist())

    left = owner.request("DELETE", TENANT, json={"confirm": name})
    assert left.status_code == 202, left.text
    receipt = left.json()["receipt_url"]
    for _ in range(2):  # the days of grace, and the minutes after the doors have closed
        passed = "UPDATE tenant_erasures SET due_at = '2020-01-01 00:00:00.000' WHERE tenant_id = ?1"
        rows.write(worker.persist_to, passed, (tenant_id,))
        worker.scheduled("* * * * *")
        eventually(
            lambda: sql("SELECT 1 FROM tenant_erasures WHERE tenant_id = ?1 AND state <> 'scheduled'", tenant_id)
        )
    told = eventually(lambda: (one := httpx.get(receipt, **PATIENT).json()["erasure"])["state"] == "done" and one)
    assert (told["counts"]["tenants"], told["counts"]["users"]) == (1, 1)
    assert told["counts"]["objects"] >= 1
    for table in OWNED:
        assert sql(f"SELECT COUNT(*) AS n FROM {table.name} WHERE tenant_id = ?1", tenant_id) == [{"n": 0}], table.name
    assert sql("SELECT COUNT(*) AS n FROM users WHERE id = ?1", me["user"]["id"]) == [{"n": 0}]
    blocks = "SELECT COUNT(*) AS n FROM message_words_data WHERE instr(CAST(block AS TEXT), ?1) > 0"
    assert sql(blocks, marker[2:]) == [{"n": 0}]
    assert owner.get("/api/v1/auth/me").status_code == 401
    assert owner.get(CONVERSATIONS).status_code == 401
    assert httpx.get(str(found["url"]), **PATIENT).status_code == 404
