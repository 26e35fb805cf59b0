"""What a client follows: threads, screens and inboxes, each repaired until it is contiguous.

Decides when to ask for a gap and when to load afresh; the connection and HTTP are given to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import httpx

from liyu.client.api import Api
from liyu.client.inbox import Inbox
from liyu.client.problems import Problem
from liyu.client.thread import Next, Thread
from liyu.client.view import View
from liyu.protocol import frames

RETRY_S = 0.3  # between two attempts to load something while the server is away

OnEvents = Callable[[str, Sequence[frames.Event]], None]
Say = Callable[[frames.ClientFrame], Coroutine[Any, Any, bool]]
Start = Callable[[Coroutine[Any, Any, Any]], None]


class Following:
    """``say`` puts a frame on the connection if there is one; ``start`` runs work beside."""

    def __init__(self, api: Api, say: Say, start: Start) -> None:
        self.threads: dict[str, Thread] = {}
        self.views: dict[str, View] = {}
        self.inboxes: dict[str, Inbox] = {}
        self.on_events: OnEvents | None = None
        self._api = api
        self._say = say
        self._start = start
        self._reloading: set[str] = set()

    # ── beginning and end ──────────────────────────────────────────────────────

    async def thread(self, conversation: str, start: int) -> Thread:
        """Every event after ``start``, and what follows."""
        epoch, head, events = await self._api.history(conversation, start)
        made = self.threads[conversation] = Thread(conversation, epoch, head, start, events=events, known_head=head)
        await self._follow(made)
        return made

    async def view(self, conversation: str) -> View:
        """The conversation's snapshot, and what follows."""
        made = self.views[conversation] = View(await self._api.snapshot(conversation))
        await self._follow(made)
        return made

    async def inbox(self, owner: str) -> Inbox:
        """An inbox's rows, and what changes."""
        made = Inbox(owner, *await self._api.inbox(owner))
        self.inboxes[owner] = made
        await self._say(frames.Watch(owner=owner, after=made.revision))
        return made

    async def leave(self, conversation: str) -> None:
        """Stop following a conversation."""
        known = self._of(conversation)
        self.threads.pop(conversation, None)
        self.views.pop(conversation, None)
        if known is not None:
            await self._say(frames.Unsub(conv=conversation))

    async def unwatch(self, owner: str) -> None:
        """Stop following an inbox."""
        if self.inboxes.pop(owner, None) is not None:
            await self._say(frames.Unwatch(owner=owner))

    def resume(self) -> frames.Resume:
        """Where this client stands, for the first frame of a connection."""
        heads = {name: (thread.epoch, thread.head) for name, thread in self._living()}
        inboxes = {owner: inbox.revision for owner, inbox in self.inboxes.items() if inbox.closed is None}
        return frames.Resume(inboxes=inboxes, heads=heads)

    def heads(self) -> dict[str, int]:
        """The heads to name in a ping."""
        return {name: thread.head for name, thread in self._living()}

    def disconnected(self) -> None:
        """Until the server confirms the heads again, nothing is known to be current."""
        followed: list[Thread | View] = [*self.threads.values(), *self.views.values()]
        for thread in followed:
            thread.disconnected()
        for inbox in self.inboxes.values():
            inbox.disconnected()

    # ── what the server says ───────────────────────────────────────────────────

    def received(self, frame: object) -> None:
        """A frame about something followed; anything else is ignored."""
        match frame:
            case frames.Events():
                self._take_events(frame)
            case frames.Resync() if (thread := self._of(frame.conv)) is not None:
                self._do(thread, thread.resync(frame))
            case frames.Evicted() if (thread := self._of(frame.conv)) is not None:
                thread.evicted = frame.code
            case frames.Cursor():
                if (view := self.views.get(frame.conv)) is not None:
                    view.moved(frame)
            case frames.ServerPing() | frames.ServerPong():
                self._compare(frame.heads)
            case frames.Inbox() if (inbox := self.inboxes.get(frame.owner)) is not None:
                if inbox.take(frame) is Next.ASK:
                    self._start(self._say(frames.Watch(owner=inbox.owner, after=inbox.revision)))
            case frames.InboxResync() if (inbox := self.inboxes.get(frame.owner)) is not None:
                self._start(self._reload_inbox(inbox))
            case frames.Error() if frame.about is not None:
                self._refused(frame, frame.about)
            case _:
                pass

    def _take_events(self, frame: frames.Events) -> None:
        thread = self._of(frame.conv)
        if thread is None:
            return
        todo, fresh = thread.take(frame)
        if fresh and self.on_events is not None:
            self.on_events(frame.conv, fresh)
        self._do(thread, todo)

    def _compare(self, heads: Mapping[str, int]) -> None:
        for name, seq in heads.items():
            thread = self._of(name)
            if thread is not None:
                self._do(thread, thread.heard_head(seq))

    def _refused(self, error: frames.Error, about: str) -> None:
        """A subscription was refused: for good, or until the server is well again."""
        thread, inbox = self._of(about), self.inboxes.get(about)
        if error.retryable and (thread is not None or inbox is not None):
            self._start(self._ask_later(about, (error.retry_after_ms or 500) / 1000))
        elif error.code == "conv.not_found" and thread is not None:
            thread.evicted = error.code
        elif error.code == "inbox.not_found" and inbox is not None:
            inbox.closed = error.code

    async def _ask_later(self, about: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        thread, inbox = self._of(about), self.inboxes.get(about)
        if thread is not None:
            await self._say(frames.Sub(conv=about, epoch=thread.epoch, after=thread.head))
        if inbox is not None:
            await self._say(frames.Watch(owner=about, after=inbox.revision))

    def _do(self, thread: Thread | View, todo: Next) -> None:
        if todo is Next.ASK:
            self._start(self._say(frames.Sub(conv=thread.conversation, epoch=thread.epoch, after=thread.head)))
        elif todo is Next.RELOAD and thread.conversation not in self._reloading:
            self._reloading.add(thread.conversation)
            self._start(self._reload(thread))

    # ── loading afresh ─────────────────────────────────────────────────────────

    async def _follow(self, made: Thread | View) -> None:
        await self._say(frames.Sub(conv=made.conversation, epoch=made.epoch, after=made.head))

    async def _reload(self, thread: Thread | View) -> None:
        """Load afresh, however long the server is away, then follow from there."""
        try:
            while True:
                if await self._loaded(thread):
                    break
                await asyncio.sleep(RETRY_S)
        finally:
            self._reloading.discard(thread.conversation)
        if thread.evicted is None:
            await self._say(frames.Sub(conv=thread.conversation, epoch=thread.epoch, after=thread.head))

    async def _loaded(self, thread: Thread | View) -> bool:
        """One attempt. ``False``: try again."""
        try:
            if isinstance(thread, View):
                thread.restart(await self._api.snapshot(thread.conversation))
            else:
                await self._reload_thread(thread)
        except httpx.TransportError:
            return False
        except Problem as problem:
            if problem.retryable:
                return False
            thread.evicted = problem.code
        return True

    async def _reload_thread(self, thread: Thread) -> None:
        epoch, head, events = await self._api.history(thread.conversation, thread.start)
        held = thread.head if thread.epoch == epoch else thread.start
        thread.restart(epoch, head, events)
        fresh = [event for event in events if event.seq > held]
        if fresh and self.on_events is not None:
            self.on_events(thread.conversation, fresh)

    async def _reload_inbox(self, inbox: Inbox) -> None:
        while True:
            try:
                inbox.restart(*await self._api.inbox(inbox.owner))
                break
            except httpx.TransportError:
                await asyncio.sleep(RETRY_S)
            except Problem as problem:
                if not problem.retryable:
                    inbox.closed = problem.code
                    return
                await asyncio.sleep(RETRY_S)
        await self._say(frames.Watch(owner=inbox.owner, after=inbox.revision))

    def _living(self) -> list[tuple[str, Thread | View]]:
        followed: dict[str, Thread | View] = {**self.threads, **self.views}
        return [(name, thread) for name, thread in followed.items() if thread.evicted is None]

    def _of(self, conversation: str) -> Thread | View | None:
        return self.threads.get(conversation) or self.views.get(conversation)
