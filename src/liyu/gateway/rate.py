"""How fast a connection or a person may go. Pure: the caller brings the time."""

from __future__ import annotations

MINUTE_MS = 60_000


class Allowance:
    """A bucket that refills evenly: ``per_minute`` in a minute, and a third of that at once."""

    __slots__ = ("_at_ms", "_left", "_size")

    def __init__(self, per_minute: int, now_ms: int) -> None:
        self._size = max(1.0, per_minute / 3)
        self._left = self._size
        self._at_ms = now_ms

    def take(self, per_minute: int, now_ms: int) -> int:
        """Take one. Returns 0 when it was there, else the milliseconds after which one will be."""
        if now_ms > self._at_ms:
            self._left = min(self._size, self._left + (now_ms - self._at_ms) * per_minute / MINUTE_MS)
            self._at_ms = now_ms
        if self._left >= 1.0:
            self._left -= 1.0
            return 0
        return max(1, int((1.0 - self._left) * MINUTE_MS / per_minute) + 1)

    def is_full(self, per_minute: int, now_ms: int) -> bool:
        """Whether nothing is missing: such a bucket can be forgotten."""
        return self._left + (now_ms - self._at_ms) * per_minute / MINUTE_MS >= self._size
