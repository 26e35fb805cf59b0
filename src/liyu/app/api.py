"""Assembly of the web side: the domains' routers under ``/api/v1``, health, pages, and what surrounds every request."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from liyu import __version__
from liyu.app import health, pages
from liyu.app.wiring import Services
from liyu.http import openapi, problems
from liyu.http.limits import Allowance, BodyLimit
from liyu.http.observation import Observation
from liyu.http.security import SecurityHeaders

PREFIX: Final = "/api/v1"
_ROUTERS: Final = (
    "liyu.identity.endpoints",
    "liyu.messaging.endpoints",
    "liyu.messaging.attachments.endpoints",
    "liyu.catalog.endpoints",
)


def assemble(services: Services) -> ASGIApp:
    """The whole ASGI application over running ``services``."""
    app = application(services)
    settings = services.settings
    uploads = Allowance("PATCH", f"{PREFIX}/uploads/", settings.attachments.chunk_bytes)
    limited = BodyLimit(app, settings.server.body_bytes, (uploads,))
    return Observation(SecurityHeaders(limited), services.metrics)


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
    app.include_router(api_router(), prefix=PREFIX)
    if (delivery := _existing("liyu.messaging.attachments.delivery")) is not None:
        app.include_router(delivery.router)
    app.include_router(pages.router)
    return app


def api_router() -> APIRouter:
    """Every domain's endpoints."""
    router = APIRouter()
    for name in _ROUTERS:
        if (found := _existing(name)) is not None:
            router.include_router(found.router)
    return router


def _existing(name: str) -> Any:
    try:
        module = import_module(name)
        return module if hasattr(module, "router") else None
    except ImportError:
        return None
