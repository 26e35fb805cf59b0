"""A figure: what was measured, beside what, under which conditions. One JSON line each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """``n``: how many observations stand behind ``value``. ``ratio``: value ÷ peer's, ``None`` without a peer."""

    figure: str
    value: float
    unit: str
    n: int
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None
    conditions: str = ""

    def line(self) -> str:
        """The figure as it is printed."""
        return msgspec.json.encode(self).decode()


def figure(
    name: str,
    value: float,
    unit: str,
    n: int,
    *,
    peer: str | None = None,
    peer_value: float | None = None,
    conditions: str = "",
) -> Figure:
    """Make a figure; numbers are cut to four digits that matter."""
    ratio = None if peer_value is None or not peer_value else rounded(value / peer_value)
    return Figure(
        figure=name,
        value=rounded(value),
        unit=unit,
        n=n,
        peer=peer,
        peer_value=None if peer_value is None else rounded(peer_value),
        ratio=ratio,
        conditions=conditions,
    )


def rounded(value: float) -> float:
    """``value`` to four significant digits."""
    return float(f"{value:.4g}")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie; raises ``ValueError`` when there are none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return quantile(values, 0.5)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something that yields the figures ``names``. It is run when any of them is asked for."""

    names: tuple[str, ...]
    run: Callable[[], AsyncIterator[Figure]]
