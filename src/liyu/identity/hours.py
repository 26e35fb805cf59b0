"""Opening hours: whether a shop is open at a moment, and when that changes. Pure.

Hours are wall-clock times in the shop's own zone. A span whose end is not after its beginning goes on past midnight.
A holiday replaces the hours of its date altogether; no spans on it mean closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from liyu.identity.errors import BadHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 62  # how far ahead the next opening is looked for; beyond it a shop counts as closed for good
MAX_SPANS = 4  # of one day
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``opens`` to ``closes``, in minutes after midnight; ``closes <= opens`` means on the next day."""

    opens: int
    closes: int

    @property
    def until(self) -> int:
        """The end in minutes after the midnight before ``opens``."""
        return self.closes if self.closes > self.opens else self.closes + 24 * 60


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date with hours of its own. ``name`` as customers read it."""

    day: date
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Seven days from Monday, each with its spans in order."""

    week: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """``closes_at``: when an open shop closes; ``opens_at``: when a closed one opens. Milliseconds, ``None``: unknown.

    A shop that never closes has neither.
    """

    open: bool
    opens_at: int | None
    closes_at: int | None


def open_at(hours: Hours, holidays: Sequence[Holiday], tz: str, now_ms: int) -> Opening:
    """Decide whether the shop is open at ``now_ms``. Raises ``BadHours`` for an unknown zone."""
    spans = _merged(_absolute_spans(hours, holidays, zone_of(tz), now_ms))
    for begins, ends in spans:
        if begins <= now_ms < ends:
            always = ends - now_ms > (HORIZON_DAYS - 2) * 86_400_000
            return Opening(True, None, None if always else ends)
        if begins > now_ms:
            return Opening(False, begins, None)
    return Opening(False, None, None)


@lru_cache(maxsize=256)
def zone_of(tz: str) -> ZoneInfo:
    """The zone named ``tz``. Raises ``BadHours`` when there is none."""
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise BadHours(what=tz[:64]) from None


def _absolute_spans(
    hours: Hours, holidays: Sequence[Holiday], zone: ZoneInfo, now_ms: int
) -> Iterable[tuple[int, int]]:
    special = {holiday.day: holiday.spans for holiday in holidays}
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for offset in range(-1, HORIZON_DAYS):
        day = today + timedelta(days=offset)
        for span in special.get(day, hours.week[day.weekday()]):
            yield _moment(day, span.opens, zone), _moment(day, span.until, zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """The wall-clock time as milliseconds; one that a clock change skips counts as just after the gap."""
    days, rest = divmod(minutes, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return int(local.astimezone(UTC).timestamp()) * 1000


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch, so that midnight does not close a shop that is open through the night."""
    joined: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        elif ends > begins:
            joined.append((begins, ends))
    return joined


def parse_span(opens: str, closes: str) -> Span:
    """Read ``"09:00"`` and ``"22:00"``. Raises ``BadHours``."""
    for word in (opens, closes):
        if not _TIME.fullmatch(word):
            raise BadHours(what=word[:16])
    return Span(_minutes(opens) % (24 * 60), _minutes(closes))


def _minutes(word: str) -> int:
    hour, _, minute = word.partition(":")
    return int(hour) * 60 + int(minute)


def parse_spans(pairs: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """Read the spans of one day and put them in order. Raises ``BadHours`` when they overlap or are too many."""
    spans = tuple(sorted((parse_span(*pair) for pair in pairs), key=lambda span: span.opens))
    if len(spans) > MAX_SPANS:
        raise BadHours(what=f"{len(spans)} > {MAX_SPANS}")
    for earlier, later in pairwise(spans):
        if later.opens < earlier.until:
            raise BadHours(what=f"{_word(later.opens)} < {_word(earlier.until)}")
    if spans and spans[-1].until - 24 * 60 > spans[0].opens:
        raise BadHours(what=f"{_word(spans[-1].until)} > {_word(spans[0].opens)}")
    return spans


def parse_hours(stored: Mapping[str, Sequence[Sequence[str]]]) -> Hours:
    """Read ``{"mon": [["09:00", "22:00"]], …}``; an absent day is closed. Raises ``BadHours``."""
    for word in stored:
        if word not in WEEKDAYS:
            raise BadHours(what=word[:16])
    return Hours(tuple(parse_spans(stored.get(day, ())) for day in WEEKDAYS))


def parse_day(word: str) -> date:
    """Read ``2027-02-06``. Raises ``BadHours``."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise BadHours(what=word[:16]) from None


def stored_hours(hours: Hours) -> dict[str, list[list[str]]]:
    """The form that ``parse_hours`` reads."""
    return {day: stored_spans(spans) for day, spans in zip(WEEKDAYS, hours.week, strict=True)}


def stored_spans(spans: Sequence[Span]) -> list[list[str]]:
    """The form that ``parse_spans`` reads."""
    return [[_word(span.opens), _word(span.closes)] for span in spans]


def _word(minutes: int) -> str:
    minutes = minutes if minutes <= 24 * 60 else minutes - 24 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
