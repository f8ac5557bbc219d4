"""API keys: made, listed, revoked. A key is shown once; what is kept is a hash of its secret."""

import json

from errors import Forbidden, NotFound
from modules.identity import api_key_queries as queries
from modules.identity import audit
from modules.identity.principal import Principal
from modules.identity.schemas import ApiKey, NewApiKey
from modules.identity.tokens import api_key
from modules.instants import stored
from modules.one_time import digest
from ports.context import Ports
from ports.database import Row


def _out(row: Row) -> ApiKey:
    return ApiKey.model_validate({**row, "scopes": json.loads(str(row["scopes"]))})


async def create(ports: Ports, principal: Principal, command: NewApiKey) -> tuple[ApiKey, str]:
    """The key's row and the key itself. Raises Forbidden for a scope that its maker has not."""
    missing = sorted(scope for scope in command.scopes if not principal.may(scope))
    if missing:
        raise Forbidden(f"You cannot give what you do not have: {', '.join(missing)}.")
    at, key_id, secret = stored(ports.clock.now()), ports.ids.new("key"), ports.ids.secret(32).hex()
    scopes = json.dumps(sorted(set(command.scopes)))
    await ports.db.batch(
        queries.insert_key(principal.tenant.id, key_id, principal.user.id, (command.name, scopes, digest(secret)), at),
        audit.entry(ports, principal, "api_key.created", key_id),
    )
    row = {"id": key_id, "name": command.name, "scopes": scopes, "created_at": at}
    return _out({**row, "last_used_at": None, "revoked_at": None}), api_key(key_id, secret)


async def list_keys(ports: Ports, tenant_id: str, after: str, limit: int) -> list[ApiKey]:
    (found,) = await ports.db.batch(queries.keys(tenant_id, after, limit))
    return [_out(row) for row in found.rows]


async def revoke(ports: Ports, principal: Principal, key_id: str) -> None:
    """Raises NotFound, also for a key that has been revoked."""
    revoked, _ = await ports.db.batch(
        queries.revoke_key(principal.tenant.id, key_id, stored(ports.clock.now())),
        audit.entry(ports, principal, "api_key.revoked", key_id),
    )
    if not revoked.changes:
        raise NotFound("There is no such key, or it has been revoked.")
