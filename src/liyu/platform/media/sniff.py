"""What bytes are, by the bytes alone. Neither a name nor a client's word is believed.

It reads the beginning only and never decodes. A file that is two things at once (a GIF that is also a script) is what
its first bytes say; being re-encoded or served as an attachment is what makes the second thing harmless.
"""

from __future__ import annotations

import re
from typing import Final

HEAD_BYTES: Final = 4096  # enough for every signature below and for leading comments of markup

UNKNOWN: Final = "application/octet-stream"

_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_MARKUP: Final = re.compile(rb"(?:\s|<\?xml[^>]*>|<!--.*?-->|<!doctype[^>]*>)*<([a-z][a-z0-9:]*)", re.DOTALL)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes) -> str:
    """The media type of what begins with ``head`` (``HEAD_BYTES`` of it, or all when it is shorter).

    ISO containers of which only the content could tell whether they hold a picture or sound are ``video/mp4``,
    all of Matroska is ``video/webm``.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return _text(head[:HEAD_BYTES])


def _text(head: bytes) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    markup = _MARKUP.match(plain.lower())
    if markup:
        return "image/svg+xml" if markup[1] == b"svg" or markup[1].endswith(b":svg") else "text/html"
    if not plain or _CONTROL.search(plain):
        return UNKNOWN
    try:
        plain.decode()
    except UnicodeDecodeError as error:
        cut_at_the_end = len(head) >= HEAD_BYTES and error.start >= len(plain) - 3
        return "text/plain" if cut_at_the_end else UNKNOWN
    return "text/plain"
