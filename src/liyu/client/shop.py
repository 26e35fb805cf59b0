"""The client that programs use: one person, one connection, an outbox and the followed threads."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import msgspec

from liyu.client.api import Api
from liyu.client.connection import Connection, EndedForGood
from liyu.client.following import Following, OnEvents
from liyu.client.inbox import Inbox
from liyu.client.outbox import Outbox
from liyu.client.thread import Thread
from liyu.client.view import View
from liyu.kit.ids import new_id
from liyu.protocol import frames

OnSignal = Callable[[frames.Signal], None]
OnCall = Callable[[frames.Call], None]


class Liyu:
    """A signed-in client of one shop.

    Use it as an async context manager. ``on_events`` is called with every newly applied stretch of a followed
    conversation, ``on_signal`` and ``on_call`` with every signal and every word about a call. ``inboxes``: what this
    person may ``watch``. All methods belong to one event loop.
    """

    def __init__(self, url: str, *, language: str = "zh-CN") -> None:
        self.api = Api(url, language=language)
        self.person: str | None = None
        self.inboxes: tuple[str, ...] = ()
        self.on_signal: OnSignal | None = None
        self.on_call: OnCall | None = None
        self.ended: EndedForGood | None = None
        self._outbox = Outbox()
        self._wake = asyncio.Event()
        self._connection = Connection(self.api.base.replace("http", "ws", 1) + "/api/v1/ws", self)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._following = Following(self.api, self._connection.send, self._start)
        self._welcomed = asyncio.Event()
        self._running = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def threads(self) -> dict[str, Thread]:
        """What ``follow`` gave, by conversation."""
        return self._following.threads

    @property
    def on_events(self) -> OnEvents | None:
        """Called with every newly applied stretch of a followed conversation."""
        return self._following.on_events

    @on_events.setter
    def on_events(self, call: OnEvents | None) -> None:
        self._following.on_events = call

    # ── who ────────────────────────────────────────────────────────────────────

    async def visit(self, shop: str) -> str:
        """Become an anonymous visitor of ``shop`` (its slug); returns the person's id."""
        return self._introduced(await self.api.call("POST", "/visitors", {"shop": shop}))

    async def sign_in(self, login: str, password: str) -> str:
        """Sign in; returns the person's id. Raises ``Problem``."""
        return self._introduced(await self.api.call("POST", "/sessions", {"login": login, "password": password}))

    def _introduced(self, me: Mapping[str, Any]) -> str:
        self.person = str(me["id"])
        return self.person

    # ── conversations ──────────────────────────────────────────────────────────

    async def open_conversation(self, shop: str) -> str:
        """This person's lasting conversation with ``shop``; returns its id."""
        answer = await self.api.call("POST", f"/shops/{shop}/conversation")
        return str(answer["id"])

    async def follow(self, conversation: str, *, start: int = 0) -> Thread:
        """Follow a conversation from after ``start`` (0: from its beginning); keeps it contiguous from then on."""
        await self.connect()
        return self.threads.get(conversation) or await self._following.thread(conversation, start)

    async def view(self, conversation: str) -> View:
        """Follow a conversation as a screen: its newest messages with all that became of them."""
        await self.connect()
        return self._following.views.get(conversation) or await self._following.view(conversation)

    async def watch(self, owner: str) -> Inbox:
        """Follow an inbox: ``p:<person>`` or ``q:<shop>``."""
        await self.connect()
        return self._following.inboxes.get(owner) or await self._following.inbox(owner)

    async def unfollow(self, conversation: str) -> None:
        """Stop following; what was held of it is dropped."""
        await self._following.leave(conversation)

    async def unwatch(self, owner: str) -> None:
        """Stop following an inbox."""
        await self._following.unwatch(owner)

    def post(
        self, conversation: str, kind: str, body: Mapping[str, Any], *, vis: str = "all", cid: str | None = None
    ) -> asyncio.Future[frames.Ack]:
        """Hand an event to the outbox; the future gives the ``Ack`` or raises ``Refused``.

        ``cid``: the event's own id; ``None`` makes one. It is sent until it is answered, however often the
        connection breaks.
        """
        frame = frames.Send(
            conv=conversation,
            cid=cid or new_id("msg"),
            kind=kind,
            body=msgspec.Raw(msgspec.json.encode(body)),
            vis=vis,
        )
        answer = self._outbox.put(frame)
        self._wake.set()
        return answer

    async def send(
        self, conversation: str, kind: str, body: Mapping[str, Any], *, vis: str = "all", cid: str | None = None
    ) -> frames.Ack:
        """``post``, and wait for the answer. Raises ``Refused``."""
        await self.connect()
        return await self.post(conversation, kind, body, vis=vis, cid=cid)

    async def mark(self, conversation: str, *, read: int = 0, delivered: int = 0) -> None:
        """Move one's own marks forward. Not kept in the outbox: the next mark says more."""
        await self._connection.send(frames.SetCursor(conv=conversation, read=read, delivered=delivered))

    async def signal(self, conversation: str, kind: str, body: Mapping[str, Any], *, to: str | None = None) -> None:
        """Something fleeting; lost when there is no connection."""
        raw = msgspec.Raw(msgspec.json.encode(body))
        await self._connection.send(frames.SendSignal(conv=conversation, kind=kind, body=raw, to=to))

    async def negotiate(
        self, call: str, n: int, kind: str, body: Mapping[str, Any], *, to_device: str | None = None
    ) -> None:
        """Say number ``n`` of a call's negotiation; answered by an ``ack``, stored nowhere."""
        raw = msgspec.Raw(msgspec.json.encode(body))
        await self._connection.send(frames.SendCall(call=call, n=n, kind=kind, body=raw, to_device=to_device))

    # ── the connection ─────────────────────────────────────────────────────────

    async def connect(self) -> None:
        """Keep a connection from now on; returns when the first one is there."""
        if not self._running:
            self._running = True
            self._start(self._run())
            self._start(self._drain_outbox())
        await self._welcomed.wait()
        if self.ended is not None:
            raise self.ended

    def drop(self) -> None:
        """Break the connection without a goodbye; the client comes back by itself."""
        self._connection.drop()

    async def close(self) -> None:
        """End everything. What is still in the outbox raises ``ConnectionError`` for those who wait for it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._outbox.abandon(ConnectionError("the client was closed"))
        await self.api.close()

    def hello(self) -> frames.ClientFrame:
        return frames.Hello(token=self.api.token, resume=self._following.resume())

    def opened(self, welcome: frames.Welcome) -> None:
        self.person = welcome.person
        self.inboxes = tuple(welcome.inboxes)
        self._welcomed.set()
        self._outbox.disconnected()
        self._wake.set()

    def lost(self) -> None:
        self._outbox.disconnected()
        self._following.disconnected()

    def heads(self) -> dict[str, int]:
        return self._following.heads()

    def received(self, frame: object) -> None:
        match frame:
            case frames.Ack():
                self._outbox.acked(frame)
            case frames.Refuse():
                self._outbox.refused(frame, _monotonic_ms())
                self._wake.set()
            case frames.Signal():
                if self.on_signal is not None:
                    self.on_signal(frame)
            case frames.Call():
                if self.on_call is not None:
                    self.on_call(frame)
            case frames.ServerPing():
                self._following.received(frame)
                self._start(self._connection.send(frames.ClientPong(heads=self.heads())))
            case _:
                self._following.received(frame)

    async def _run(self) -> None:
        try:
            await self._connection.run()
        except EndedForGood as ended:
            self.ended = ended
            self._outbox.abandon(ended)
            self._welcomed.set()

    async def _drain_outbox(self) -> None:
        """Put what is due on the connection, in order; sleep until there is more."""
        while True:
            self._wake.clear()
            if self._connection.is_open:
                for frame in self._outbox.due(_monotonic_ms()):
                    if not await self._connection.send(frame):
                        break
            next_ms = self._outbox.next_due_ms() if self._connection.is_open else None
            timeout = None if next_ms is None else max(0.0, (next_ms - _monotonic_ms()) / 1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), timeout)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
