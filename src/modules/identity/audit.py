"""The audit log: who did what, append-only, in the batch of the deed itself."""

from pydantic import BaseModel, Field

from modules.identity import queries
from modules.identity.principal import Principal
from modules.identity.trace import Trace
from modules.instants import Instant, stored
from ports.context import Ports
from ports.database import Statement


def entry(ports: Ports, principal: Principal, action: str, subject: str | None = None) -> Statement:
    """For the batch, right after the statement that it is about: it tells of nothing that did not happen.

    `action` is a dotted verb in the past tense, `subject` an id or a name, never a value.
    """
    who = (principal.tenant.id, principal.user.id, principal.key_id)
    return entry_of(ports, who, action, principal.trace, subject)


def entry_of(
    ports: Ports, who: tuple[str | None, str, str | None], action: str, trace: Trace, subject: str | None = None
) -> Statement:
    """The same for those who are not signed in; `who` is (tenant, user, API key)."""
    deed = (action, subject, trace.correlation_id, trace.address, stored(ports.clock.now()))
    return queries.insert_audit(ports.ids.new("audit"), who, deed)


class Deed(BaseModel):
    id: str
    action: str = Field(description="A dotted verb in the past tense.")
    subject: str | None = Field(description="What it was done to: an id or a name.")
    user_id: str | None
    user_email: str | None
    key_id: str | None = Field(description="The API key that it was done with.")
    address: str | None = Field(description="The network address that it came from.")
    correlation_id: str | None = Field(description="Of the request, as it stands in the log.")
    created_at: Instant


async def list_deeds(ports: Ports, tenant_id: str, before: str, limit: int) -> list[Deed]:
    (found,) = await ports.db.batch(queries.audit_logs(tenant_id, before, limit))
    return [Deed.model_validate(row) for row in found.rows]
