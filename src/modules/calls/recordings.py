"""Recordings: of calls whose business wants them, and messages left after hours; copied, and then ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from modules.calls import queries, side_queries, writes
from modules.calls.turns import UnknownCall
from modules.credentials.resolve import resolve_own
from modules.engine import facts as read
from modules.inbox.service import CannotHandle, Event
from modules.instants import stored
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, Statement, UniqueViolation
from ports.dialogue import Language, TakenMessage
from ports.telephony import Telephony
from ports.vendors import Credential, VendorError

_AGAIN = timedelta(hours=1)
LEAST_S = 2  # of a message: what is shorter is somebody who hung up
_THANKS: Mapping[Language, str] = {
    "fr": "Merci, votre message est enregistré. Au revoir.",
    "en": "Thank you, your message has been recorded. Goodbye.",
}
_NOTHING: Mapping[Language, str] = {"fr": "Je n'ai rien entendu. Au revoir.", "en": "I did not hear anything. Goodbye."}
_BODY: Mapping[Language, str] = {
    "fr": "Message vocal de {seconds} secondes.",
    "en": "Voice message of {seconds} seconds.",
}
_NAME: Mapping[Language, str] = {"fr": "Message vocal", "en": "Voice message"}


@dataclass(frozen=True, slots=True)
class Left:
    """A message that a caller has left; `recording_id` None for nothing."""

    call: queries.Call
    account: str | None
    recording_id: str | None
    duration_s: int


async def leave_message(ports: Ports, telephony: Telephony, left: Left) -> str:
    """The ticket of a message after hours, and the goodbye; a repeat changes nothing. Raises UnknownCall."""
    (found,) = await ports.db.batch(side_queries.call_by_provider(left.call))
    row = found.first
    if row is None or row["provider_account"] != left.account:
        raise UnknownCall(left.call[1])
    agent = read.agent_config(row)
    if left.recording_id is None or left.duration_s < LEAST_S:
        return telephony.goodbye(agent.voice, _NOTHING[agent.language])
    tenant_id, at = str(row["tenant_id"]), stored(ports.clock.now())
    recording = (left.recording_id, "voicemail", left.duration_s)
    message = TakenMessage(_NAME[agent.language], _BODY[agent.language].format(seconds=left.duration_s), None)
    try:
        results = await ports.db.batch(
            *writes.voice_message(ports.ids, row, f"tick_{left.recording_id.lower()}", message, at),
            side_queries.insert_recording(tenant_id, ports.ids.new("rec"), str(row["id"]), recording, at),
        )
    except UniqueViolation:  # the same request, a moment earlier
        return telephony.goodbye(agent.voice, _THANKS[agent.language])
    await events.deliver_soon(ports, results)
    return telephony.goodbye(agent.voice, _THANKS[agent.language])


async def recording_told(ports: Ports, event: Event) -> Sequence[Statement]:
    """Twilio's word on a recording: fetched into our own store when it is there."""
    payload: Mapping[str, Any] = event.payload
    recording_id, status = str(payload.get("RecordingSid", "")), str(payload.get("RecordingStatus", ""))
    call = (event.provider, event.subject or "")
    found, kept = await ports.db.batch(
        side_queries.call_by_provider(call), side_queries.stored_recording(call, recording_id)
    )
    if found.first is None:
        raise CannotHandle("recording_of_no_call")
    if kept.first is not None:
        return ()
    row, at = found.first, stored(ports.clock.now())
    tenant_id, seconds = str(row["tenant_id"]), _seconds(payload)
    noted = side_queries.insert_recording(
        tenant_id, ports.ids.new("rec"), str(row["id"]), (recording_id, "call", seconds), at
    )
    if status not in ("completed", "absent", "failed"):
        return (noted,)
    if status != "completed":
        settled = side_queries.settle_recording(tenant_id, recording_id, (status, seconds, None, None, None), at)
        return noted, settled
    credential = await _account(ports, row)
    if credential is None:
        raise CannotHandle("no_account_for_recording")
    audio = await ports.carrier.recording(credential, recording_id)
    statements = [noted, await keep(ports, (tenant_id, recording_id, seconds), audio)]
    if credential.is_platform:  # in a business's own account it is its own; here nobody but us could delete it
        statements.append(side_queries.note_copy(tenant_id, recording_id, at))
    return statements


async def copies_due(ports: Ports, limit: int) -> Sequence[Row]:
    """Of recordings that we have stored, at the platform's own carrier account."""
    (found,) = await ports.db.batch(side_queries.copies_due(stored(ports.clock.now()), limit))
    return found.rows


async def delete_copy(ports: Ports, row: Row) -> str:
    """At the carrier; once more in an hour when it cannot be told to."""
    tenant_id, recording_id, again = str(row["tenant_id"]), str(row["id"]), None
    try:
        if account := ports.platform.get("twilio"):
            await ports.carrier.delete_recording(account, str(row["provider_id"]))
    except VendorError:
        again = stored(ports.clock.now() + _AGAIN)
    await ports.db.batch(side_queries.put_copy_off(tenant_id, recording_id, again))
    return "put_off" if again else "deleted"


async def keep(ports: Ports, recording: tuple[str, str, int | None], audio: tuple[bytes, str]) -> Statement:
    """Puts `audio` (content, type) into our store; the statement says so of `recording` (tenant, id, seconds)."""
    (tenant_id, recording_id, seconds), (content, kind) = recording, audio
    key = f"{tenant_id}/recordings/{recording_id}"
    await ports.blobs.put(key, content, kind)
    values = ("stored", seconds, key, kind, len(content))
    return side_queries.settle_recording(tenant_id, recording_id, values, stored(ports.clock.now()))


async def _account(ports: Ports, row: Row) -> Credential | None:
    if row["provider_account"] is None:
        return ports.platform.get("twilio")
    return await resolve_own(ports, str(row["tenant_id"]), "twilio")


def _seconds(payload: Mapping[str, Any]) -> int | None:
    text = str(payload.get("RecordingDuration", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
