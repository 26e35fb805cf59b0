"""Figures say what they must, and the page shows them as they are."""

from __future__ import annotations

import msgspec
import pytest
from bench.__main__ import MEASUREMENTS, chosen
from bench.document import Kept, page
from bench.figure import figure, median, quantile
from bench.targets import TARGETS


def test_a_line_has_every_field() -> None:
    line = figure("gateway.x", 123.456, "1/s", 7, peer="other", peer_value=61.7, conditions="here").line()
    assert msgspec.json.decode(line) == {
        "figure": "gateway.x",
        "value": 123.5,
        "unit": "1/s",
        "n": 7,
        "peer": "other",
        "peer_value": 61.7,
        "ratio": 2.001,
        "conditions": "here",
    }


def test_without_a_peer_there_is_no_ratio() -> None:
    assert figure("app.x", 1, "s", 1).ratio is None


def test_quantiles() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert (median(values), quantile(values, 0.99), quantile(values, 1.0)) == (51.0, 100.0, 100.0)
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


def test_every_measured_figure_has_a_target_and_every_target_a_measurement() -> None:
    assert {name for each in MEASUREMENTS for name in each.names} == set(TARGETS)


def test_a_prefix_chooses() -> None:
    assert len(chosen("")) == len(MEASUREMENTS)
    assert {name for each in chosen("messaging.") for name in each.names if "sqlite" in name}
    assert chosen("nothing") == []


def test_the_page_shows_what_falls_short() -> None:
    slow = figure("messaging.durable_rate.sqlite", 1000, "msg/s", 9, peer="probe", peer_value=4000)
    shown = page([Kept(figure=slow, day="2026-01-01", machine="two cores")])
    assert "| `messaging.durable_rate.sqlite` | 1,000 msg/s | ≥ 0.7 of the probe | probe | 4,000 | 0.25 |" in shown
