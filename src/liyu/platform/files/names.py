"""File names as people wrote them: made harmless for a disk, a header and a screen; never a path of ours."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

MAX_NAME: Final = 120  # characters; longer ones are cut before the extension
FALLBACK: Final = "file"

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]')
#: Names that a Windows disk takes for a device.
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
#: Marks that turn the direction of text around (``gpj.exe`` shown as ``exe.jpg``) or are invisible.
_TURNING: Final = {"Cf", "Cc", "Cs", "Co", "Zl", "Zp"}


def safe_name(name: str) -> str:
    """Return ``name`` without folders, control and direction marks, cut to ``MAX_NAME`` characters; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter) not in _TURNING)
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", plain)).strip(" .")
    if _DEVICES.fullmatch(plain):
        plain = "_" + plain
    return _cut(plain) or FALLBACK


def with_extension(name: str, extension: str) -> str:
    """``name`` with its last extension replaced by ``extension`` (with the dot)."""
    stem, dot, _ = name.rpartition(".")
    return _cut((stem if dot and stem else name) + extension)


def attachment_header(name: str) -> str:
    """``Content-Disposition: attachment`` with ``name`` in both forms of RFC 6266 (the second by RFC 5987)."""
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _cut(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > 12:
        return name[:MAX_NAME]
    return stem[: MAX_NAME - len(extension) - 1].rstrip(" .") + "." + extension
