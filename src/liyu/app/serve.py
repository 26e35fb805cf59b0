"""``liyu serve``: one listening socket, HTTP by uvicorn, WebSocket by the gateway, and an orderly end.

Decides the order of starting and stopping. At SIGTERM: nothing new is accepted, the gateway tells its clients when to
come back and closes their sockets, requests under way are finished, then services stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import structlog
import uvicorn
import uvloop

from liyu.app import wiring
from liyu.app.api import assemble
from liyu.app.listening import address_of, listen
from liyu.app.settings import Settings
from liyu.app.wiring import Services
from liyu.gateway.websocket import HARD_LIMIT

log = structlog.get_logger(__name__)


class ShopServer(uvicorn.Server):
    """uvicorn, which tells when it is open, leaves signals to asyncio and drains the gateway first."""

    def __init__(self, config: uvicorn.Config, services: Services, when_open: Callable[[], None]) -> None:
        super().__init__(config)
        self._services = services
        self._when_open = when_open

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what lives as long as the server need not be walked by every collection
        self._when_open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._services.hub.drain()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def run(settings: Settings, *, before: Callable[[Services], Any], when_open: Callable[[Services, str], None]) -> None:
    """Serve until a signal. ``before`` is awaited once the services run; ``when_open`` gets the address.

    Raises a ``Refusal`` when the shop cannot open.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, before, when_open))


async def _serve(
    settings: Settings, before: Callable[[Services], Any], when_open: Callable[[Services, str], None]
) -> None:
    with contextlib.closing(listen(settings.server)) as listening:
        address = address_of(settings.server, listening)
        async with wiring.opened(settings) as services:
            await before(services)
            server = ShopServer(configuration(settings, services), services, lambda: when_open(services, address))
            await server.serve(sockets=[listening])


def configuration(settings: Settings, services: Services) -> uvicorn.Config:
    """uvicorn's part of the settings."""
    server = settings.server
    return uvicorn.Config(
        assemble(services),
        http="httptools",
        ws=websocket_class(services),
        ws_max_size=HARD_LIMIT * services.settings.gateway.frame_bytes,
        ws_ping_interval=None,  # a session has pings of its own
        ws_per_message_deflate=False,  # a third of a megabyte of memory for every socket
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(server.trusted_proxies),
        forwarded_allow_ips=list(server.trusted_proxies),
        timeout_graceful_shutdown=server.drain_seconds,
    )


def websocket_class(services: Services) -> Any:
    """What answers an upgrade: the gateway, or nobody when this node has no such role."""
    if "gateway" not in services.settings.server.roles:
        return "none"
    return services.hub.protocol_class()
