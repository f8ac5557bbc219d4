"""Crawls as their owner sees them."""

import json

from errors import Invalid, NotFound
from modules.crawling import queries
from modules.crawling.addresses import canonical
from modules.crawling.crawling import soon
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.knowledge import indexing
from modules.knowledge.errors import KnowledgeFull
from modules.knowledge.schemas import Crawl, CrawlCounts, CrawlDetail, CrawledPage, NewCrawl
from modules.outbound import guard
from ports.context import Ports
from ports.database import Row


async def create(ports: Ports, principal: Principal, command: NewCrawl) -> Crawl:
    """Raises Invalid for an address that is not read, and KnowledgeFull."""
    url = canonical(command.url, "", ports.exempt_origins)
    if url is None:
        raise Invalid([{"pointer": "/url", "detail": "this is no address of a web page"}])
    await guard.check_field(ports, url)
    tenant_id, crawl_id = principal.tenant.id, ports.ids.new("crawl")
    values = json.dumps({**command.model_dump(), "url": url})
    made, _, found = await ports.db.batch(
        queries.insert_crawl(tenant_id, crawl_id, values, stored(ports.clock.now())),
        audit.entry(ports, principal, "crawl.created", crawl_id),
        queries.crawl(tenant_id, crawl_id),
    )
    if not made.changes:
        raise KnowledgeFull("There are 50 crawls already; delete one that nobody needs.")
    await soon(ports, tenant_id, crawl_id)
    return Crawl.model_validate(_shown(found.rows[0]))


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Crawl]:
    (found,) = await ports.db.batch(queries.crawls(tenant_id, cursor, limit))
    return [Crawl.model_validate(_shown(row)) for row in found.rows]


async def get(ports: Ports, tenant_id: str, crawl_id: str) -> CrawlDetail:
    """Raises NotFound."""
    found, pages = await ports.db.batch(queries.crawl(tenant_id, crawl_id), queries.problems(tenant_id, crawl_id))
    if found.first is None:
        raise NotFound("There is no such crawl.")
    problems = [CrawledPage.model_validate(row) for row in pages.rows]
    return CrawlDetail.model_validate({**_shown(found.first), "problems": problems})


async def refresh(ports: Ports, principal: Principal, crawl_id: str) -> Crawl:
    """Read again now; one that is being read goes on. Raises NotFound."""
    tenant_id = principal.tenant.id
    _, _, found = await ports.db.batch(
        queries.refresh(tenant_id, crawl_id, stored(ports.clock.now())),
        audit.entry(ports, principal, "crawl.refreshed", crawl_id),
        queries.crawl(tenant_id, crawl_id),
    )
    if found.first is None:
        raise NotFound("There is no such crawl.")
    await soon(ports, tenant_id, crawl_id)
    return Crawl.model_validate(_shown(found.first))


async def delete(ports: Ports, principal: Principal, crawl_id: str) -> None:
    """With all that was read: nothing is answered from it any more. Raises NotFound."""
    tenant_id = principal.tenant.id
    _, deleted, _ = await ports.db.batch(
        queries.delete_crawl_documents(tenant_id, crawl_id),
        queries.delete_crawl(tenant_id, crawl_id),
        audit.entry(ports, principal, "crawl.deleted", crawl_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such crawl.")
    await indexing.soon(ports, tenant_id)


def _shown(row: Row) -> dict[str, object]:
    """One that waits to be read again has been read."""
    has_ended = row["status"] == "queued" and row["finished_at"] is not None
    status = ("failed" if row["reason"] else "done") if has_ended else row["status"]
    return {**row, "status": status, "pages": CrawlCounts.model_validate(json.loads(str(row["pages"] or "{}")))}
