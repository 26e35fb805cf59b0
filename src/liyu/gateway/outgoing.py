"""What waits for a slow reader. Bounded in bytes; decides what is dropped when the bound is reached.

First signals go. Then whole conversations (and inboxes), the heaviest first, each collapsing to the one frame that
tells the client to load it afresh. If what must not be lost still does not fit, the connection has to be closed.
Pure: no socket, no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple


class Lane(Enum):
    """What may happen to a frame under pressure."""

    VITAL = "vital"  # answers, acks, negotiation of calls: never dropped
    STREAM = "stream"  # events of a conversation, changes of an inbox: may collapse to one resync
    SIGNAL = "signal"  # may be dropped


class Waiting(NamedTuple):
    """A frame that waits. ``key``: the conversation or inbox that it belongs to."""

    lane: Lane
    key: str
    frame: bytes


class Overflow(Exception):
    """Even what must not be lost does not fit: the reader has to go."""


class Outgoing:
    """The queue of one connection that does not read fast enough."""

    __slots__ = ("_frames", "_limit", "size")

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._frames: deque[Waiting] = deque()
        self.size = 0

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, lane: Lane, key: str, frame: bytes) -> list[str]:
        """Queue one frame.

        Returns the keys that collapsed: the caller leaves each stream and queues its one resync as ``VITAL``.
        Raises ``Overflow``.
        """
        self._frames.append(Waiting(lane, key, frame))
        self.size += len(frame)
        if self.size <= self._limit:
            return []
        self._drop_signals()
        return self._collapse() if self.size > self._limit else []

    def take(self) -> bytes | None:
        """The next frame to send."""
        if not self._frames:
            return None
        waiting = self._frames.popleft()
        self.size -= len(waiting.frame)
        return waiting.frame

    def forget(self, key: str) -> None:
        """The stream ``key`` was left: what waits of it is of no use."""
        self._keep(lambda waiting: waiting.lane is not Lane.STREAM or waiting.key != key)

    def _drop_signals(self) -> None:
        self._keep(lambda waiting: waiting.lane is not Lane.SIGNAL)

    def _collapse(self) -> list[str]:
        weights: dict[str, int] = {}
        for waiting in self._frames:
            if waiting.lane is Lane.STREAM:
                weights[waiting.key] = weights.get(waiting.key, 0) + len(waiting.frame)
        collapsed: list[str] = []
        room = self._limit // 2  # go well below the bound, so that the next frame does not collapse the next stream
        for key in sorted(weights, key=lambda each: (-weights[each], each)):
            if self.size <= room:
                break
            self.forget(key)
            collapsed.append(key)
        if self.size > self._limit:
            raise Overflow()
        return collapsed

    def _keep(self, wanted: Callable[[Waiting], bool]) -> None:
        kept = deque(waiting for waiting in self._frames if wanted(waiting))
        self.size = sum(len(waiting.frame) for waiting in kept)
        self._frames = kept
