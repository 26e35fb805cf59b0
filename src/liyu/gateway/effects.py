"""What a session wants done. Values only; ``connection.py`` does it."""

from __future__ import annotations

import msgspec

from liyu.kit.errors import Refusal
from liyu.protocol.frames import Resume, Send, SendCall, SendSignal, ServerFrame


class Effect(msgspec.Struct, frozen=True, gc=False):
    """Base of all effects."""


class Reply(Effect, frozen=True, gc=False):
    """Send one frame to this client."""

    frame: ServerFrame


class Refuse(Effect, frozen=True, gc=False):
    """Tell this client that something was refused: as ``refuse`` where ``cid`` is known, else as ``error``."""

    refusal: Refusal
    cid: str | None = None
    about: str | None = None


class Authenticate(Effect, frozen=True, gc=False):
    """Find out who speaks; ``token`` ``None``: by the cookie of the upgrade. Answered by ``Session.authenticated``."""

    token: str | None


class Restore(Effect, frozen=True, gc=False):
    """Continue where the client stands."""

    resume: Resume


class Append(Effect, frozen=True, gc=False):
    """Hand the message to the log; its ack goes to this client."""

    frame: Send


class Follow(Effect, frozen=True, gc=False):
    """Follow a conversation, or fill a gap of one that is followed."""

    conv: str
    epoch: int
    after: int


class Unfollow(Effect, frozen=True, gc=False):
    """Stop following a conversation."""

    conv: str


class Watch(Effect, frozen=True, gc=False):
    """Follow an inbox."""

    owner: str
    after: int


class Unwatch(Effect, frozen=True, gc=False):
    """Stop following an inbox."""

    owner: str


class MoveCursor(Effect, frozen=True, gc=False):
    """Move this person's marks."""

    conv: str
    read: int
    delivered: int


class Relay(Effect, frozen=True, gc=False):
    """Pass a signal on."""

    frame: SendSignal


class RelayCall(Effect, frozen=True, gc=False):
    """Pass the negotiation of a call on."""

    frame: SendCall


class Compare(Effect, frozen=True, gc=False):
    """The client stands at these heads: repair what has been behind for longer than a frame may be under way."""

    heads: dict[str, int]


class Close(Effect, frozen=True, gc=False):
    """Close the connection after what is queued."""

    code: int
    reason: str
