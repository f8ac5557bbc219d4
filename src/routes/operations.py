"""For those who operate it: alive, ready, figures."""

from typing import Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from modules.operations import service
from web.auth import PortsOf, SettingsOf, metrics_reader, public
from web.openapi import problems

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    success: Literal[True] = True
    status: Literal["ok"] = "ok"
    version: str


class Readiness(BaseModel):
    success: bool = Field(description="Whether every store answers.")
    latency_ms: dict[str, float | None] = Field(description="Per store; null when it did not answer.")


@router.get("/healthz", dependencies=[Depends(public)], responses=problems())
async def healthz(settings: SettingsOf) -> Health:
    """Alive: touches no store."""
    return Health(version=settings.version)


@router.get(
    "/readyz",
    dependencies=[Depends(public)],
    responses={503: {"description": "A store is down.", "model": Readiness}},
)
async def readyz(response: Response, ports: PortsOf) -> Readiness:
    """Ready: asks D1, R2 and Vectorize, and says how long each took."""
    latencies = await service.readiness(ports)
    is_ready = all(latency is not None for latency in latencies.values())
    response.status_code = 200 if is_ready else 503
    return Readiness(success=is_ready, latency_ms=latencies)


@router.get(
    "/metrics",
    dependencies=[Depends(metrics_reader)],
    response_class=Response,
    responses={200: {"description": "Prometheus text.", "content": {"text/plain": {}}}, **problems(401)},
)
async def metrics(ports: PortsOf) -> Response:
    """Figures in Prometheus text, counted in D1."""
    return Response(await service.metrics(ports), media_type="text/plain; version=0.0.4; charset=utf-8")
