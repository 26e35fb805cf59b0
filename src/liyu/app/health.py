"""What machines ask: alive, ready, figures. None of it says anything about a shop or a person."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from liyu.app.wiring import Services
from liyu.http.language import language_of
from liyu.http.observation import METRICS_TYPE
from liyu.http.problems import plain_problem
from liyu.kit.errors import Refusal
from liyu.platform.db.migrate import current, newest

router = APIRouter()


class Readiness(BaseModel):
    """Which parts can work."""

    ready: bool = Field(description="Whether requests should be sent to this node.", examples=[True])
    parts: dict[str, str] = Field(description="Part → `ok` or what is wrong.", examples=[{"database": "ok"}])


@router.get("/healthz", include_in_schema=False)
async def read_health() -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz", include_in_schema=False)
async def read_readiness(request: Request) -> Response:
    """The parts that a request needs answer as well, and no stop is under way."""
    found = await readiness(request.app.state.services)
    return JSONResponse(found.model_dump(), 200 if found.ready else 503)


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Prometheus' page, for the addresses that the settings name."""
    services = request.app.state.services
    host = request.client.host if request.client else ""
    if not within(host, services.settings.server.metrics_from):
        return plain_problem(404, "http.not_found", language_of(request))
    return Response(services.metrics.page(), media_type=METRICS_TYPE)


async def readiness(services: Services) -> Readiness:
    """Ask the database for its revision. A bus that is away makes nodes slower to hear of each other, not unready."""
    parts = {"database": "ok", "bus": "ok" if services.bus.connected else "away"}
    try:
        if await current(services.database) != newest():
            parts["database"] = "tables are not at the newest revision"
    except Refusal as refusal:
        parts["database"] = refusal.code
    if services.hub.node.draining:
        parts["gateway"] = "draining"
    needed = (state for part, state in parts.items() if part != "bus")
    return Readiness(ready=all(state == "ok" for state in needed), parts=parts)


def within(host: str, networks: Sequence[str]) -> bool:
    """Whether ``host`` is an address inside one of ``networks`` (``10.0.0.0/8``, ``127.0.0.1``)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)
