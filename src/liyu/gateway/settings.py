"""Settings of the WebSocket gateway."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from liyu.kit.settings import Section


class GatewaySettings(Section, frozen=True):
    """Limits of one connection and of this node."""

    websocket: Annotated[
        Literal["picows", "uvicorn"],
        Meta(description="Which implementation speaks WebSocket: `picows` (fast) or `uvicorn` (its twin)."),
    ] = "picows"
    ping_interval_ms: Annotated[
        int,
        Meta(ge=1_000, le=120_000, description="Milliseconds between pings; a silent connection is closed after two."),
    ] = 25_000
    hello_timeout_ms: Annotated[
        int, Meta(ge=500, le=60_000, description="Milliseconds in which a new connection must introduce itself.")
    ] = 10_000
    frame_bytes: Annotated[
        int, Meta(ge=4_096, le=1 << 20, description="Largest frame a client may send, in bytes.")
    ] = 65_536
    sends_per_minute: Annotated[int, Meta(ge=1, description="Messages that one connection may send in a minute.")] = 240
    person_sends_per_minute: Annotated[
        int, Meta(ge=1, description="Messages that one person may send in a minute over all connections.")
    ] = 480
    signals_per_minute: Annotated[
        int, Meta(ge=1, description="Signals (typing, viewing) that one connection may send in a minute.")
    ] = 600
    subscriptions: Annotated[int, Meta(ge=1, description="Conversations that one connection may follow.")] = 200
    queue_bytes: Annotated[
        int, Meta(ge=65_536, description="Bytes that may wait for a slow reader before its queue is collapsed.")
    ] = 262_144
    sockets: Annotated[
        int, Meta(ge=1, description="Connections of this node; beyond it new ones are asked to wait.")
    ] = 20_000
    sockets_per_address: Annotated[int, Meta(ge=1, description="Connections from one address on this node.")] = 200
    ring_events: Annotated[
        int, Meta(ge=16, description="Newest events of an active conversation that are kept in memory for reconnects.")
    ] = 256
    ring_bytes: Annotated[
        int, Meta(ge=4_096, description="Bytes of such events that are kept for one conversation at most.")
    ] = 262_144
    drain_ms: Annotated[
        int,
        Meta(ge=0, le=120_000, description="Milliseconds over which clients are told to come back when a node stops."),
    ] = 3_000
