"""Who somebody is, by where they write or call from: for the batch of what they did."""

import json

from modules.customers import identity_queries as queries
from ports.database import Statement
from ports.ids import Ids

Identity = queries.Identity
name_customer = queries.name_customer


def seen(ids: Ids, tenant_id: str, identities: tuple[Identity, ...], name: str | None, at: str) -> list[Statement]:
    """Somebody with these addresses, the surest first: the customer that has one of them, or a new one.

    An address that is somebody else's already stays theirs.
    """
    if not identities:
        return []
    customer_id, listed = ids.new("cust"), json.dumps(identities, ensure_ascii=False)
    return [
        queries.insert_customer(tenant_id, customer_id, listed, name, at),
        queries.insert_identities(tenant_id, customer_id, listed, at),
        queries.mark_seen(tenant_id, identities[0], name, at),
    ]
