"""The frames of the WebSocket: JSON text, one object each, told apart by ``t``.

Both sides ignore unknown fields. A frame of an unknown ``t`` is answered with ``error`` (``frame.unknown``).
The rules, numbered, are in ``docs/protocol.md``. Times are milliseconds since 1970 UTC.
"""

from __future__ import annotations

from typing import Any

import msgspec

#: The version that ``hello`` names. A server refuses a higher one with ``proto.unsupported``.
PROTOCOL = 1


class ClientFrame(msgspec.Struct, tag_field="t", frozen=True, omit_defaults=True):
    """What a client may send."""


class ServerFrame(msgspec.Struct, tag_field="t", frozen=True, omit_defaults=True):
    """What a server may send."""


# ── from the client ────────────────────────────────────────────────────────────


class Resume(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a returning client stands.

    ``inboxes``: owner → last revision that it has. ``heads``: conversation → ``[epoch, seq]``, only of those
    that it subscribes.
    """

    inboxes: dict[str, int] = {}
    heads: dict[str, tuple[int, int]] = {}


class Hello(ClientFrame, tag="hello", frozen=True, omit_defaults=True):
    """First frame of a connection. ``token`` is ``None`` where the session cookie speaks."""

    proto: int = PROTOCOL
    token: str | None = None
    device: str | None = None
    resume: Resume = Resume()


class Send(ClientFrame, tag="send", frozen=True, omit_defaults=True):
    """Append one event. ``cid`` is the client's own id of it: the same ``cid`` is the same message for ever.

    ``vis`` is the class that may read it: ``all``, ``staff`` or ``customer``.
    """

    conv: str
    cid: str
    kind: str
    body: msgspec.Raw
    vis: str = "all"


class Sub(ClientFrame, tag="sub", frozen=True, omit_defaults=True):
    """Follow a conversation from ``after`` on; also how a client asks for a gap."""

    conv: str
    epoch: int
    after: int


class Unsub(ClientFrame, tag="unsub", frozen=True, omit_defaults=True):
    """Stop following a conversation."""

    conv: str


class Watch(ClientFrame, tag="watch", frozen=True, omit_defaults=True):
    """Follow an inbox (``p:<person>`` or ``q:<shop>``) from revision ``after`` on."""

    owner: str
    after: int


class Unwatch(ClientFrame, tag="unwatch", frozen=True, omit_defaults=True):
    """Stop following an inbox."""

    owner: str


class ClientPing(ClientFrame, tag="ping", frozen=True, omit_defaults=True):
    """``heads``: conversation → last applied ``seq``. The server answers ``pong`` and repairs what is behind."""

    heads: dict[str, int] = {}


class ClientPong(ClientFrame, tag="pong", frozen=True, omit_defaults=True):
    """Answer to a server's ``ping``, with the client's own heads."""

    heads: dict[str, int] = {}


class SetCursor(ClientFrame, tag="cursor", frozen=True, omit_defaults=True):
    """Move one's own read and delivered marks; they only go forward. Everybody gets the answer, a ``cursor``."""

    conv: str
    read: int = 0
    delivered: int = 0


class SendSignal(ClientFrame, tag="signal", frozen=True, omit_defaults=True):
    """Something fleeting (typing, what is looked at, pointer). Not stored, first to be shed.

    ``to``: one principal; ``None`` means everybody who follows the conversation.
    """

    conv: str
    kind: str
    body: msgspec.Raw
    to: str | None = None


class SendCall(ClientFrame, tag="call", frozen=True, omit_defaults=True):
    """Negotiation of a call: not stored, but ordered by ``n`` and answered by ``ack`` (``cid`` is ``<call>#<n>``).

    ``call`` is ``<conversation>/<anything>``: it reaches devices of people who follow that conversation. ``n`` counts
    what this device says in this call.
    """

    call: str
    n: int
    kind: str
    body: msgspec.Raw
    to_device: str | None = None


AnyClientFrame = (
    Hello | Send | Sub | Unsub | Watch | Unwatch | ClientPing | ClientPong | SetCursor | SendSignal | SendCall
)


# ── from the server ────────────────────────────────────────────────────────────


class Limits(msgspec.Struct, frozen=True):
    """What this connection may do. Beyond it: ``refuse`` or ``error`` with a wait, never silence."""

    frame_bytes: int
    sends_per_minute: int
    subscriptions: int
    ping_interval_ms: int


class Welcome(ServerFrame, tag="welcome", frozen=True, omit_defaults=True):
    """Answer to ``hello``. ``now`` lets the client correct its clock for display."""

    proto: int
    session: str
    person: str
    now: int
    limits: Limits
    inboxes: list[str] = []


class Ack(ServerFrame, tag="ack", frozen=True):
    """The event is durable under this ``seq``. Sent only after the commit; a retry gets the first one again."""

    cid: str
    seq: int
    at: int
    conv: str


class Refuse(ServerFrame, tag="refuse", frozen=True, omit_defaults=True):
    """The event was not appended. ``retryable``: the same frame may succeed after ``retry_after_ms``."""

    cid: str
    code: str
    message: str
    retryable: bool = False
    retry_after_ms: int | None = None
    conv: str | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a conversation's log."""

    seq: int
    kind: str
    actor: str
    cid: str
    at: int
    body: msgspec.Raw
    vis: str = "all"


class Events(ServerFrame, tag="events", frozen=True):
    """``from`` … ``to`` is contiguous and covers what is hidden from this reader; ``list`` holds the visible events.

    The client applies it when ``from == head + 1`` and sets its head to ``to``; otherwise it asks for the gap.
    An empty range (``from == to + 1``) says: you are current at ``to``.
    """

    conv: str
    epoch: int
    from_: int = msgspec.field(name="from")
    to: int
    items: list[Event] = msgspec.field(name="list")


class Resync(ServerFrame, tag="resync", frozen=True):
    """The history cannot be continued from where the client stands: drop the snapshot and load it afresh."""

    conv: str
    epoch: int
    head: int


class Evicted(ServerFrame, tag="evicted", frozen=True):
    """Permission for the conversation was lost."""

    conv: str
    code: str


class Error(ServerFrame, tag="error", frozen=True, omit_defaults=True):
    """A refusal that has no frame of its own. ``about``: the conversation or owner it speaks of."""

    code: str
    message: str
    retryable: bool = False
    retry_after_ms: int | None = None
    about: str | None = None


class Inbox(ServerFrame, tag="inbox", frozen=True):
    """Changes of one owner's list, contiguous by revision like ``events``."""

    owner: str
    from_: int = msgspec.field(name="from")
    to: int
    items: list[msgspec.Raw] = msgspec.field(name="list")


class InboxResync(ServerFrame, tag="inbox_resync", frozen=True):
    """Load this owner's inbox afresh."""

    owner: str
    rev: int


class Cursor(ServerFrame, tag="cursor", frozen=True):
    """Where a member now stands."""

    conv: str
    who: str
    read: int
    delivered: int


class Signal(ServerFrame, tag="signal", frozen=True):
    """A fleeting sign from ``who``."""

    conv: str
    who: str
    kind: str
    body: msgspec.Raw


class Call(ServerFrame, tag="call", frozen=True, omit_defaults=True):
    """Negotiation of a call, from ``from_device``."""

    call: str
    n: int
    kind: str
    from_device: str
    body: msgspec.Raw


class ServerPing(ServerFrame, tag="ping", frozen=True):
    """``heads``: conversation → last ``seq`` that this server knows. Whoever is behind asks with ``sub``."""

    heads: dict[str, int]


class ServerPong(ServerFrame, tag="pong", frozen=True):
    """Answer to a client's ``ping``."""

    heads: dict[str, int]


class Drain(ServerFrame, tag="drain", frozen=True):
    """The server stops soon: come back after a random part of ``retry_ms``."""

    retry_ms: int


AnyServerFrame = (
    Welcome
    | Ack
    | Refuse
    | Events
    | Resync
    | Evicted
    | Error
    | Inbox
    | InboxResync
    | Cursor
    | Signal
    | Call
    | ServerPing
    | ServerPong
    | Drain
)


class Close:
    """Close codes. 44xx: do not reconnect; 45xx: reconnect at once; 46xx: reconnect later, with full jitter."""

    UNAUTHENTICATED = 4401
    REVOKED = 4402
    FORBIDDEN_ORIGIN = 4403
    UNSUPPORTED_PROTOCOL = 4404
    BAD_FRAME = 4405
    FRAME_TOO_LARGE = 4406
    HELLO_TIMEOUT = 4501
    HALF_OPEN = 4502
    DRAIN = 4601
    OVERLOADED = 4602
    SLOW_READER = 4603
    TOO_MANY = 4604


def decoded_any(raw: msgspec.Raw) -> Any:
    """The value inside a raw body. Raises ``msgspec.DecodeError``."""
    return msgspec.json.decode(raw)
