"""From bytes to a client's frame, or to the refusal that answers them. Pure; raises nothing but ``Undecodable``."""

from __future__ import annotations

import msgspec

from liyu.gateway.refusals import FrameInvalid, FrameUnknown
from liyu.kit.errors import Refusal
from liyu.protocol import frames

MAX_ID = 200  # characters of any id; ours have 30, foreign ones are refused before they reach a query

_decoder: msgspec.json.Decoder[frames.ClientFrame] = msgspec.json.Decoder(frames.AnyClientFrame)
_any = msgspec.json.Decoder()
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
        body = getattr(frame, "body", None)
        if body is not None and not isinstance(_any.decode(body), dict):
            raise Undecodable(FrameInvalid(), getattr(frame, "cid", None), getattr(frame, "conv", None))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _explained(data) from None
    if not _ids_are_short(frame):
        raise Undecodable(FrameInvalid())
    return frame


def _ids_are_short(frame: frames.ClientFrame) -> bool:
    if type(frame) is frames.Send:
        return len(frame.cid) <= MAX_ID and len(frame.conv) <= MAX_ID and len(frame.kind) <= MAX_ID
    for field in ("conv", "owner", "call", "kind", "to", "to_device"):
        value = getattr(frame, field, None)
        if value is not None and len(value) > MAX_ID:
            return False
    return True


def _explained(data: bytes) -> Undecodable:
    try:
        clues = _clues.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Undecodable(FrameInvalid())
    cid = clues.cid if clues.cid is not None and len(clues.cid) <= MAX_ID else None
    if clues.t is not None and clues.t not in KINDS:
        return Undecodable(FrameUnknown(), about=clues.t[:MAX_ID])
    return Undecodable(FrameInvalid(), cid, clues.conv if clues.conv is None else clues.conv[:MAX_ID])
