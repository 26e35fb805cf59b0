"""What has been sent and not been acknowledged yet, in the order in which it was said. Pure but for the futures.

An item leaves only by its ``ack`` or by a refusal that is final. After every new connection all of it is sent again
under the same ``cid``: the server gives a repeated one its first answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from liyu.protocol.frames import Ack, Refuse, Send


class Refused(Exception):
    """The server will not take this message. ``code`` is stable, ``message`` is for a person."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(slots=True)
class Waiting:
    """A frame on its way. ``not_before_ms``: monotonic time before which it is not tried again."""

    frame: Send
    answer: asyncio.Future[Ack]
    not_before_ms: int = 0
    on_the_way: bool = False


@dataclass(slots=True)
class Outbox:
    """Everything that waits for its acknowledgement, by ``cid``."""

    _waiting: dict[str, Waiting] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, frame: Send) -> asyncio.Future[Ack]:
        """Take a frame; the future gives its ``Ack`` or raises ``Refused``. The same ``cid`` gives the same future."""
        known = self._waiting.get(frame.cid)
        if known is None:
            known = Waiting(frame, asyncio.get_running_loop().create_future())
            self._waiting[frame.cid] = known
        return known.answer

    def due(self, now_ms: int) -> list[Send]:
        """Frames to put on the connection now; each is given out once per connection, in order."""
        items = [item for item in self._waiting.values() if not item.on_the_way and item.not_before_ms <= now_ms]
        for item in items:
            item.on_the_way = True
        return [item.frame for item in items]

    def next_due_ms(self) -> int | None:
        """The earliest time at which something postponed may be tried again."""
        times = [item.not_before_ms for item in self._waiting.values() if not item.on_the_way]
        return min(times, default=None)

    def disconnected(self) -> None:
        """Nothing is on its way any more: whether it arrived is unknown."""
        for item in self._waiting.values():
            item.on_the_way = False

    def acked(self, ack: Ack) -> None:
        item = self._waiting.pop(ack.cid, None)
        if item is not None and not item.answer.done():
            item.answer.set_result(ack)

    def refused(self, refuse: Refuse, now_ms: int) -> None:
        """A retryable refusal is tried again after its wait; any other ends the item."""
        item = self._waiting.get(refuse.cid)
        if item is None:
            return
        if refuse.retryable:
            item.on_the_way = False
            item.not_before_ms = now_ms + (refuse.retry_after_ms if refuse.retry_after_ms is not None else 500)
            return
        del self._waiting[refuse.cid]
        if not item.answer.done():
            item.answer.set_exception(Refused(refuse.code, refuse.message))

    def abandon(self, reason: BaseException) -> None:
        """The client is closed for good: whoever waits learns it."""
        for item in self._waiting.values():
            if not item.answer.done():
                item.answer.set_exception(reason)
                item.answer.exception()  # nobody may be left to fetch it
        self._waiting.clear()
