"""From bytes to a client's frame, or to the refusal that answers them. Pure; raises nothing but ``Undecodable``."""

from __future__ import annotations

import msgspec

from liyu.gateway.refusals import FrameInvalid, FrameUnknown
from liyu.kit.errors import Refusal
from liyu.protocol import frames

MAX_NUMBER = 2**53 - 1  # what JSON carries everywhere, and every database holds
MAX_ID = 200  # characters of any id; ours have 30, foreign ones are refused before they reach a query

_decoder: msgspec.json.Decoder[frames.ClientFrame] = msgspec.json.Decoder(frames.AnyClientFrame)
_any: msgspec.json.Decoder[object] = msgspec.json.Decoder()
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
        if isinstance(frame, _WITH_BODY) and type(_any.decode(frame.body)) is not dict:
            raise _explained(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _explained(data) from None
    if not _names_are_short(frame) or not _numbers_are_positions(frame):
        raise Undecodable(FrameInvalid())
    return frame


#: The texts of each frame that are ids or names.
_NAMES: dict[type[frames.ClientFrame], tuple[str, ...]] = {
    frames.Send: ("conv", "cid", "kind", "vis"),
    frames.SendSignal: ("conv", "kind", "to"),
    frames.SendCall: ("call", "kind", "to_device"),
    frames.Sub: ("conv",),
    frames.Unsub: ("conv",),
    frames.SetCursor: ("conv",),
    frames.Watch: ("owner",),
    frames.Unwatch: ("owner",),
}
_WITH_BODY = (frames.Send, frames.SendSignal, frames.SendCall)


def _names_are_short(frame: frames.ClientFrame) -> bool:
    for field in _NAMES.get(type(frame), ()):
        value = getattr(frame, field)
        if value is not None and len(value) > MAX_ID:
            return False
    return True


#: The numbers of each frame that are places in a stream.
_NUMBERS: dict[type[frames.ClientFrame], tuple[str, ...]] = {
    frames.Sub: ("epoch", "after"),
    frames.Watch: ("after",),
    frames.SetCursor: ("read", "delivered"),
    frames.SendCall: ("n",),
}


def _numbers_are_positions(frame: frames.ClientFrame) -> bool:
    for field in _NUMBERS.get(type(frame), ()):
        if not 0 <= getattr(frame, field) <= MAX_NUMBER:
            return False
    if type(frame) is frames.Hello:
        places = [*frame.resume.inboxes.values(), *(place for head in frame.resume.heads.values() for place in head)]
        return all(0 <= place <= MAX_NUMBER for place in places)
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
