"""The one way into the log: every append of the program passes here.

Messages are committed in groups: a group holds whatever arrived while the previous commit ran and never waits for more
(docs/protocol.md R5). What a group did is told to ``on_committed`` after its commit and before its senders are
answered. A group that fails is retried item by item, so that one bad item fails alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from liyu.kit.clock import Clock
from liyu.kit.errors import Reason, Refusal
from liyu.messaging.decisions import Answer
from liyu.messaging.errors import Overloaded
from liyu.messaging.model import (
    Ack,
    Answered,
    Append,
    CommittedEvents,
    InboxChange,
    Item,
    Mark,
    Marked,
    Submitted,
    Unit,
)
from liyu.messaging.outcome import Outcome

T = TypeVar("T")

Committed = Callable[[Sequence[CommittedEvents], Sequence[InboxChange]], None]
Moved = Callable[[Sequence[Marked]], None]
WaitsEnded = Callable[[Sequence[Answered]], None]

_log = logging.getLogger(__name__)


class Log(Protocol):
    """The port to the log's tables: one transaction per call, decided by ``decisions.py`` in both twins."""

    shards: int

    async def commit(self, shard: int, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
        """Append a group. Raises ``DatabaseUnavailable`` or ``StorageFull`` when nothing could be written."""
        ...

    async def submit(
        self,
        chain: str,
        unit: Callable[[Connection, int], Unit[T]],
        prepare: Callable[[Unit[T]], list[tuple[Item, bytes]]],
        now_ms: int,
    ) -> tuple[T, Outcome]:
        """Run ``unit`` and append what it returned, in one transaction. The first refusal undoes everything."""
        ...

    async def stop(self) -> None:
        """Give back what is held between commits."""
        ...


@dataclass(slots=True)
class _Waiting:
    item: Item
    body_hash: bytes
    future: asyncio.Future[Answer]


@dataclass(slots=True)
class _Shard:
    number: int
    pending: list[_Waiting] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Writer:
    """Group commit. Made once per process and event loop.

    ``hash_key``: secret of the installation (16 to 64 bytes) under which bodies are hashed.
    ``group``: most items of one commit. ``queue``: most items that may wait; beyond it ``Overloaded`` is raised.
    """

    def __init__(self, log: Log, clock: Clock, hash_key: bytes, *, group: int = 500, queue: int = 20_000) -> None:
        self._log = log
        self._clock = clock
        self._hash_key = hash_key
        self._group = group
        self._queue = queue
        self._waiting = 0
        self._shards = [_Shard(number) for number in range(log.shards)]
        self.on_committed: list[Committed] = []
        self.on_marked: list[Moved] = []
        self.on_answered: list[WaitsEnded] = []

    @property
    def waiting(self) -> int:
        """How many items wait for a commit or are in one."""
        return self._waiting

    async def send(self, message: Append) -> Ack:
        """Append one event; return after its commit. A retry gets the first ack, ``duplicate``.

        Raises a messaging refusal, ``Overloaded``, ``DatabaseUnavailable`` or ``StorageFull``.
        """
        answer = await self._enqueue(message, self._hash(message))
        assert isinstance(answer, Ack)
        return answer

    async def mark(self, mark: Mark) -> Marked:
        """Move somebody's marks forward; return after the commit. Raises like ``send``."""
        answer = await self._enqueue(mark, b"")
        assert isinstance(answer, Marked)
        return answer

    async def submit(self, chain: str, unit: Callable[[Connection, int], Unit[T]]) -> Submitted[T]:
        """Run ``unit(connection, now_ms)`` and append what it returns in the same transaction.

        The unit must have no effect outside its connection: it may be run again. On PostgreSQL it should not lock
        rows of the log itself, as these are locked last, conversations in ascending id. The refusal of one event
        undoes the whole unit and is raised.
        """
        value, outcome = await self._log.submit(chain, unit, self._prepare, self._clock.now_ms())
        self._tell(outcome)
        return Submitted(value, tuple(answer for answer in outcome.answers if isinstance(answer, Ack)))

    async def stop(self) -> None:
        """Wait for what is under way."""
        for shard in self._shards:
            if shard.task is not None:
                await shard.task
        await self._log.stop()

    def _enqueue(self, item: Item, body_hash: bytes) -> asyncio.Future[Answer]:
        if self._waiting >= self._queue:
            raise Overloaded(retry_after_ms=1_000)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        shard = self._shards[zlib.crc32(item.conversation.encode()) % len(self._shards)]
        shard.pending.append(_Waiting(item, body_hash, future))
        self._waiting += 1
        if shard.task is None:
            shard.task = asyncio.create_task(self._run(shard), name=f"log-writer-{shard.number}")
        return future

    async def _run(self, shard: _Shard) -> None:
        """Commit until nobody waits. Whoever comes later starts the next run."""
        try:
            while shard.pending:
                group = shard.pending[: self._group]
                del shard.pending[: self._group]
                await self._commit(shard, group)
                self._waiting -= len(group)
                await asyncio.sleep(0)  # one turn of the loop: what was received already joins the next group
        finally:
            shard.task = None

    async def _commit(self, shard: _Shard, group: list[_Waiting]) -> None:
        items = [(waiting.item, waiting.body_hash) for waiting in group]
        try:
            outcome = await self._log.commit(shard.number, items, self._clock.now_ms())
        except Exception as error:
            if len(group) == 1 or (isinstance(error, Refusal) and error.reason is Reason.UNAVAILABLE):
                for waiting in group:
                    if not waiting.future.done():
                        waiting.future.set_exception(error)
                return
            _log.warning("a group failed and is retried item by item", exc_info=error)
            for waiting in group:
                await self._commit(shard, [waiting])
            return
        self._tell(outcome)
        for waiting, answer in zip(group, outcome.answers, strict=True):
            if waiting.future.done():
                continue  # its sender no longer waits; the event stands
            if isinstance(answer, Refusal):
                waiting.future.set_exception(answer)
            else:
                waiting.future.set_result(answer)

    def _tell(self, outcome: Outcome) -> None:
        """Fan out. Nobody's failure here may take an ack from a sender whose event stands."""
        try:
            if outcome.committed or outcome.inbox:
                for listener in self.on_committed:
                    listener(outcome.committed, outcome.inbox)
            if outcome.marked:
                for moved in self.on_marked:
                    moved(outcome.marked)
            if outcome.answered:
                for ended in self.on_answered:
                    ended(outcome.answered)
        except Exception:
            _log.exception("a listener of the log failed")

    def _prepare(self, unit: Unit[T]) -> list[tuple[Item, bytes]]:
        touches: list[tuple[Item, bytes]] = [(touch, b"") for touch in unit.touches]
        return touches + [(message, self._hash(message)) for message in unit.events]

    def _hash(self, message: Append) -> bytes:
        said = message.body if message.said is None else message.said
        content = b"%b\0%b\0%b" % (message.kind.encode(), message.vis.encode(), said)
        return hashlib.blake2b(content, key=self._hash_key, digest_size=16).digest()
