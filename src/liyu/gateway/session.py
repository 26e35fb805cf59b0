"""One WebSocket session without a socket: frames in, effects out.

Decides what may come when, what is counted against the limits and what is answered at once. It never awaits, reads no
clock and knows no database; ``connection.py`` feeds it and does what it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from liyu.gateway import effects as do
from liyu.gateway.decoding import Undecodable, decode
from liyu.gateway.ports import Principal
from liyu.gateway.rate import Allowance
from liyu.gateway.refusals import (
    FrameTooLarge,
    FrameUnknown,
    HelloExpected,
    HelloTimeout,
    HelloTwice,
    NodeDraining,
    NotFollowed,
    ProtocolUnsupported,
    SessionEnded,
    TooManyFrames,
    TooManySends,
    TooManySubscriptions,
)
from liyu.kit.errors import Refusal
from liyu.protocol import frames

STRIKES = 200  # refusals in a row over a limit after which a client is told to go and come back later
CONVERSATION_OF_CALL = "/"  # a call's id is ``<conversation>/<anything>``


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What one connection may do. Shared by all connections of a node."""

    frame_bytes: int = 65_536
    sends_per_minute: int = 240
    frames_per_minute: int = 600
    subscriptions: int = 200
    ping_interval_ms: int = 25_000
    hello_timeout_ms: int = 10_000
    signal_bytes: int = 4_096

    def told(self) -> frames.Limits:
        """The same, as ``welcome`` tells it."""
        return frames.Limits(
            frame_bytes=self.frame_bytes,
            sends_per_minute=self.sends_per_minute,
            subscriptions=self.subscriptions,
            ping_interval_ms=self.ping_interval_ms,
        )


class Followed(Protocol):
    """What the hub keeps for a subscription; the session reads its head alone."""

    @property
    def head(self) -> int | None:
        """The last ``seq`` that was put on this connection's way; ``None`` while it is being caught up."""
        ...


class Awaiting(msgspec.Struct, frozen=True):
    """Connected; ``hello`` has not come."""


class Checking(msgspec.Struct, frozen=True):
    """``hello`` came; its token is being looked up."""

    hello: frames.Hello


class Open(msgspec.Struct, frozen=True, gc=False):
    """Introduced."""

    principal: Any  # ``Principal``: a protocol, which msgspec cannot check


class Draining(msgspec.Struct, frozen=True, gc=False):
    """Introduced, and told that this node stops: what is under way is finished, nothing new begins."""

    principal: Any


class Closed(msgspec.Struct, frozen=True):
    """Nothing more is read or sent. ``revoked``: because the session behind it has ended."""

    revoked: bool = False


State = Awaiting | Checking | Open | Draining | Closed

_AWAITING, _CLOSED, _REVOKED = Awaiting(), Closed(), Closed(revoked=True)
_NOTHING: Sequence[do.Effect] = ()


class Session:
    """The state of one connection. ``now_ms`` everywhere is a monotonic time in milliseconds."""

    __slots__ = (
        "_frames",
        "_limits",
        "_pinged",
        "_sends",
        "_strikes",
        "heard_ms",
        "inboxes",
        "since_ms",
        "state",
        "subscriptions",
    )

    def __init__(self, limits: SessionLimits, now_ms: int) -> None:
        self.state: State = _AWAITING
        self.subscriptions: dict[str, Followed] = {}
        self.inboxes: tuple[str, ...] = ()  # a tuple: most have one or two, and idle sockets should be small
        self.since_ms = now_ms
        self.heard_ms = now_ms
        self._limits = limits
        self._sends: Allowance | None = None
        self._frames: Allowance | None = None
        self._strikes = 0
        self._pinged = False

    @property
    def principal(self) -> Principal | None:
        """Who speaks here, once that is known."""
        state = self.state
        return state.principal if isinstance(state, Open | Draining) else None

    # ── what comes in ──────────────────────────────────────────────────────────

    def receive(self, data: bytes, now_ms: int) -> Sequence[do.Effect]:
        """One text message. Never raises: what cannot be understood is answered with a code."""
        self.heard_ms = now_ms
        if len(data) > self._limits.frame_bytes:
            return (
                do.Refuse(FrameTooLarge(limit=self._limits.frame_bytes)),
                *self.close(frames.Close.FRAME_TOO_LARGE, "frame.too_large"),
            )
        try:
            frame = decode(data)
        except Undecodable as problem:
            return self._counted(do.Refuse(problem.refusal, problem.cid, problem.about), now_ms)
        return self.handle(frame, now_ms)

    def handle(self, frame: frames.ClientFrame, now_ms: int) -> Sequence[do.Effect]:
        """One decoded frame."""
        state = self.state
        if type(state) is Open:
            handler = _HANDLERS.get(type(frame))
            if handler is None:
                return (do.Refuse(FrameUnknown()),)
            return handler(self, frame, now_ms)
        if type(state) is Draining:
            return self._while_draining(frame)
        if type(state) is Closed:
            return _NOTHING
        if type(state) is Awaiting and type(frame) is frames.Hello:
            return self._hello(frame)
        return self._counted(do.Refuse(HelloExpected(), _cid(frame), _about(frame)), now_ms)

    def tick(self, now_ms: int) -> Sequence[do.Effect]:
        """Called about once per ping interval: finds connections that never speak, or no longer."""
        state = self.state
        if type(state) is Closed:
            return _NOTHING
        if type(state) in (Awaiting, Checking):
            if now_ms - self.since_ms < self._limits.hello_timeout_ms:
                return _NOTHING
            return (do.Refuse(HelloTimeout()), *self.close(frames.Close.HELLO_TIMEOUT, "hello.timeout"))
        interval = self._limits.ping_interval_ms
        silent = now_ms - self.heard_ms
        if self._pinged and silent >= 2 * interval:
            return self.close(frames.Close.HALF_OPEN, "half_open")
        self._pinged = True
        self._forget_allowances(now_ms)
        return (do.Reply(frames.ServerPing(heads=self.heads())),)

    # ── answers of the shell ───────────────────────────────────────────────────

    def authenticated(self, principal: Principal, inboxes: list[str], wall_ms: int) -> Sequence[do.Effect]:
        """The token was good. ``wall_ms``: milliseconds since 1970, for the client's display."""
        state = self.state
        if not isinstance(state, Checking):
            return _NOTHING
        self.state = Open(principal)
        welcome = frames.Welcome(
            proto=frames.PROTOCOL,
            session=principal.session,
            person=principal.person,
            now=wall_ms,
            limits=self._limits.told(),
            inboxes=inboxes,
        )
        resume = state.hello.resume
        if len(resume.heads) + len(resume.inboxes) > self._limits.subscriptions:
            return (do.Reply(welcome), do.Refuse(TooManySubscriptions(limit=self._limits.subscriptions)))
        if resume.heads or resume.inboxes:
            return (do.Reply(welcome), do.Restore(resume))
        return (do.Reply(welcome),)

    def known_as(self, principal: Principal) -> None:
        """The same session with other roles, or under another person's id."""
        if isinstance(self.state, Open):
            self.state = Open(principal)

    def rejected(self, refusal: Refusal, code: int = frames.Close.UNAUTHENTICATED) -> Sequence[do.Effect]:
        """The token was not good, or could not be looked up."""
        if not isinstance(self.state, Checking):
            return _NOTHING
        return (do.Refuse(refusal), *self.close(code, refusal.code))

    def revoked(self) -> Sequence[do.Effect]:
        """The session behind this connection has ended."""
        effects = self.close(frames.Close.REVOKED, "session.ended")
        self.state = _REVOKED
        return (do.Refuse(SessionEnded()), *effects) if effects else ()

    @property
    def was_revoked(self) -> bool:
        """Whether the connection was closed because its session had ended."""
        return self.state is _REVOKED

    def drain(self, retry_ms: int) -> Sequence[do.Effect]:
        """This node stops: the client should come back after a random part of ``retry_ms``."""
        state = self.state
        if type(state) is Closed or type(state) is Draining:
            return _NOTHING
        if isinstance(state, Open):
            self.state = Draining(state.principal)
        return (do.Reply(frames.Drain(retry_ms=retry_ms)),)

    def close(self, code: int, reason: str) -> Sequence[do.Effect]:
        """Close from this side. A second close is nothing."""
        if type(self.state) is Closed:
            return _NOTHING
        self.state = _CLOSED
        return (do.Close(code, reason),)

    def left(self, conv: str) -> None:
        """The conversation is no longer followed (evicted, or told to load afresh)."""
        self.subscriptions.pop(conv, None)

    def left_inbox(self, owner: str) -> None:
        """The inbox is no longer followed."""
        self.inboxes = tuple(each for each in self.inboxes if each != owner)

    def heads(self) -> dict[str, int]:
        """Conversation → the last ``seq`` that was sent on this connection."""
        return {conv: seq for conv, at in self.subscriptions.items() if (seq := at.head) is not None}

    # ── one kind of frame each ─────────────────────────────────────────────────

    def _hello(self, frame: frames.Hello) -> Sequence[do.Effect]:
        if frame.proto > frames.PROTOCOL or frame.proto < 1:
            refusal = ProtocolUnsupported(supported=frames.PROTOCOL, asked=frame.proto)
            return (do.Refuse(refusal), *self.close(frames.Close.UNSUPPORTED_PROTOCOL, refusal.code))
        self.state = Checking(frame)
        return (do.Authenticate(frame.token),)

    def _hello_again(self, _frame: frames.Hello, now_ms: int) -> Sequence[do.Effect]:
        return self._counted(do.Refuse(HelloTwice()), now_ms)

    def _send(self, frame: frames.Send, now_ms: int) -> Sequence[do.Effect]:
        limit = self._limits.sends_per_minute
        if self._sends is None:
            self._sends = Allowance(limit, now_ms)
        wait = self._sends.take(limit, now_ms)
        if wait:
            return self._strike(do.Refuse(TooManySends(retry_after_ms=wait), frame.cid, frame.conv))
        self._strikes = 0
        return (do.Append(frame),)

    def _sub(self, frame: frames.Sub, now_ms: int) -> Sequence[do.Effect]:
        if frame.conv not in self.subscriptions and self._full():
            refusal = TooManySubscriptions(limit=self._limits.subscriptions)
            return self._counted(do.Refuse(refusal, about=frame.conv), now_ms)
        return self._counted(do.Follow(frame.conv, frame.epoch, frame.after), now_ms, frame.conv)

    def _unsub(self, frame: frames.Unsub, now_ms: int) -> Sequence[do.Effect]:
        return self._counted(do.Unfollow(frame.conv), now_ms, frame.conv)

    def _watch(self, frame: frames.Watch, now_ms: int) -> Sequence[do.Effect]:
        if frame.owner not in self.inboxes and self._full():
            refusal = TooManySubscriptions(limit=self._limits.subscriptions)
            return self._counted(do.Refuse(refusal, about=frame.owner), now_ms)
        return self._counted(do.Watch(frame.owner, frame.after), now_ms, frame.owner)

    def _unwatch(self, frame: frames.Unwatch, now_ms: int) -> Sequence[do.Effect]:
        return self._counted(do.Unwatch(frame.owner), now_ms, frame.owner)

    def _ping(self, frame: frames.ClientPing, now_ms: int) -> Sequence[do.Effect]:
        answer = do.Reply(frames.ServerPong(heads=self.heads()))
        if not frame.heads:
            return self._counted(answer, now_ms)
        counted = self._counted(do.Compare(frame.heads), now_ms)
        return (answer, *counted)

    def _pong(self, frame: frames.ClientPong, now_ms: int) -> Sequence[do.Effect]:
        return self._counted(do.Compare(frame.heads), now_ms) if frame.heads else _NOTHING

    def _cursor(self, frame: frames.SetCursor, now_ms: int) -> Sequence[do.Effect]:
        return self._counted(do.MoveCursor(frame.conv, frame.read, frame.delivered), now_ms, frame.conv)

    def _signal(self, frame: frames.SendSignal, now_ms: int) -> Sequence[do.Effect]:
        if not self._follows(frame.conv):
            return self._counted(do.Refuse(NotFollowed(), about=frame.conv), now_ms)
        if len(frame.body) > self._limits.signal_bytes:
            return self._counted(do.Refuse(FrameTooLarge(limit=self._limits.signal_bytes), about=frame.conv), now_ms)
        return self._counted(do.Relay(frame), now_ms, frame.conv)

    def _call(self, frame: frames.SendCall, now_ms: int) -> Sequence[do.Effect]:
        if not self._follows(frame.call.partition(CONVERSATION_OF_CALL)[0]):
            return self._counted(do.Refuse(NotFollowed(), about=frame.call), now_ms)
        return self._counted(do.RelayCall(frame), now_ms, frame.call)

    def _while_draining(self, frame: frames.ClientFrame) -> Sequence[do.Effect]:
        if isinstance(frame, frames.ClientPing):
            return (do.Reply(frames.ServerPong(heads=self.heads())),)
        if isinstance(frame, frames.ClientPong | frames.Unsub | frames.Unwatch):
            return _NOTHING
        return (do.Refuse(NodeDraining(), _cid(frame), _about(frame)),)

    # ── counting ───────────────────────────────────────────────────────────────

    def _follows(self, conv: str) -> bool:
        """Whether the conversation was opened: while that is still decided, nobody may speak into it."""
        followed = self.subscriptions.get(conv)
        return followed is not None and followed.head is not None

    def _full(self) -> bool:
        return len(self.subscriptions) + len(self.inboxes) >= self._limits.subscriptions

    def _counted(self, effect: do.Effect, now_ms: int, about: str | None = None) -> Sequence[do.Effect]:
        """``effect``, or a refusal where this connection asks for too much."""
        limit = self._limits.frames_per_minute
        if self._frames is None:
            self._frames = Allowance(limit, now_ms)
        wait = self._frames.take(limit, now_ms)
        if wait:
            return self._strike(do.Refuse(TooManyFrames(retry_after_ms=wait), about=about))
        self._strikes = 0
        return (effect,)

    def _strike(self, refuse: do.Refuse) -> Sequence[do.Effect]:
        self._strikes += 1
        if self._strikes >= STRIKES:
            return (refuse, *self.close(frames.Close.TOO_MANY, refuse.refusal.code))
        return (refuse,)

    def _forget_allowances(self, now_ms: int) -> None:
        """An idle connection keeps no buckets."""
        if self._sends is not None and self._sends.is_full(self._limits.sends_per_minute, now_ms):
            self._sends = None
        if self._frames is not None and self._frames.is_full(self._limits.frames_per_minute, now_ms):
            self._frames = None


def _cid(frame: frames.ClientFrame) -> str | None:
    return frame.cid if isinstance(frame, frames.Send) else None


def _about(frame: frames.ClientFrame) -> str | None:
    for field in ("conv", "owner", "call"):
        value: str | None = getattr(frame, field, None)
        if value is not None:
            return value
    return None


_HANDLERS: dict[type[frames.ClientFrame], Callable[[Session, Any, int], Sequence[do.Effect]]] = {
    frames.Hello: Session._hello_again,
    frames.Send: Session._send,
    frames.Sub: Session._sub,
    frames.Unsub: Session._unsub,
    frames.Watch: Session._watch,
    frames.Unwatch: Session._unwatch,
    frames.ClientPing: Session._ping,
    frames.ClientPong: Session._pong,
    frames.SetCursor: Session._cursor,
    frames.SendSignal: Session._signal,
    frames.SendCall: Session._call,
}
