"""Tickets as the business works through them."""

import json

from errors import Invalid, NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.tickets import queries
from modules.tickets.schemas import Ticket, TicketChange, TicketIn, TicketQuery
from modules.webhooks import events
from ports.context import Ports
from ports.database import ForeignKeyViolation


async def list_tickets(ports: Ports, principal: Principal, query: TicketQuery, before: str, limit: int) -> list[Ticket]:
    assigned = principal.user.id if query.assigned_to == "me" else query.assigned_to
    words = query.q.lower() if query.q else None
    filters = (query.status, query.priority, assigned, query.customer_id, words)
    (found,) = await ports.db.batch(queries.tickets(principal.tenant.id, filters, before, limit))
    return [Ticket.model_validate(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, ticket_id: str) -> Ticket:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.ticket(tenant_id, ticket_id))
    if found.first is None:
        raise NotFound("There is no such ticket.")
    return Ticket.model_validate(found.first)


async def create(ports: Ports, principal: Principal, command: TicketIn) -> Ticket:
    """Raises Invalid for a number that is none, or somebody or something that is not there."""
    tenant_id, ticket_id, at = principal.tenant.id, ports.ids.new("tick"), stored(ports.clock.now())
    phone = to_e164(command.phone_number, principal.country, "/phone_number") if command.phone_number else None
    about = (command.conversation_id, command.customer_id, command.caller_name, phone)
    values = (*about, command.body, command.priority, command.assigned_to)
    told = {"ticket_id": ticket_id, "kind": "task", "conversation_id": command.conversation_id}
    told |= {"caller_name": command.caller_name, "phone_number": phone, "body": command.body}
    try:
        made, *results = await ports.db.batch(
            queries.insert_task(tenant_id, ticket_id, values, at),
            audit.entry(ports, principal, "ticket.created", ticket_id),
            events.happened(ports.ids, tenant_id, "ticket.created", told, at),
        )
    except ForeignKeyViolation as error:
        detail = "there is no such customer, or no such conversation"
        raise Invalid([{"pointer": "/customer_id", "detail": detail}]) from error
    if not made.changes:
        raise Invalid([{"pointer": "/assigned_to", "detail": "this is not a member of the business"}])
    await events.deliver_soon(ports, results)
    return await get(ports, tenant_id, ticket_id)


async def change(ports: Ports, principal: Principal, ticket_id: str, command: TicketChange) -> Ticket:
    """Raises NotFound, or Invalid for somebody who is no member."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    given = json.dumps(command.model_dump(exclude_unset=True), ensure_ascii=False)
    changed, _ = await ports.db.batch(
        queries.change_ticket(tenant_id, ticket_id, given, at),
        audit.entry(ports, principal, "ticket.changed", ticket_id),
    )
    found = await get(ports, tenant_id, ticket_id)
    if not changed.changes:
        raise Invalid([{"pointer": "/assigned_to", "detail": "this is not a member of the business"}])
    return found
