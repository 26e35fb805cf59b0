"""What a query means: a small tree of conditions over terms, the same for every adapter.

Hits come in tiers: those whose title has everything that was asked, then those that have it anywhere. Only when few
fit are typing errors forgiven, and only when none do, may a part of a longer query be missing. Inside a tier the
shop's own ranking decides. No scores: they would differ between nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liyu.platform.search.text import LONGEST_PREFIX, Unit, endings, stem, syllables

Field = Literal["title", "all", "starts", "fuzzy"]

#: Fewer exact hits than this, and typing errors are forgiven too.
FEW = 3


@dataclass(frozen=True, slots=True)
class Has:
    """The document has this term in this field."""

    field: Field
    term: str


@dataclass(frozen=True, slots=True)
class Near:
    """The document has a word in ``fuzzy`` within ``distance`` edits (a swap of neighbours is one)."""

    term: str
    distance: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least ``least`` of the parts hold."""

    parts: tuple[Condition, ...]
    least: int = 1


Condition = Has | Near | AnyOf


@dataclass(frozen=True, slots=True)
class Plan:
    """``title`` is the first tier of ``exact``. ``forgiving`` is tried when ``exact`` finds fewer than ``FEW``,
    ``partial`` (``None``: there is no shorter query) when that finds nothing."""

    title: Condition
    exact: Condition
    forgiving: Condition
    partial: Condition | None


def edits(word: str) -> int:
    """How many typing errors are forgiven in ``word``: none in short words, one from 4 letters, two from 8."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def plan(units: list[Unit]) -> Plan:
    """The plan for what a query asks for; ``units`` is not empty."""
    count = len(units)
    loose = tuple(_forgiving(unit) for unit in units)
    return Plan(
        title=AnyOf(tuple(_in_title(unit) for unit in units), count),
        exact=AnyOf(tuple(_anywhere(unit) for unit in units), count),
        forgiving=AnyOf(loose, count),
        partial=AnyOf(loose, (count + 1) // 2) if count > 1 else None,
    )


def _in_title(unit: Unit) -> Condition:
    if not unit.latin:
        return Has("title", unit.text)
    return AnyOf((Has("title", stem(unit.text)), *_start(unit)))


def _anywhere(unit: Unit) -> Condition:
    if not unit.latin:
        return Has("all", unit.text)
    return AnyOf((Has("all", stem(unit.text)), *_start(unit), *_whole(unit)))


def _start(unit: Unit) -> tuple[Condition, ...]:
    """Titles and keywords are found by their beginning; a longer word counts when it is whole."""
    return (Has("starts", unit.text),) if len(unit.text) <= LONGEST_PREFIX else ()


def _whole(unit: Unit) -> tuple[Condition, ...]:
    return (Has("fuzzy", unit.text),) if len(unit.text) > LONGEST_PREFIX else ()


def _forgiving(unit: Unit) -> Condition:
    exact = _anywhere(unit)
    if unit.latin:
        distance = edits(unit.text)
        return AnyOf((exact, Near(unit.text, distance))) if distance else exact
    if len(unit.text) == 1:
        return exact
    # The usual slip in Chinese is another character of the same sound.
    alike: list[Condition] = [exact, Has("fuzzy", "".join(syllables(unit.text)))]
    if unit.text[1] in endings():
        alike.append(Has("title", unit.text[0]))
    return AnyOf(tuple(alike))
