"""Whose account has to have signed a telephony webhook: the one that holds the call, the message or the number."""

import json
from dataclasses import dataclass

from modules.credentials import resolve
from modules.omnichannel import sender_queries as queries
from ports.context import Ports
from ports.database import Row
from ports.vendors import Credential, Provider

MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a webhook says of itself before anything is proven. Our number comes first among the numbers."""

    provider: Provider
    account: str
    call_ids: tuple[str, ...] = ()
    message_id: str = ""
    numbers: tuple[str, ...] = ()


async def credentials_for(ports: Ports, claimed: Claimed) -> list[Credential]:
    """Those whose token may have signed; empty when the account named is not the one that has to sign.

    The stored call or message decides, else our number, else the account that is named. The platform's own account
    needs no look-up: nobody but the platform and the vendor knows its token.
    """
    platform = ports.platform.get(claimed.provider)
    if platform is not None and platform.account == claimed.account:
        return [platform]
    row = await _owner(ports, claimed)
    if row is None:
        found = await resolve.signing_candidates(ports, claimed.provider, claimed.account)
        return [credential for _, credential in found[:MOST_CANDIDATES]]
    if row["provider_account"] != claimed.account:  # another account's, or the platform's
        return []
    own = await resolve.resolve_own(ports, str(row["tenant_id"]), claimed.provider)
    return [own] if own is not None and own.account == claimed.account else []


async def _owner(ports: Ports, claimed: Claimed) -> Row | None:
    found = await ports.db.batch(
        queries.by_call(claimed.provider, json.dumps(claimed.call_ids)),
        queries.by_message("sms", claimed.message_id),
        queries.by_number(json.dumps(claimed.numbers)),
    )
    return next((result.first for result in found if result.first is not None), None)
