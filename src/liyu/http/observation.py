"""What is recorded of each request: an id, one log line, one observation of the metrics. Never a body or a query."""

from __future__ import annotations

import time
from typing import Final

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liyu.kit.ids import new_id

log = structlog.get_logger(__name__)

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The node's figures in Prometheus' form. Parts add their own with ``registry``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "liyu_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "liyu_http_seconds",
            "Seconds until a request was answered.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.under_way = Gauge("liyu_http_under_way", "Requests being answered.", registry=self.registry)
        self.sockets = Gauge("liyu_sockets", "WebSockets open on this node.", registry=self.registry)
        self.events = Counter("liyu_events", "Events that this node committed.", registry=self.registry)

    def page(self) -> bytes:
        """Everything, with the figures of the process itself."""
        return generate_latest(self.registry) + generate_latest(REGISTRY)


class Observation:
    """ASGI middleware, the outermost: what escapes the application is logged here once and ends here."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id("req")
        begun = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id), self._metrics.under_way.track_inprogress():
            try:
                await self._app(scope, receive, noted)
            except Exception as error:
                if not status:  # what has been answered with a 500 document was logged where it was rendered
                    log.error("request failed", method=scope["method"], path=scope["path"], exc_info=error)
                    raise
            finally:
                self._record(scope, status or 500, time.perf_counter() - begun)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self._metrics.requests.labels(scope["method"], route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        log.debug("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def route_of(scope: Scope) -> str:
    """The pattern that matched, so that ids do not become labels."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "other"
