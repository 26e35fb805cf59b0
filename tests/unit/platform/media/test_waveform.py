"""A voice note's picture."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from liyu.platform.media.waveform import BARS, bars, loudness


def test_silence_is_flat_and_full_scale_is_high() -> None:
    assert bars([]) == [0] * BARS
    assert bars([0.0] * 300) == [0] * BARS
    assert bars([loudness(array("h", [32767, -32768] * 80))] * 10) == [100] * BARS


def test_a_growing_sound_grows() -> None:
    drawn = bars([float(level * level) for level in range(10, 16_000, 50)])
    assert drawn == sorted(drawn)
    assert drawn[0] < 20 < 80 < drawn[-1]


@given(st.lists(st.floats(0, 32768**2), max_size=500))
def test_always_64_values_from_0_to_100(blocks: list[float]) -> None:
    drawn = bars(blocks)
    assert len(drawn) == BARS
    assert all(0 <= bar <= 100 for bar in drawn)
