"""From bytes to a client's frame, or to the refusal that answers them. Pure; raises nothing but ``Undecodable``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from liyu.gateway.refusals import FrameInvalid, FrameUnknown
from liyu.kit.errors import Refusal
from liyu.protocol import frames

MAX_NUMBER = 2**53 - 1  # what JSON carries everywhere, and every database holds
MAX_ID = 200  # characters of any id; ours have 30, foreign ones are refused before they reach a query

_decoder: msgspec.json.Decoder[frames.ClientFrame] = msgspec.json.Decoder(frames.AnyClientFrame)
KINDS = frozenset(
    kind.__struct_config__.tag
    for kind in (
        frames.Hello,
        frames.Send,
        frames.Sub,
        frames.Unsub,
        frames.Watch,
        frames.Unwatch,
        frames.ClientPing,
        frames.ClientPong,
        frames.SetCursor,
        frames.SendSignal,
        frames.SendCall,
    )
)


class _Clues(msgspec.Struct):
    """What a malformed frame may still tell about itself."""

    t: str | None = None
    cid: str | None = None
    conv: str | None = None


_clues = msgspec.json.Decoder(_Clues)


class Undecodable(Exception):
    """Not a frame. ``refusal`` is what the client is told, ``cid`` the message that it speaks of, where known."""

    def __init__(self, refusal: Refusal, cid: str | None = None, about: str | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.cid = cid
        self.about = about


def decode(data: bytes) -> frames.ClientFrame:
    """Read one text message. Raises ``Undecodable``."""
    try:
        if not data.isascii():
            data.decode()  # raw bodies travel on to other people: bytes that are not UTF-8 would close their sockets
        frame = _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _explained(data) from None
    is_fine = _CHECKS.get(type(frame))
    if is_fine is not None and not is_fine(frame):
        raise _explained(data)
    return frame


# ── what the types do not say: one function per kind, as this is done for every frame ──────────


def _short(*names: str | None) -> bool:
    return all(name is None or len(name) <= MAX_ID for name in names)


def _place(*numbers: int) -> bool:
    return all(0 <= number <= MAX_NUMBER for number in numbers)


def _is_object(body: msgspec.Raw) -> bool:
    return bytes(body)[:1] == b"{"  # the decoder has read it: it is well formed, and nothing stands before it


def _signal(frame: frames.SendSignal) -> bool:
    to = frame.to
    return (
        len(frame.conv) <= MAX_ID
        and len(frame.kind) <= MAX_ID
        and (to is None or len(to) <= MAX_ID)
        and _is_object(frame.body)
    )


def _send(frame: frames.Send) -> bool:
    return _short(frame.conv, frame.cid, frame.kind, frame.vis) and _is_object(frame.body)


def _call(frame: frames.SendCall) -> bool:
    return _short(frame.call, frame.kind, frame.to_device) and _place(frame.n) and _is_object(frame.body)


def _sub(frame: frames.Sub) -> bool:
    return _short(frame.conv) and _place(frame.epoch, frame.after)


def _watch(frame: frames.Watch) -> bool:
    return _short(frame.owner) and _place(frame.after)


def _cursor(frame: frames.SetCursor) -> bool:
    return _short(frame.conv) and _place(frame.read, frame.delivered)


def _hello(frame: frames.Hello) -> bool:
    resume = frame.resume
    places = [*resume.inboxes.values(), *(place for head in resume.heads.values() for place in head)]
    return _place(*places) and _short(*resume.inboxes, *resume.heads)


_CHECKS: dict[type[frames.ClientFrame], Callable[[Any], bool]] = {
    frames.SendSignal: _signal,
    frames.Send: _send,
    frames.SendCall: _call,
    frames.Sub: _sub,
    frames.Watch: _watch,
    frames.SetCursor: _cursor,
    frames.Hello: _hello,
    frames.Unsub: lambda frame: _short(frame.conv),
    frames.Unwatch: lambda frame: _short(frame.owner),
}


def _explained(data: bytes) -> Undecodable:
    try:
        clues = _clues.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Undecodable(FrameInvalid())
    cid = clues.cid if clues.cid is not None and len(clues.cid) <= MAX_ID else None
    if clues.t is not None and clues.t not in KINDS:
        return Undecodable(FrameUnknown(), about=clues.t[:MAX_ID])
    return Undecodable(FrameInvalid(), cid, clues.conv if clues.conv is None else clues.conv[:MAX_ID])
