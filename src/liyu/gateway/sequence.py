"""Putting what was committed in order: spans may come twice, out of order, or not at all. Pure.

A stream is a conversation's log or an inbox. Its positions are whole numbers without gaps; a ``Span`` covers
``first`` … ``last`` completely, hidden items included. What arrives is a hint; a hole that stays is read from the
database by the caller.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

HELD_SPANS = 64  # spans beyond a hole that are kept; with more, reading from the database is cheaper


class Span(NamedTuple):
    """Positions ``first`` … ``last`` of a stream. ``items``: whatever there is to show in them, in order.

    ``items`` of a log have a ``seq``; those of an inbox are encoded rows.
    """

    first: int
    last: int
    items: Sequence[Any]


class Sequencer:
    """Where a stream stands on this node, and what came too early. ``head`` ``None``: not known yet."""

    __slots__ = ("_held", "head")

    def __init__(self) -> None:
        self.head: int | None = None
        self._held: dict[int, Span] = {}

    def start(self, head: int) -> None:
        """The database says that the stream stands at ``head``; only the first answer counts."""
        if self.head is None:
            self.head = head

    def offer(self, span: Span) -> list[Span]:
        """Take a span; return those that can be shown now, in order and without overlap."""
        if self.head is None:
            self.head = span.first - 1
        if span.last <= self.head:
            return []
        if span.first > self.head + 1:
            self._hold(span)
            return []
        ready = [trimmed(span, self.head)]
        self.head = span.last
        while self._held:
            following = self._next_held()
            if following is None:
                break
            ready.append(following)
            self.head = following.last
        return ready

    def hole(self) -> tuple[int, int] | None:
        """The positions ``(after, before)`` between which something is missing."""
        if not self._held or self.head is None:
            return None
        return self.head, min(self._held)

    def behind(self, head: int) -> bool:
        """Whether the database, standing at ``head``, has more than was shown."""
        return self.head is not None and head > self.head

    def _hold(self, span: Span) -> None:
        known = self._held.get(span.first)
        if known is None or known.last < span.last:
            self._held[span.first] = span
        if len(self._held) > HELD_SPANS:
            del self._held[max(self._held)]

    def _next_held(self) -> Span | None:
        assert self.head is not None
        for first in sorted(self._held):
            span = self._held[first]
            if span.last <= self.head:
                del self._held[first]
            elif first <= self.head + 1:
                del self._held[first]
                return trimmed(span, self.head)
            else:
                return None
        return None


def trimmed(span: Span, after: int) -> Span:
    """The part of a span of a log beyond ``after``."""
    if span.first > after:
        return span
    return Span(after + 1, span.last, [item for item in span.items if getattr(item, "seq", after + 1) > after])


def joined(spans: Sequence[Span]) -> Span:
    """Contiguous spans as one."""
    if len(spans) == 1:
        return spans[0]
    return Span(spans[0].first, spans[-1].last, [item for span in spans for item in span.items])


class Ring:
    """The newest spans of a stream, so that a reconnect needs no database. Bounded in bytes and in items."""

    __slots__ = ("_spans", "size", "weight")

    def __init__(self) -> None:
        self._spans: deque[Span] = deque()
        self.size = 0  # items
        self.weight = 0  # bytes

    def push(self, span: Span, weight: int, *, items: int, bytes_: int) -> None:
        """Add the span that follows the newest; drop the oldest beyond ``items`` or ``bytes_``."""
        if self._spans and self._spans[-1].last + 1 != span.first:
            self.clear()
        self._spans.append(span)
        self.size += len(span.items)
        self.weight += weight
        while self._spans and (self.size > items or self.weight > bytes_):
            oldest = self._spans.popleft()
            self.size -= len(oldest.items)
            self.weight -= weight_of(oldest)

    def after(self, position: int) -> Span | None:
        """Everything beyond ``position``, or ``None`` when the ring does not reach back that far."""
        if not self._spans or position + 1 < self._spans[0].first:
            return None
        found: list[Span] = []
        for span in reversed(self._spans):
            if span.last <= position:
                break
            found.append(span)
        if not found:
            return None
        found.reverse()
        found[0] = trimmed(found[0], position)
        return joined(found)

    def forget(self, position: int) -> None:
        """Drop everything up to ``position``: its content is gone."""
        while self._spans and self._spans[0].first <= position:
            oldest = self._spans.popleft()
            self.size -= len(oldest.items)
            self.weight -= weight_of(oldest)

    def clear(self) -> None:
        """Forget everything."""
        self._spans.clear()
        self.size = self.weight = 0


def weight_of(span: Span) -> int:
    """The bytes that a span keeps alive, roughly."""
    return sum(len(getattr(item, "encoded", item)) for item in span.items) + 100
