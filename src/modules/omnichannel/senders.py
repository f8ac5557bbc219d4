"""Whose account has to have signed a telephony webhook: the one that holds the call, the message or the number."""

import json
from dataclasses import dataclass

from modules.credentials import resolve
from modules.omnichannel import sender_queries as queries
from ports.context import Ports
from ports.database import Row
from ports.vendors import Credential, Provider


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a webhook says of itself before anything is proven. Our number comes first among the numbers."""

    provider: Provider
    account: str
    call_ids: tuple[str, ...] = ()
    message_id: str = ""
    numbers: tuple[str, ...] = ()


def platform_credential(ports: Ports, claimed: Claimed) -> Credential | None:
    """Where nobody may be kept waiting for a look-up: good only if the handler's own first read compares the account."""
    platform = ports.platform.get(claimed.provider)
    return platform if platform is not None and platform.account == claimed.account else None


async def credentials_for(ports: Ports, claimed: Claimed) -> list[Credential]:
    """Those whose token may have signed; empty when the account named is not the one that has to sign.

    The stored call or message decides, else our number, else the account that is named.
    """
    row, platform = await _owner(ports, claimed), platform_credential(ports, claimed)
    if row is None and platform is None:
        found = await resolve.signing_candidates(ports, claimed.provider, claimed.account)
        return [credential for _, credential in found]
    if row is None or row["provider_account"] is None:
        return [platform] if platform else []
    if row["provider_account"] != claimed.account:
        return []
    own = await resolve.resolve_own(ports, str(row["tenant_id"]), claimed.provider)
    return [own] if own is not None and own.account == claimed.account else []


async def _owner(ports: Ports, claimed: Claimed) -> Row | None:
    found = await ports.db.batch(
        queries.by_call(claimed.provider, json.dumps(claimed.call_ids)),
        queries.by_message(claimed.provider, claimed.message_id),
        queries.by_number(json.dumps(claimed.numbers)),
    )
    return next((result.first for result in found if result.first is not None), None)
