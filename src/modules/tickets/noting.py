"""A message that was taken becomes a ticket, in the batch of the turn that took it."""

from dataclasses import dataclass

from modules.customers import identities
from modules.phone import read_number
from modules.tickets import queries
from modules.webhooks import events
from ports.database import Statement
from ports.dialogue import TakenMessage
from ports.ids import Ids


@dataclass(frozen=True, slots=True)
class Teller:
    """Whose message it is, and in which conversation it was left."""

    tenant_id: str
    conversation_id: str
    customer_id: str | None
    phone: str | None  # E.164, that they call or write from
    country: str


def noted(ids: Ids, teller: Teller, message: TakenMessage, at: str) -> list[Statement]:
    number = read_number(message.phone_number, teller.country) if message.phone_number else None
    spoken = None if number else message.phone_number
    statements = left(ids, teller, ids.new("tick"), (message, number, spoken), at)
    if teller.customer_id and number == teller.phone:  # they gave the number they called from: it is their name
        statements.append(identities.name_customer(teller.tenant_id, teller.customer_id, message.name))
    return statements


def left(
    ids: Ids, teller: Teller, ticket_id: str, said: tuple[TakenMessage, str | None, str | None], at: str
) -> list[Statement]:
    """`said` is (message, E.164 number, number as it was said). Refused by its key the second time."""
    message, number, spoken = said
    told: dict[str, object] = {
        "ticket_id": ticket_id,
        "kind": "message",
        "conversation_id": teller.conversation_id,
        "caller_name": message.name,
        "phone_number": number or spoken,
        "body": message.reason,
    }
    ticket = (teller.customer_id, message.name, number, spoken, message.reason)
    return [
        queries.insert_ticket(teller.tenant_id, ticket_id, teller.conversation_id, ticket, at),
        events.happened(ids, teller.tenant_id, "ticket.created", told, at),
    ]
