"""What a client may say, by kind: shape and bounds of the bodies. Pure.

Whether files and products exist is asked elsewhere (``completion.py``); whether a target may be changed is decided
under the lock. A client's words about prices, sizes and names are not even read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec

from liyu.messaging.errors import BadMessage, MessageTooLarge, UnknownKind
from liyu.messaging.stickers import STICKERS
from liyu.protocol import events

MAX_TEXT = 4_000  # characters
MAX_BODY_BYTES = 32 * 1024
MAX_WORD = 500
MAX_LABEL = 80
MAX_ALT = 300
MAX_EMOJI = 16  # code points: the longest emoji sequences (families, flags) have fewer

_CID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_EMOJI_CATEGORIES = frozenset({"So", "Sk", "Mn", "Me", "Cf", "Sm", "Po", "Nd"})


class SaidPicture(events.Message, frozen=True, omit_defaults=True, kw_only=True):
    """What a client says of a picture; the rest comes from the file."""

    file: str
    alt: str = ""


class SaidFile(events.Message, frozen=True, omit_defaults=True, kw_only=True):
    """What a client says of a voice note or a file."""

    file: str


class SaidCard(events.Message, frozen=True, omit_defaults=True, kw_only=True):
    """What a client says of a product; title, price and picture come from the catalogue."""

    product: str
    variant: str | None = None
    word: str = ""


_SAID: dict[str, type[events.Body]] = {
    **{kind: events.KINDS[kind] for kind in events.SENDABLE},
    "picture": SaidPicture,
    "voice": SaidFile,
    "file": SaidFile,
    "product": SaidCard,
}
_DECODERS = {kind: msgspec.json.Decoder(body) for kind, body in _SAID.items()}
_encode = msgspec.json.Encoder().encode


def read(kind: str, body: bytes) -> events.Body:
    """The body that a client sent. Raises ``UnknownKind``, ``MessageTooLarge`` or ``BadMessage``."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise UnknownKind()
    if len(body) > MAX_BODY_BYTES:
        raise MessageTooLarge()
    try:
        said: events.Body = decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMessage(what=str(error)) from None
    check = _CHECKS.get(kind)
    if check is not None:
        check(said)
    reply_to = getattr(said, "reply_to", None)
    if reply_to is not None and not 0 < reply_to < 2**53:
        raise BadMessage(what="reply_to")
    return said


def canonical(body: events.Body) -> bytes:
    """The one encoding of a body: same meaning, same bytes."""
    return _encode(body)


def target_of(body: events.Body) -> int | None:
    """The message that a body speaks of: what it changes or answers."""
    target: int | None = getattr(body, "target", None)
    return target if target is not None else getattr(body, "reply_to", None)


def check_cid(cid: str) -> None:
    """Raise ``BadMessage`` unless ``cid`` is 1 to 64 letters, digits or ``_ . : -``."""
    if not _CID.fullmatch(cid):
        raise BadMessage(what="cid")


def check_plain(text: str, most: int, what: str, *, least: int = 0, lines: bool = True) -> None:
    """Raise ``BadMessage`` unless ``text`` is ``least`` to ``most`` characters without control characters.

    Line breaks and tabs are allowed where ``lines``. Blank text counts as none.
    """
    if len(text) > most or len(text) < least or (least and not text.strip()):
        raise BadMessage(what=what)
    if text.isprintable():
        return
    for sign in text:
        if sign.isprintable() or (lines and sign in "\n\t"):
            continue
        if unicodedata.category(sign) in ("Cc", "Cs"):
            raise BadMessage(what=f"{what}: U+{ord(sign):04X}")


def _text(body: Any) -> None:
    check_plain(body.text, MAX_TEXT, "text", least=1)


def _picture(body: Any) -> None:
    check_plain(body.alt, MAX_ALT, "alt")
    _id(body.file, "file")


def _file(body: Any) -> None:
    _id(body.file, "file")


def _card(body: Any) -> None:
    _id(body.product, "product")
    if body.variant is not None:
        _id(body.variant, "variant")
    check_plain(body.word, MAX_WORD, "word")


def _sticker(body: Any) -> None:
    if body.sticker not in STICKERS:
        raise BadMessage(what="sticker")


def _question(body: Any) -> None:
    check_plain(body.text, MAX_TEXT, "text", least=1)
    if not 2 <= len(body.options) <= 8 or len({option.id for option in body.options}) != len(body.options):
        raise BadMessage(what="options")
    for option in body.options:
        if not _CID.fullmatch(option.id):
            raise BadMessage(what="options: id")
        check_plain(option.label, MAX_LABEL, "options: label", least=1, lines=False)


def _choice(body: Any) -> None:
    _target(body)
    if not _CID.fullmatch(body.option):
        raise BadMessage(what="option")


def _reaction(body: Any) -> None:
    _target(body)
    emoji = body.emoji
    if not 1 <= len(emoji) <= MAX_EMOJI or not any(ord(sign) > 0x7F for sign in emoji):
        raise BadMessage(what="emoji")
    if any(unicodedata.category(sign) not in _EMOJI_CATEGORIES for sign in emoji):
        raise BadMessage(what="emoji")


def _edit(body: Any) -> None:
    _target(body)
    _text(body)


def _target(body: Any) -> None:
    if not 0 < body.target < 2**53:
        raise BadMessage(what="target")


def _id(value: str, what: str) -> None:
    if not _CID.fullmatch(value):
        raise BadMessage(what=what)


_CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "picture": _picture,
    "voice": _file,
    "file": _file,
    "sticker": _sticker,
    "product": _card,
    "question": _question,
    "choice": _choice,
    "reaction": _reaction,
    "edit": _edit,
    "recall": _target,
}
