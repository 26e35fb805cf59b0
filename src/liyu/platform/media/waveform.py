"""The picture of a voice note: 64 loudness values from 0 (silence) to 100 (full scale)."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Final

BARS: Final = 64
QUIET_DB: Final = -50.0  # drawn as 0: the noise of a quiet room on a phone


def loudness(samples: array[int]) -> float:
    """Mean square of signed 16-bit ``samples``; 0 for none."""
    return sum(sample * sample for sample in samples) / len(samples) if samples else 0.0


def bars(blocks: Sequence[float]) -> list[int]:
    """Draw ``BARS`` values from the mean squares of equally long blocks. Fewer blocks than bars are repeated."""
    if not blocks:
        return [0] * BARS
    drawn = []
    for bar in range(BARS):
        first = bar * len(blocks) // BARS
        last = max(first + 1, (bar + 1) * len(blocks) // BARS)
        part = blocks[first:last]
        drawn.append(_height(sum(part) / len(part)))
    return drawn


def _height(mean_square: float) -> int:
    if mean_square < 1:
        return 0
    decibels = 10 * math.log10(mean_square / 32768**2)
    return max(0, min(100, round(100 * (decibels - QUIET_DB) / -QUIET_DB)))
