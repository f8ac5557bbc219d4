"""/api/v1/analytics and /api/v1/calls/stats: what happened, in figures of the business's own days."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.analytics import service
from modules.analytics.service import CallStats, Dashboard, Insights, Overview
from modules.identity.principal import Principal
from web.auth import Need, PortsOf
from web.openapi import problems
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("conversations:read"))]
First = Annotated[
    date | None, Query(alias="from", description="The first day; 30 days before the last one without it.")
]
Last = Annotated[date | None, Query(alias="to", description="The last day; today without it.")]

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"], route_class=JsonRoute)
call_router = APIRouter(prefix="/api/v1/calls", tags=["analytics"], route_class=JsonRoute)


class OverviewOut(BaseModel):
    success: Literal[True] = True
    overview: Overview


class DashboardOut(BaseModel):
    success: Literal[True] = True
    dashboard: Dashboard


class InsightsOut(BaseModel):
    success: Literal[True] = True
    insights: Insights


class CallStatsOut(BaseModel):
    success: Literal[True] = True
    stats: CallStats


@router.get("/overview", responses=problems(422))
async def get_overview(principal: Reader, ports: PortsOf, first: First = None, last: Last = None) -> OverviewOut:
    """Everything in that span, and by channel; a conversation counts on the day that it began."""
    return OverviewOut(overview=await service.overview(ports, principal.tenant.id, first, last))


@router.get("/dashboard", responses=problems(422))
async def get_dashboard(principal: Reader, ports: PortsOf, first: First = None, last: Last = None) -> DashboardOut:
    """The same day by day, beside the span before."""
    return DashboardOut(dashboard=await service.dashboard(ports, principal.tenant.id, first, last))


@router.get("/insights", responses=problems(422))
async def get_insights(principal: Reader, ports: PortsOf, first: First = None, last: Last = None) -> InsightsOut:
    """What stands out of these figures, and what was asked and nothing answered."""
    return InsightsOut(insights=await service.insights(ports, principal.tenant.id, first, last))


@call_router.get("/stats", responses=problems(422))
async def get_call_stats(principal: Reader, ports: PortsOf, first: First = None, last: Last = None) -> CallStatsOut:
    """How calls went, how long they were, and how long callers waited for a model's first words."""
    return CallStatsOut(stats=await service.calls(ports, principal.tenant.id, first, last))
