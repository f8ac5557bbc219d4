"""Rows that wait for something, whichever table they stand in: each done or put off, whatever becomes of the others."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from modules.appointments import reminding, waiting
from modules.calendars import syncing
from modules.calls import recordings
from modules.conclusions import service as conclusions
from modules.crawling import crawling
from modules.knowledge import indexing, pieces
from modules.personal_data import exports, leaving
from modules.phone_lines import advancing
from modules.threads import answering, files
from ports.context import Ports
from ports.database import Row
from web.log import EventLog

DRIVE = "drive"
DRIVEN_AT_ONCE = 50  # of each kind, well within the queries that one invocation may make
CONCLUDED_AT_ONCE = 10  # a model may write each of them


async def _leave(ports: Ports, row: Row) -> None:
    """It is tried again as it is: the next time that becomes free, the next minute."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which rows are due, what is done with each, and what with one that it fails for."""

    counted: str  # in the log
    name: str
    due: Callable[[Ports, int], Awaitable[Sequence[Row]]]
    do: Callable[[Ports, Row], Awaitable[object]]
    put_off: Callable[[Ports, Row], Awaitable[None]] = _leave
    most: int = DRIVEN_AT_ONCE
    has_backlog: bool = True  # more of them are gone through at once, not in the next minute


async def drive_rows(ports: Ports) -> tuple[Mapping[str, int], bool]:
    """How many of each kind, and whether there are more."""
    counts, has_more = {}, False
    for kind in KINDS:
        rows = await kind.due(ports, kind.most)
        for row in rows:
            try:
                await kind.do(ports, row)
            except Exception as error:  # written down, and not the others'
                log = EventLog(job=DRIVE, tenant_id=str(row["tenant_id"]), id=str(row["id"]))
                log.error(f"{kind.name}.failed", error)
                await kind.put_off(ports, row)
        counts[kind.counted] = len(rows)
        has_more = has_more or (kind.has_backlog and len(rows) == kind.most)
    return counts, has_more


async def _answer(ports: Ports, row: Row) -> str:
    return await answering.answer(ports, str(row["tenant_id"]), str(row["id"]))


async def _answer_later(ports: Ports, row: Row) -> None:
    await answering.put_off(ports, str(row["tenant_id"]), str(row["id"]))


async def _conclude(ports: Ports, row: Row) -> str:
    return await conclusions.conclude(ports, str(row["tenant_id"]), str(row["id"]))


async def _offer(ports: Ports, row: Row) -> int:
    return await waiting.offer_freed(ports, str(row["tenant_id"]))


async def _sync(ports: Ports, row: Row) -> str:
    return await syncing.sync(ports, str(row["tenant_id"]), str(row["id"]))


async def _cut(ports: Ports, row: Row) -> int:
    return await pieces.cut_again(ports, str(row["tenant_id"]))


async def _index(ports: Ports, row: Row) -> None:
    await indexing.soon(ports, str(row["tenant_id"]))


async def _advance(ports: Ports, row: Row) -> str:
    return await advancing.advance(ports, str(row["tenant_id"]), str(row["id"]))


async def _crawl(ports: Ports, row: Row) -> None:
    await crawling.soon(ports, str(row["tenant_id"]), str(row["id"]))


async def _erase(ports: Ports, row: Row) -> str:
    return await leaving.advance(ports, str(row["tenant_id"]))


# In this order: somebody waits for an answer, and for nothing else as much.
KINDS = (
    _Kind("conversations_answered", "answer", answering.due, _answer, _answer_later),
    _Kind("files", "file", files.overdue, files.keep, has_backlog=False),
    _Kind("conversations_concluded", "conclusion", conclusions.due, _conclude, most=CONCLUDED_AT_ONCE),
    _Kind("appointments_reminded", "reminder", reminding.due, reminding.remind, reminding.put_off),
    _Kind("offers_expired", "offer", waiting.expire_offers, _offer, has_backlog=False),
    _Kind("calendars", "calendar", syncing.due, _sync, syncing.put_off),
    _Kind("knowledge_cut", "cutting", pieces.tenants_to_cut, _cut),
    _Kind("knowledge_indexed", "indexing", indexing.due, _index, has_backlog=False),
    _Kind("numbers", "number", advancing.due, _advance, has_backlog=False),
    _Kind("crawls", "crawl", crawling.due, _crawl, has_backlog=False),
    _Kind("copies", "copy", recordings.copies_due, recordings.delete_copy, has_backlog=False),
    _Kind("exports", "export", exports.due, exports.drive, most=2, has_backlog=False),
    _Kind("erasures", "erasure", leaving.due, _erase, most=2, has_backlog=False),
)
