"""The audit log: who did what, append-only, in the batch of the deed itself."""

from modules.identity import queries
from modules.identity.principal import Principal
from modules.instants import stored
from ports.context import Ports
from ports.database import Statement


def entry(ports: Ports, principal: Principal, action: str, subject: str | None = None) -> Statement:
    """For the batch, right after the statement that it is about: it tells of nothing that did not happen.

    `action` is a dotted verb in the past tense, `subject` an id or a name, never a value.
    """
    deed = (action, subject, principal.correlation_id, stored(ports.clock.now()))
    return queries.insert_audit_of_change(principal.tenant.id, ports.ids.new("audit"), principal.user.id, deed)
