"""The bus: hints between nodes, who is present, and counters of rates.

Nothing on it is the truth: a message may be lost, doubled or late, and a counter forgotten. Whoever listens repairs
itself from the database; losing the bus costs latency only. Channel and key names carry the chain.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

Handler = Callable[[str, bytes], None]
"""Called on the event loop with channel and message. Must not block or raise."""


def channel(chain: str, kind: str, name: str = "") -> str:
    """A channel of one chain. ``kind`` is a short word; ``name`` an id within the chain."""
    return f"{chain}/{kind}/{name}"


class Bus(Protocol):
    """One of the twins. Safe to share by all tasks of one event loop."""

    @property
    def shared(self) -> bool:
        """Whether other nodes may listen: where not, there is no need to publish or to recheck."""
        ...

    @property
    def connected(self) -> bool:
        """Whether messages pass at present."""
        ...

    async def start(self) -> None:
        """Begin. A bus that cannot be reached is tried again in the background, without end."""
        ...

    async def stop(self) -> None:
        """Send what is queued where that is possible, and end."""
        ...

    def on_reconnect(self, call: Callable[[], Awaitable[None]]) -> None:
        """``call`` after the bus came back: messages in between are lost."""
        ...

    def publish(self, name: str, message: bytes) -> None:
        """Hand ``message`` to every subscriber of the channel, this node's included. At most once, in order per
        channel and publisher; dropped while the bus is away or its bounded queue is full."""
        ...

    def subscribe(self, name: str, handler: Handler) -> None:
        """Listen to a channel; takes effect soon. One handler per channel."""
        ...

    async def subscribed(self) -> None:
        """Return once every subscription asked for so far is in effect, or the bus is away: what is published from
        then on is heard."""
        ...

    def unsubscribe(self, name: str) -> None:
        """Stop listening to a channel."""
        ...

    async def enter(self, place: str, member: str, ttl_ms: int) -> None:
        """``member`` is present in ``place`` for ``ttl_ms``, or longer when renewed."""
        ...

    async def leave(self, place: str, member: str) -> None:
        """``member`` is gone."""
        ...

    async def present(self, place: str) -> frozenset[str]:
        """Who is present; empty while the bus is away."""
        ...

    async def count(self, counter: str, amount: int, window_ms: int) -> int:
        """Add to a counter that begins anew ``window_ms`` after its first addition; returns its value, all nodes
        together. While the bus is away: ``amount``."""
        ...
