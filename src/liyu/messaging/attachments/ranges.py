"""Which part of a file a request wants: one range of bytes (RFC 9110), as players of sound and video ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ONE_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class OutsideFile(Exception):
    """The range begins beyond the end: 416."""


@dataclass(frozen=True, slots=True)
class Part:
    """``length`` bytes from ``start`` on, of a file of ``size`` bytes."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of ``Content-Range``."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def wanted_part(header: str | None, size: int) -> Part | None:
    """The part that ``Range: header`` asks for; ``None``: send the whole file.

    Several ranges, another unit and nonsense are answered with the whole file, as the standard allows.
    Raises ``OutsideFile``.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise OutsideFile()
        return Part(size - length, length, size)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        raise OutsideFile()
    return None if end < start else Part(start, end - start + 1, size)
