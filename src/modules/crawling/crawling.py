"""A site read page by page: a job is a page, and whatever is killed is gone on with by the next."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from modules import queued
from modules.crawling import queries
from modules.crawling.addresses import MOST_OF_A_SHAPE, canonical, origin_of
from modules.crawling.fetching import Refused, TryLater, fetch, robots_of
from modules.crawling.pages import Found, Read, listed, read, read_map
from modules.crawling.robots import Robots
from modules.instants import stored
from modules.knowledge import indexing, pieces
from modules.knowledge.cutting import ANALYSIS, Source
from modules.knowledge.errors import DocumentUnreadable
from ports.context import Ports
from ports.database import ForeignKeyViolation, Row, Statement

JOB = "crawl_page"
CLAIM_S = 45  # a page is read in less, or its reader is dead
MOST_ATTEMPTS = 3
RETRY_S = 30


async def soon(ports: Ports, tenant_id: str, crawl_id: str, delay_s: int = 0) -> None:
    await queued.soon(ports, JOB, {"tenant_id": tenant_id, "crawl_id": crawl_id}, delay_s)


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return found.rows


async def crawl_page(ports: Ports, tenant_id: str, crawl_id: str) -> str:
    """One page, sitemap or robots.txt. Says what came of it; "busy" where another reads this site now."""
    by, now = ports.ids.new("claim"), ports.clock.now()
    at, until = stored(now), stored(now + timedelta(seconds=CLAIM_S))
    claimed, found, later = await ports.db.batch(
        queries.claim(tenant_id, crawl_id, by, at, until),
        queries.next_page(tenant_id, crawl_id, at),
        queries.next_due(tenant_id, crawl_id),
    )
    if claimed.first is None:
        return "busy"
    crawl = _Crawl(ports, tenant_id, crawl_id, by, claimed.first)
    if claimed.first["status"] == "queued":
        return await crawl.begin()
    page = found.first
    if page is not None and (page["kind"] == "sitemap" or int(page["pages_read"] or 0) < crawl.most_pages):
        return await crawl.read_page(page)
    waiting = later.rows[0]["due_at"]
    if page is None and waiting is not None:
        return await crawl.wait(str(waiting))
    return await crawl.finish()


class _Crawl:
    """One claim on one crawl."""

    def __init__(self, ports: Ports, tenant_id: str, crawl_id: str, by: str, row: Row) -> None:
        self._ports, self._tenant_id, self._id, self._by = ports, tenant_id, crawl_id, by
        self._row = row
        self.most_pages = int(row["max_pages"] or 0)
        self._start = canonical(str(row["url"]), "", ports.exempt_origins) or str(row["url"])
        self._robots = Robots(str(row["robots"] or ""))
        self._is_own = origin_of(self._start) in ports.exempt_origins  # a developer's own site waits for nothing

    async def begin(self) -> str:
        """robots.txt first, then the first page and the sitemaps are to be read."""
        try:
            text = await robots_of(self._ports, self._start)
        except (Refused, TryLater) as error:
            return await self._end("failed", error.reason)
        self._robots = Robots(text)
        named = [canonical(one, self._start, self._ports.exempt_origins) for one in self._robots.sitemaps]
        maps = [one for one in named if one] or [f"{origin_of(self._start)}/sitemap.xml"]
        found = (Found(self._start, "page", 0), *(Found(one, "sitemap", 0) for one in dict.fromkeys(maps[:20])))
        return await self.release(
            "begun",
            queries.begin(self._tenant_id, self._id, self._by, text, stored(self._ports.clock.now())),
            queries.read_again(self._tenant_id, self._id),
            queries.find_pages(self._tenant_id, self._id, listed(found, MOST_OF_A_SHAPE), MOST_OF_A_SHAPE),
        )

    async def read_page(self, page: Row) -> str:
        url = str(page["url"])
        conditions = {"if-none-match": page["etag"], "if-modified-since": page["last_modified"]}
        given = {name: str(value) for name, value in conditions.items() if value}
        try:
            answer = await fetch(self._ports, url, self._start, self._robots, given)
        except TryLater as error:
            return await self._put_off(page, error)
        except Refused as error:
            state = "gone" if error.reason == "gone" else "skipped"
            return await self._settle(page, Read(state, error.reason), {"status": error.status})
        exempt = self._ports.exempt_origins
        told: dict[str, Any] = {"status": answer.fetched.status}
        told |= {
            "etag": answer.fetched.headers.get("etag"),
            "last_modified": answer.fetched.headers.get("last-modified"),
        }
        if answer.fetched.status == 304:
            told |= {"etag": page["etag"], "last_modified": page["last_modified"]}
            return await self._settle(page, Read("unchanged"), told)
        if page["kind"] == "sitemap":
            return await self._settle(page, read_map(self._start, answer.fetched, exempt), told)
        depth = int(page["depth"] or 0)
        if answer.url != url:  # the same page under its other address is not read twice
            return await self._settle(
                page, Read("duplicate", "redirect", found=(Found(answer.url, "page", depth),)), told
            )
        return await self._settle(page, read(url, self._start, depth, answer.fetched, exempt), told)

    async def _settle(self, page: Row, made: Read, told: dict[str, Any]) -> str:
        """The page, its document and what it leads to in one batch: a reader that dies before has done nothing."""
        url, before = str(page["url"]), str(page["document_id"]) if page["document_id"] else None
        state, reason, content_hash = made.state, made.reason, made.content_hash
        if state == "unchanged":
            content_hash = str(page["content_hash"]) if page["content_hash"] else None
        statements: list[Statement] = []
        document_id = before if state == "unchanged" else None
        if made.content and content_hash is not None:
            (same,) = await self._ports.db.batch(queries.same_content(self._tenant_id, self._id, url, content_hash))
            if same.first is not None:
                state, reason = "duplicate", "same_content"
            elif before is not None and content_hash == page["content_hash"]:
                state, document_id = "unchanged", before
            else:
                document_id = _document_id(self._id, url)
                try:
                    statements = self._document(document_id, url, made)
                except DocumentUnreadable:
                    state, reason, document_id = "skipped", "too_long", None
        if before is not None and document_id is None:
            statements.append(queries.delete_page_document(self._tenant_id, before))
        values = {"state": state, "reason": reason, "content_hash": content_hash if document_id else None}
        values |= {"document_id": document_id, **(told if document_id or page["kind"] == "sitemap" else {})}
        values["status"] = told.get("status")
        found = listed(made.found, MOST_OF_A_SHAPE)
        try:
            outcome = await self.release(
                state,
                *statements,
                queries.settle_page(self._tenant_id, self._id, url, json.dumps(values)),
                queries.find_pages(self._tenant_id, self._id, found, MOST_OF_A_SHAPE),
            )
        except ForeignKeyViolation:  # the crawl was deleted while its page was being read
            return "deleted"
        if statements:
            await indexing.soon(self._ports, self._tenant_id)
        return outcome

    def _document(self, document_id: str, url: str, made: Read) -> list[Statement]:
        values: dict[str, Any] = {
            "title": made.title[:200] or url[:200],
            "content": made.content,
            "format": made.format,
        }
        values |= {"language": made.language, "source_url": url, "crawl_id": self._id, "analysis": ANALYSIS}
        source = Source("document", document_id, str(values["title"]), made.content, made.language)
        at = stored(self._ports.clock.now())
        return [
            *pieces.room(self._ports, self._tenant_id),
            queries.put_document(self._tenant_id, document_id, json.dumps(values), at),
            *pieces.replace(self._tenant_id, source),
        ]

    async def _put_off(self, page: Row, error: TryLater) -> str:
        attempts = int(page["attempts"] or 0) + 1
        if attempts >= MOST_ATTEMPTS:
            return await self._fail(page, error)
        wait_s = 1 if self._is_own else min(max(RETRY_S * 2 ** (attempts - 1), error.after_s), 3_600)
        due_at = stored(self._ports.clock.now() + timedelta(seconds=wait_s))
        why = (error.reason, error.status)
        return await self.release(
            "put_off", queries.put_off_page(self._tenant_id, self._id, str(page["url"]), why, due_at)
        )

    async def _fail(self, page: Row, error: TryLater) -> str:
        """What was read of it before stays: a server that is down has not taken its page back."""
        kept = {name: page[name] for name in ("etag", "last_modified", "content_hash", "document_id")}
        values = {"state": "failed", "reason": error.reason, "status": error.status, **kept}
        url = str(page["url"])
        return await self.release("failed", queries.settle_page(self._tenant_id, self._id, url, json.dumps(values)))

    async def release(self, outcome: str, *statements: Statement) -> str:
        """With what came of it, in one batch; the next page after the pause that the site wants between two."""
        delay_s = 0 if self._is_own else self._robots.delay_s
        at = stored(self._ports.clock.now() + timedelta(seconds=delay_s))
        await self._ports.db.batch(*statements, queries.release(self._tenant_id, self._id, self._by, at))
        await soon(self._ports, self._tenant_id, self._id, delay_s)
        return outcome

    async def wait(self, due_at: str) -> str:
        """Nothing can be read before then; cron comes for it."""
        await self._ports.db.batch(queries.release(self._tenant_id, self._id, self._by, due_at))
        return "waiting"

    async def finish(self) -> str:
        """Nothing is left to be read, or enough has been."""
        (first,) = await self._ports.db.batch(queries.first_page(self._tenant_id, self._id))
        if not int(first.rows[0]["pages_read"] or 0):
            return await self._end("failed", "first_page_not_read")
        return await self._end("done", None, queries.skip_the_rest(self._tenant_id, self._id))

    async def _end(self, status: str, reason: str | None, *statements: Statement) -> str:
        now = self._ports.clock.now()
        days = self._row["refresh_days"]
        again = stored(now + timedelta(days=int(days))) if days else ""
        ended = (status, reason, stored(now), again)
        await self._ports.db.batch(*statements, queries.finish(self._tenant_id, self._id, self._by, ended))
        return status


def _document_id(crawl_id: str, url: str) -> str:
    """The same page has the same document in every run."""
    return f"doc_{hashlib.sha256(f'{crawl_id} {url}'.encode()).hexdigest()[:26]}"
