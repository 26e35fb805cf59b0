"""Assembly of the web side: the domains' routers under ``/api/v1``, health, pages, and what surrounds every request."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI, Response
from starlette.types import ASGIApp

from liyu import __version__
from liyu.app import health, pages
from liyu.app.wiring import Services
from liyu.catalog import endpoints as catalog
from liyu.catalog.importing.reading import MOST_BYTES
from liyu.gateway import asyncapi
from liyu.http import openapi, problems
from liyu.http.compression import Compression
from liyu.http.idempotency import Idempotency
from liyu.http.limits import Allowance, BodyLimit
from liyu.http.observation import Observation
from liyu.http.security import SecurityHeaders
from liyu.identity import endpoints as identity
from liyu.kit.keys import derived_key
from liyu.messaging import endpoints as messaging
from liyu.messaging.attachments import delivery
from liyu.messaging.attachments import endpoints as attachments
from liyu.routing import endpoints as routing

PREFIX: Final = "/api/v1"
_DOMAINS: Final = (identity.router, messaging.router, attachments.router, catalog.router, routing.router)


def assemble(services: Services) -> ASGIApp:
    """The whole ASGI application over running ``services``."""
    app = application(services)
    settings = services.settings
    uploads = Allowance("PATCH", f"{PREFIX}/uploads/", settings.attachments.chunk_bytes)
    imports = Allowance("POST", f"{PREFIX}/imports", MOST_BYTES)
    once = Idempotency(
        app,
        repeats=services.repeats,
        identity=services.identity,
        clock=services.clock,
        secret=derived_key(services.secret, "http.idempotency"),
    )
    limited = BodyLimit(once, settings.server.body_bytes, (uploads, imports))
    return Observation(SecurityHeaders(Compression(limited)), services.metrics)


def application(services: Services | None) -> FastAPI:
    """The FastAPI application. Without ``services`` it can describe itself but not answer."""
    app = FastAPI(
        title="Liyu",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.services = services
    problems.install(app)
    openapi.install(app, __version__)
    app.include_router(health.router)
    if services is not None and "gateway" in services.settings.server.roles:
        app.router.routes.extend(services.hub.routes())
    if services is None or "api" in services.settings.server.roles:
        app.include_router(api_router(), prefix=PREFIX)
        app.add_api_route(f"{PREFIX}/asyncapi.json", read_asyncapi, include_in_schema=False)
        app.include_router(delivery.router)
        app.include_router(pages.router)
    return app


def api_router() -> APIRouter:
    """Every domain's endpoints."""
    router = APIRouter()
    for domain in _DOMAINS:
        router.include_router(domain)
    return router


async def read_asyncapi() -> Response:
    """The description of the WebSocket."""
    return Response(asyncapi.text(), media_type="application/json")
