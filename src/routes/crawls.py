"""/api/v1/knowledge/crawl and /crawls: websites that are read."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.crawling import service as crawls
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.knowledge.schemas import Crawl, CrawlDetail, NewCrawl
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("knowledge:read"))]
Writer = Annotated[Principal, Depends(Need("knowledge:write"))]

WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)

router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"], route_class=JsonRoute)


class CrawlOut(BaseModel):
    success: Literal[True] = True
    crawl: Crawl


class CrawlDetailOut(BaseModel):
    success: Literal[True] = True
    crawl: CrawlDetail


@router.post("/crawl", status_code=201, responses=WRITE)
async def create_crawl(command: NewCrawl, principal: Writer, ports: PortsOf) -> CrawlOut:
    """Reads a site page by page, as robots.txt allows; GET /crawls/{id} tells how far it has come."""
    return CrawlOut(crawl=await crawls.create(ports, principal, command))


@router.get("/crawls", responses=problems(422))
async def list_crawls(principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None) -> ItemList[Crawl]:
    """The sites that are read."""
    rows = await crawls.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.get("/crawls/{crawl_id}", responses=FIND)
async def get_crawl(crawl_id: str, principal: Reader, ports: PortsOf) -> CrawlDetailOut:
    """One of them: how many pages in which state, and why some were not read."""
    return CrawlDetailOut(crawl=await crawls.get(ports, principal.tenant.id, crawl_id))


@router.post("/crawls/{crawl_id}/refresh", responses=problems(404))
async def refresh_crawl(crawl_id: str, principal: Writer, ports: PortsOf) -> CrawlOut:
    """Reads the site again now: only what has changed is written."""
    return CrawlOut(crawl=await crawls.refresh(ports, principal, crawl_id))


@router.delete("/crawls/{crawl_id}", responses=FIND)
async def delete_crawl(crawl_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Stops it, and takes away all that was read by it."""
    await crawls.delete(ports, principal, crawl_id)
    return Done()
