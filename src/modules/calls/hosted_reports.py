"""What a voice platform tells of a call when it is over: why, what it cost, what was said, its recording."""

import json
from collections.abc import Sequence
from typing import Any

from modules.calls import hosted_queries, side_queries, writes
from modules.calls.recordings import keep
from modules.inbox.service import CannotHandle, Event
from modules.instants import stored
from modules.outbound.guard import check
from modules.outbound.rules import AddressRefused
from ports.carrier import MOST_RECORDED_BYTES, RECORDING_S
from ports.context import Ports
from ports.database import Statement
from ports.hosted import HostedReport
from ports.outbound import Unreachable
from ports.telephony import CallReport
from ports.vendors import VendorUnavailable

MOST_MESSAGES, MOST_WORDS = 400, 2_000


def as_payload(report: HostedReport) -> dict[str, Any]:
    """What of a report is kept until it has been acted on."""
    return {
        "ended_reason": report.ended_reason,
        "duration_s": report.duration_s,
        "cost_micros": report.cost_micros,
        "recording_url": report.recording_url,
        "transcript": [[role, words[:MOST_WORDS]] for role, words in report.transcript[:MOST_MESSAGES]],
    }


async def report_told(ports: Ports, event: Event) -> Sequence[Statement]:
    payload, at = event.payload, stored(ports.clock.now())
    call = (event.provider, event.subject or "")
    (found,) = await ports.db.batch(side_queries.call_by_provider(call))
    if found.first is None:
        raise CannotHandle("report_of_no_call")
    tenant_id, call_id = str(found.first["tenant_id"]), str(found.first["id"])
    ended = CallReport(*call, event.external_id, "completed", is_terminal=True, duration_s=payload.get("duration_s"))
    said = [
        [ports.ids.new("msg"), turn, role, words] for turn, (role, words) in enumerate(payload.get("transcript", ()), 1)
    ]
    statements = [
        *writes.effects_of(ports.ids, ended, at),
        hosted_queries.end_reason(
            call, (payload.get("ended_reason"), payload.get("cost_micros"), payload.get("duration_s"))
        ),
        hosted_queries.insert_transcript(call, json.dumps(said, ensure_ascii=False), at),
    ]
    url = payload.get("recording_url")
    if not url:
        return statements
    recording_id = f"vapi_{call[1]}"[:100]
    audio = await _fetched(ports, str(url))
    seconds = payload.get("duration_s")
    recording = (recording_id, "call", seconds)
    return [
        *statements,
        side_queries.insert_recording(tenant_id, ports.ids.new("rec"), call_id, recording, at),
        await keep(ports, (tenant_id, recording_id, seconds), audio),
    ]


async def _fetched(ports: Ports, url: str) -> tuple[bytes, str]:
    """By the address that the platform has told, as guarded as one that a tenant has typed in."""
    try:
        await check(ports, url)
        answer = await ports.outbound.get(url, {}, RECORDING_S, MOST_RECORDED_BYTES)
    except AddressRefused as error:
        raise CannotHandle("recording_address_refused") from error
    except Unreachable as error:
        raise VendorUnavailable(error.reason) from error
    if answer.status != 200 or answer.is_cut:
        raise VendorUnavailable(f"recording_http_{answer.status}")
    return answer.body, answer.headers.get("content-type", "audio/wav").partition(";")[0]
