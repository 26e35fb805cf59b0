"""One connection: its session, its wire and its queue. Does what the session asks; decides nothing itself.

Both implementations of WebSocket feed it: ``websocket.py`` (picows) and ``websocket_asgi.py`` (uvicorn's own).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from liyu.gateway import effects as do
from liyu.gateway.outgoing import Lane, Outgoing, Overflow
from liyu.gateway.ports import Principal
from liyu.gateway.session import Followed, Session
from liyu.gateway.topic import Group
from liyu.gateway.wire import encoded
from liyu.kit.errors import Refusal
from liyu.protocol import frames

if TYPE_CHECKING:
    from liyu.gateway.node import Node


class Wire(Protocol):
    """The socket, as a connection sees it. Nothing blocks and nothing raises."""

    def send(self, frame: bytes) -> None:
        """Write one text message."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Write a close frame after what was written, then end."""
        ...


class Connection:
    """See the module. ``known``: the principal, once it is known, even after the session has closed.

    ``cookie``: the session token that came with the upgrade, where the page is one of our own; ``proof``: the digest
    of the token that was good.
    """

    __slots__ = ("_queue", "address", "cookie", "known", "language", "node", "proof", "session", "slot", "wire")

    def __init__(self, node: Node, wire: Wire, address: str, language: str, cookie: str | None) -> None:
        self.node = node
        self.wire = wire
        self.address = address
        self.language = language
        self.cookie = cookie
        self.session = Session(node.limits, node.clock.monotonic_ms())
        self.known: Principal | None = None
        self.proof: bytes | None = None
        self.slot = node.registry.next_slot()
        self._queue: Outgoing | None = None

    @property
    def principal(self) -> Principal:
        """Who speaks. Only for connections that have introduced themselves."""
        assert self.known is not None
        return self.known

    # ── from the socket ────────────────────────────────────────────────────────

    def receive(self, data: bytes) -> None:
        """One text message came."""
        self.run(self.session.receive(data, self.node.clock.monotonic_ms()))

    def paused(self) -> None:
        """The socket takes no more: from now on frames queue up."""
        if self._queue is None:
            self._queue = Outgoing(self.node.queue_bytes)

    def resumed(self) -> None:
        """The socket takes more again. It may pause anew at every frame."""
        queue = self._queue
        if queue is None:
            return
        self._queue = None
        while self._queue is None:
            frame = queue.take()
            if frame is None:
                return
            self.wire.send(frame)
        self._queue = queue  # paused anew

    def closed(self) -> None:
        """The socket is gone."""
        self.session.close(frames.Close.HALF_OPEN, "gone")
        self._queue = None
        self.node.disconnected(self)

    # ── to the socket ──────────────────────────────────────────────────────────

    def deliver(self, lane: Lane, key: str, frame: bytes) -> None:
        """Put a frame on its way. Never blocks, never raises."""
        if self._queue is None:
            self.wire.send(frame)
        else:
            self._enqueue(lane, key, frame)

    def reply(self, frame: frames.ServerFrame) -> None:
        """An answer to this client alone."""
        self.deliver(Lane.VITAL, "", encoded(frame))

    def refuse(self, refusal: Refusal, about: str | None = None, cid: str | None = None) -> None:
        """Tell the client what was refused, in its language."""
        message = refusal.message(self.language)
        wait = refusal.retry_after_ms
        if cid is not None:
            self.reply(
                frames.Refuse(
                    cid=cid,
                    code=refusal.code,
                    message=message,
                    retryable=refusal.retryable,
                    retry_after_ms=wait,
                    conv=about,
                )
            )
        else:
            self.reply(
                frames.Error(
                    code=refusal.code, message=message, retryable=refusal.retryable, retry_after_ms=wait, about=about
                )
            )

    def _enqueue(self, lane: Lane, key: str, frame: bytes) -> None:
        queue = self._queue
        assert queue is not None
        try:
            collapsed = queue.put(lane, key, frame)
        except Overflow:
            queue = self._queue = Outgoing(self.node.queue_bytes)
            self.run(self.session.close(frames.Close.SLOW_READER, "slow_reader"))
            return
        for stream in collapsed:
            self.node.collapsed(self, stream)

    # ── what topics ask of a reader ────────────────────────────────────────────

    def joined(self, conv: str, group: Group) -> None:
        self.session.subscriptions[conv] = group

    def left(self, conv: str) -> None:
        self.session.left(conv)

    def waits(self, conv: str, pending: Followed) -> None:
        self.session.subscriptions[conv] = pending

    def still_waits(self, conv: str, pending: Followed) -> bool:
        return self.session.subscriptions.get(conv) is pending

    def watches(self, owner: str) -> None:
        if owner not in self.session.inboxes:
            self.session.inboxes = (*self.session.inboxes, owner)

    def unwatches(self, owner: str) -> None:
        self.session.left_inbox(owner)

    # ── effects ────────────────────────────────────────────────────────────────

    def run(self, effects: Sequence[do.Effect]) -> None:
        """Do what the session asked for, in order."""
        for effect in effects:
            _DOINGS[type(effect)](self, effect)

    def _reply(self, effect: do.Reply) -> None:
        self.reply(effect.frame)

    def _refuse(self, effect: do.Refuse) -> None:
        self.refuse(effect.refusal, effect.about, effect.cid)

    def _authenticate(self, effect: do.Authenticate) -> None:
        self.node.authenticate(self, effect.token or self.cookie)

    def _restore(self, effect: do.Restore) -> None:
        for conv, (epoch, seq) in effect.resume.heads.items():
            self.node.catch_up.follow(self, conv, epoch, seq)
        for owner, revision in effect.resume.inboxes.items():
            self.node.inboxes.watch(self, owner, revision)

    def _append(self, effect: do.Append) -> None:
        self.node.append(self, effect.frame)

    def _follow(self, effect: do.Follow) -> None:
        self.node.catch_up.follow(self, effect.conv, effect.epoch, effect.after)

    def _unfollow(self, effect: do.Unfollow) -> None:
        self.node.unfollow(self, effect.conv)

    def _watch(self, effect: do.Watch) -> None:
        self.node.inboxes.watch(self, effect.owner, effect.after)

    def _unwatch(self, effect: do.Unwatch) -> None:
        self.node.inboxes.unwatch(self, effect.owner)

    def _move_cursor(self, effect: do.MoveCursor) -> None:
        self.node.move_cursor(self, effect)

    def _relay(self, effect: do.Relay) -> None:
        frame = effect.frame
        self.node.signalling.send(self, frame.conv, frame.kind, bytes(frame.body), frame.to)

    def _relay_call(self, effect: do.RelayCall) -> None:
        answer = self.node.calls.pass_on(self, effect.frame)
        if isinstance(answer, Refusal):
            self.refuse(answer, effect.frame.call)
        else:
            self.reply(answer)

    def _compare(self, effect: do.Compare) -> None:
        self.node.compare(self, effect.heads)

    def _close(self, effect: do.Close) -> None:
        self.node.figures.closed[effect.code] += 1
        queue = self._queue
        if queue is not None:
            self._queue = None
            while (frame := queue.take()) is not None:
                self.wire.send(frame)
        self.wire.close(effect.code, effect.reason)


_DOINGS: dict[type[do.Effect], Callable[[Connection, Any], None]] = {
    do.Reply: Connection._reply,
    do.Refuse: Connection._refuse,
    do.Authenticate: Connection._authenticate,
    do.Restore: Connection._restore,
    do.Append: Connection._append,
    do.Follow: Connection._follow,
    do.Unfollow: Connection._unfollow,
    do.Watch: Connection._watch,
    do.Unwatch: Connection._unwatch,
    do.MoveCursor: Connection._move_cursor,
    do.Relay: Connection._relay,
    do.RelayCall: Connection._relay_call,
    do.Compare: Connection._compare,
    do.Close: Connection._close,
}
