"""What the events of providers do, once they are stored: the statements that are their effect."""

from collections.abc import Sequence

from modules.calls.hosted_reports import report_told
from modules.calls.recordings import recording_told
from modules.calls.service import reapply_report
from modules.inbox.service import CannotHandle, Event, Handlers
from modules.instants import stored
from modules.messaging import service as messaging
from modules.omnichannel import sender_queries
from ports.context import Ports
from ports.database import Statement

# Words of carriers and of Twilio's default opt-out, and what a French caller writes.
STOP = frozenset(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "arret", "arrêt", "désabonner"))
START = frozenset(("start", "unstop", "yes", "oui", "reprendre"))
FAILED = frozenset(("failed", "undelivered"))


async def message_received(ports: Ports, event: Event) -> Sequence[Statement]:
    """STOP and START are obeyed for the business whose number was written to, whatever else becomes of the text."""
    ours, theirs = str(event.payload.get("To", "")), str(event.payload.get("From", ""))
    channel = "whatsapp" if ours.startswith("whatsapp:") else "sms"
    ours, theirs = ours.removeprefix("whatsapp:"), theirs.removeprefix("whatsapp:")
    (found,) = await ports.db.batch(sender_queries.tenant_by_number(ours))
    if found.first is None:
        raise CannotHandle("number_of_nobody")
    state = _consent(str(event.payload.get("OptOutType", "")) or str(event.payload.get("Body", "")))
    if state is None:
        return ()
    at = stored(ports.clock.now())
    return (messaging.consent_said(str(found.first["tenant_id"]), channel, theirs, (state, f"inbound {event.id}"), at),)


def _consent(said: str) -> str | None:
    word = said.strip().strip(".!").lower()
    return "withdrawn" if word in STOP else "granted" if word in START else None


async def message_status(ports: Ports, event: Event) -> Sequence[Statement]:
    """A message that did not arrive says why."""
    if event.payload.get("MessageStatus") not in FAILED:
        return ()
    reason = f"{event.payload['MessageStatus']}_{event.payload.get('ErrorCode', '')}".rstrip("_")[:60]
    return (messaging.not_delivered(event.subject or "", reason),)


HANDLERS: Handlers = {
    "message.received": message_received,
    "message.status": message_status,
    "call.status": reapply_report,
    "call.recording": recording_told,
    "vapi.end-of-call-report": report_told,
}
