"""Fleeting signs of one conversation: typing, what is looked at, presence. Pure: the caller brings the time.

The last sign of each person and kind is kept for a while, so that who opens the conversation later sees it too.
Repetitions within a window are held back and only the newest is sent; a sign that is not renewed ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from liyu.gateway.wire import signal_frame

WINDOW_MS = 700  # a person's hand is slower; more often is noise

#: kind → how long it stands without renewal (ms), and the body that says it ended.
KEPT: dict[str, tuple[int, bytes]] = {
    "typing": (8_000, b'{"on":false}'),
    "viewing": (180_000, b'{"product":null}'),
    "presence": (90_000, b'{"online":false}'),
}
_OVER = frozenset(body for _, body in KEPT.values())


class Sign(NamedTuple):
    """One person's sign of one kind. ``waiting``: a newer body that is held back."""

    body: bytes
    sent_ms: int
    until_ms: int
    waiting: bytes | None


class Board:
    """The signs that stand in one conversation."""

    __slots__ = ("_signs",)

    def __init__(self) -> None:
        self._signs: dict[tuple[str, str], Sign] = {}

    def __len__(self) -> int:
        return len(self._signs)

    def put(self, who: str, kind: str, body: bytes, now_ms: int) -> bool:
        """A sign came. Returns whether to send it on at once."""
        kept = KEPT.get(kind)
        if kept is None:
            return True
        until = now_ms + kept[0]
        known = self._signs.get((who, kind))
        if known is not None and now_ms - known.sent_ms < WINDOW_MS:
            waiting = body if body != known.body else None
            self._signs[who, kind] = Sign(known.body, known.sent_ms, until, waiting)
            return False
        if body in _OVER:
            return self._signs.pop((who, kind), None) is not None
        self._signs[who, kind] = Sign(body, now_ms, until, None)
        return True

    def due(self, conversation: str, now_ms: int) -> list[tuple[str, bytes]]:
        """Who, and the frame to send: signs that were held back long enough, and ends of those not renewed."""
        found: list[tuple[str, bytes]] = []
        for (who, kind), sign in list(self._signs.items()):
            if sign.waiting is not None and now_ms - sign.sent_ms >= WINDOW_MS:
                found.append((who, signal_frame(conversation, who, kind, sign.waiting)))
                if sign.waiting in _OVER:
                    del self._signs[who, kind]
                else:
                    self._signs[who, kind] = Sign(sign.waiting, now_ms, sign.until_ms, None)
            elif now_ms >= sign.until_ms:
                del self._signs[who, kind]
                found.append((who, signal_frame(conversation, who, kind, KEPT[kind][1])))
        return found

    def end(self, conversation: str, who: str) -> list[bytes]:
        """``who`` is gone: the frames that say so."""
        found: list[bytes] = []
        for kind, (_, over) in KEPT.items():
            if self._signs.pop((who, kind), None) is not None:
                found.append(signal_frame(conversation, who, kind, over))
        return found

    def current(self, conversation: str, *, but: str) -> Iterator[bytes]:
        """What stands now, of everybody ``but`` one."""
        for (who, kind), sign in self._signs.items():
            if who != but:
                yield signal_frame(conversation, who, kind, sign.waiting or sign.body)
