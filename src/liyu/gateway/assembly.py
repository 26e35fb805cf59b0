"""The gateway as the program sees it: one object that is started, serves sockets, drains and stops.

The wiring passes the domains' services in as ports, gives ``committed`` and ``marked`` to the writer, and subscribes
the handlers of domain events. ``protocol_class`` goes to uvicorn; ``routes`` to the HTTP application.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from prometheus_client.registry import Collector
from starlette.routing import BaseRoute

from liyu.gateway import websocket, websocket_asgi
from liyu.gateway.admission import Admission
from liyu.gateway.hub import HubLimits
from liyu.gateway.node import Node
from liyu.gateway.ports import (
    Authenticator,
    Commands,
    CommittedEvents,
    InboxChange,
    Inboxes,
    Log,
    Mark,
    SiteOrigins,
)
from liyu.gateway.session import SessionLimits
from liyu.gateway.settings import GatewaySettings
from liyu.gateway.ticking import Ticking
from liyu.gateway.upgrade import Door
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, ConversationId, PersonId, SessionId, new_id
from liyu.platform.bus.port import Bus


class MarkedEverywhere(Mark, Protocol):
    """A cursor that moved, and whose conversation it is."""

    @property
    def chain(self) -> ChainId: ...
    @property
    def conversation(self) -> ConversationId: ...
    @property
    def moved(self) -> bool: ...


class SessionsEnded(Protocol):
    """A device was revoked, or somebody signed out."""

    @property
    def chain(self) -> ChainId: ...
    @property
    def sessions(self) -> Sequence[SessionId]: ...


class PersonTouched(Protocol):
    """The roles of a person changed."""

    @property
    def chain(self) -> ChainId: ...
    @property
    def person(self) -> PersonId: ...


class PeopleMerged(PersonTouched, Protocol):
    """``visitor`` is now an alias of ``person``."""

    @property
    def visitor(self) -> PersonId: ...


class Gateway:
    """See the module. ``origins``: web origins of the installation's own pages, empty where it has no public address.

    ``replay``: events that a reconnect is sent at most.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        clock: Clock,
        bus: Bus,
        authenticator: Authenticator,
        sites: SiteOrigins,
        log: Log,
        inboxes: Inboxes,
        commands: Commands,
        origins: Sequence[str] = (),
        proxies: Sequence[str] = (),
        replay: int = 500,
        name: str | None = None,
    ) -> None:
        self._settings = settings
        self.node = Node(
            name=name or new_id("node"),
            clock=clock,
            bus=bus,
            authenticator=authenticator,
            log=log,
            inboxes=inboxes,
            commands=commands,
            limits=SessionLimits(
                frame_bytes=settings.frame_bytes,
                sends_per_minute=settings.sends_per_minute,
                frames_per_minute=settings.signals_per_minute,
                subscriptions=settings.subscriptions,
                ping_interval_ms=settings.ping_interval_ms,
                hello_timeout_ms=settings.hello_timeout_ms,
            ),
            hub_limits=HubLimits(ring_items=settings.ring_events, ring_bytes=settings.ring_bytes, replay=replay),
            queue_bytes=settings.queue_bytes,
            person_sends_per_minute=settings.person_sends_per_minute,
            sockets=settings.sockets,
            sockets_per_address=settings.sockets_per_address,
        )
        self._admission = Admission(self.node, Door.of(origins, proxies), sites)
        self._ticking = Ticking(self.node)

    async def start(self) -> None:
        """Begin. The bus is started by who made it."""
        self._ticking.start()

    async def drain(self) -> None:
        """Tell clients when to come back and close every socket, before a planned stop."""
        await self.node.drain(self._settings.drain_ms)

    async def stop(self) -> None:
        """End. Sockets that are still open are left to the transport."""
        await self._ticking.stop()
        await self.node.stop()

    # ── for the web server ─────────────────────────────────────────────────────

    def protocol_class(self) -> Any:
        """What ``uvicorn.Config(ws=…)`` takes."""
        if self._settings.websocket == "picows":
            return websocket.protocol_class(self._admission)
        return "websockets-sansio"

    def routes(self) -> list[BaseRoute]:
        """Routes of the ASGI application: the twin's, where the settings choose it."""
        if self._settings.websocket == "picows":
            return []
        return [websocket_asgi.route(self._admission)]

    def sockets(self) -> int:
        """How many sockets are open."""
        return len(self.node.registry)

    def figures(self) -> Collector:
        """What the gateway counts about itself, for the registry of metrics."""
        return self.node.figures

    # ── what the domains say ───────────────────────────────────────────────────

    def committed(self, committed: Sequence[CommittedEvents], inboxes: Sequence[InboxChange]) -> None:
        """For ``writer.on_committed``."""
        self.node.committed(committed, inboxes)

    def marked(self, marks: Sequence[MarkedEverywhere]) -> None:
        """For ``writer.on_marked``."""
        for mark in marks:
            if mark.moved:
                self.node.hub.marked(mark.chain, mark.conversation, mark)

    async def on_sessions_ended(self, event: SessionsEnded) -> None:
        """A device was revoked, or somebody signed out: close its sockets at once, on every node."""
        self.node.sessions_ended(event.chain, event.sessions)

    async def on_person_merged(self, event: PeopleMerged) -> None:
        """A visitor turned out to be a known person: its connections go on under that id."""
        self.node.person_changed(event.chain, event.visitor)
        self.node.person_changed(event.chain, event.person)

    async def on_access_changed(self, event: PersonTouched) -> None:
        """The roles of a person changed: decide again what it follows, on every node."""
        self.node.person_changed(event.chain, event.person)
