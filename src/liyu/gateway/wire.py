"""The bytes of frames that many readers share, built once per group of readers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from liyu.gateway.ports import LogEvent
from liyu.protocol import frames

_encoder = msgspec.json.Encoder()


def encoded(frame: frames.ServerFrame) -> bytes:
    """One frame as the JSON text that travels."""
    return _encoder.encode(frame)


def events_prefix(conversation: str) -> bytes:
    """The part of every ``events`` frame of a conversation that never changes."""
    return b'{"t":"events","conv":' + _encoder.encode(conversation)


def events_frame(
    prefix: bytes, epoch: int, first: int, last: int, events: Iterable[LogEvent], classes: frozenset[str], since: int
) -> bytes:
    """``events`` for a reader of ``classes`` who may read from ``since`` on; the range covers what is hidden.

    Hidden is also what changes a message before ``since``.
    """
    if since <= 1:
        visible = b",".join([event.encoded for event in events if event.vis in classes])
    else:
        seen = [e for e in events if e.vis in classes and e.seq >= since and (not e.target or e.target >= since)]
        visible = b",".join([event.encoded for event in seen])
    return b'%b,"epoch":%d,"from":%d,"to":%d,"list":[%b]}' % (prefix, epoch, first, last, visible)


def inbox_frame(owner: str, first: int, last: int, rows: Sequence[bytes]) -> bytes:
    """``inbox`` with already encoded rows."""
    return b'{"t":"inbox","owner":%b,"from":%d,"to":%d,"list":[%b]}' % (
        _encoder.encode(owner),
        first,
        last,
        b",".join(rows),
    )


def signal_frame(conversation: str, who: str, kind: str, body: bytes) -> bytes:
    """``signal``."""
    return b'{"t":"signal","conv":%b,"who":%b,"kind":%b,"body":%b}' % (
        _encoder.encode(conversation),
        _encoder.encode(who),
        _encoder.encode(kind),
        body,
    )
