"""What nodes tell each other over the bus, and its encoding. Pure.

Everything here is a hint: events may be lost or doubled on the way, and are repaired from the database.
"""

from __future__ import annotations

import msgspec

from liyu.gateway.ports import CommittedEvents, InboxChange
from liyu.kit.ids import PersonId


class Note(msgspec.Struct, tag_field="t", frozen=True, array_like=True):
    """Base. ``node``: who published it; one's own are ignored."""

    node: str


class WireEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event; a ``LogEvent``."""

    seq: int
    vis: str
    encoded: bytes
    target: int = 0


class EventsNote(Note, tag="e", frozen=True, array_like=True):
    """Events were committed."""

    epoch: int
    first: int
    last: int
    acl_rev: int
    events: list[WireEvent]
    blanked: list[int]


class MarkNote(Note, tag="m", frozen=True, array_like=True):
    """A cursor moved."""

    person: str
    read: int
    delivered: int


class SignalNote(Note, tag="s", frozen=True, array_like=True):
    """A signal of ``who``; ``to``: one person, else everybody."""

    who: str
    kind: str
    body: bytes
    to: str | None


class CallNote(Note, tag="c", frozen=True, array_like=True):
    """An encoded ``call`` frame for ``device``, or for every device but the sender's person's."""

    who: str
    device: str | None
    frame: bytes


class InboxNote(Note, tag="i", frozen=True, array_like=True):
    """Rows of an inbox changed."""

    first: int
    last: int
    entries: list[bytes]


class SessionsNote(Note, tag="x", frozen=True, array_like=True):
    """These sessions have ended: their sockets close."""

    sessions: list[str]


class PersonNote(Note, tag="p", frozen=True, array_like=True):
    """What ``person`` may do changed: decide again."""

    person: str


AnyNote = EventsNote | MarkNote | SignalNote | CallNote | InboxNote | SessionsNote | PersonNote

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyNote] = msgspec.msgpack.Decoder(AnyNote)


def packed(note: Note) -> bytes:
    """A note as it travels."""
    return _encoder.encode(note)


def unpacked(message: bytes) -> AnyNote | None:
    """The note, or ``None`` for what another version of the program may have said."""
    try:
        return _decoder.decode(message)
    except (msgspec.MsgspecError, ValueError):
        return None


def events_note(node: str, committed: CommittedEvents) -> EventsNote:
    """What was committed here, for the other nodes."""
    events = [WireEvent(event.seq, event.vis, event.encoded, event.target) for event in committed.events]
    return EventsNote(
        node, committed.epoch, committed.first, committed.last, committed.acl_rev, events, list(committed.blanked)
    )


def inbox_note(node: str, change: InboxChange) -> InboxNote:
    """What changed in an inbox here, for the other nodes."""
    return InboxNote(node, change.first_rev, change.last_rev, list(change.entries))


class HeardMark(msgspec.Struct, frozen=True):
    """A cursor that another node told of; a ``Mark``."""

    person: PersonId
    read: int
    delivered: int
