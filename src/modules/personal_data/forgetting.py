"""One person forgotten by a business: what was theirs is gone or empty, and what is counted still counts."""

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.personal_data import forgetting_queries as forgetting
from modules.personal_data import queries, retention, subject_queries
from modules.personal_data.errors import CustomerExpected
from modules.personal_data.schemas import Forgotten
from modules.queued import soon
from ports.context import Ports
from ports.database import Row


async def forget(ports: Ports, principal: Principal, customer_id: str) -> Forgotten:
    """In one batch; objects go by a job right after. Raises NotFound or CustomerExpected."""
    tenant_id, now = principal.tenant.id, ports.clock.now()
    (found,) = await ports.db.batch(subject_queries.person(tenant_id, customer_id, stored(now)))
    if found.first is None:
        raise NotFound("There is no such customer.")
    if found.first["is_talking"]:
        raise CustomerExpected("A conversation with them is open: close it first.")
    if found.first["is_expected"]:
        raise CustomerExpected("They have an appointment: cancel it first.")
    steps = _steps(tenant_id, found.first, stored(now))
    results = await ports.db.batch(
        *(one for _, statement in steps for one in (statement, queries.changed())),
        audit.entry(ports, principal, "customer.erased", customer_id),
        queries.remove_archives(tenant_id, stored(now)),  # they are in those too
        queries.expire_exports(tenant_id, None),
    )
    await soon(ports, retention.JOB, {})
    counts: dict[str, int] = {}
    for (name, _), changed in zip(steps, results[1::2], strict=False):
        counts[name] = counts.get(name, 0) + int(changed.rows[0]["n"] or 0)
    return Forgotten(customer_id=customer_id, counts={name: count for name, count in counts.items() if name and count})


def _steps(tenant_id: str, row: Row, at: str) -> list[retention.Counted]:
    """Those who they are last: without them nothing could be found."""
    ids, talks, addresses = str(row["ids"]), str(row["conversations"]), str(row["addresses"])
    return [
        ("waiting_list", forgetting.delete_waiting(tenant_id, addresses)),
        ("tickets", forgetting.delete_tickets(tenant_id, ids, talks)),
        ("prospects", forgetting.delete_prospects(tenant_id, ids, talks)),
        ("appointments", forgetting.empty_appointments(tenant_id, ids, at)),
        ("outbound_calls", forgetting.delete_placed_calls(tenant_id, addresses)),
        ("inbound_events", forgetting.empty_events(tenant_id, addresses)),
        ("webhook_deliveries", forgetting.delete_told(tenant_id, talks)),
        ("webhook_events", forgetting.delete_events(tenant_id, talks)),
        *retention.unrecorded(tenant_id, str(row["recordings"]), at),
        *retention.cleared(tenant_id, talks, at),
        ("outbox", forgetting.empty_outbox(tenant_id, addresses)),
        ("message_consents", forgetting.delete_consents(tenant_id, addresses)),
        ("calls", forgetting.empty_calls(tenant_id, talks)),
        ("", forgetting.empty_conversations(tenant_id, talks)),
        ("customer_identities", forgetting.delete_identities(tenant_id, ids)),
        ("customers", forgetting.delete_customers(tenant_id, ids)),
    ]
