"""The schedule of faults: repeatable, complete, without overlap."""

from __future__ import annotations

import itertools

from tests.faults.schedule import Fault, draw


def test_the_same_seed_gives_the_same_schedule() -> None:
    assert draw(7, 60, list(Fault)) == draw(7, 60, list(Fault))
    assert draw(7, 60, list(Fault)) != draw(8, 60, list(Fault))


def test_every_fault_comes_before_any_comes_again() -> None:
    strikes = draw(1, 600, list(Fault))
    assert {strike.fault for strike in strikes[: len(Fault)]} == set(Fault)


def test_faults_do_not_overlap_and_end_in_time() -> None:
    strikes = draw(3, 120, list(Fault))
    assert all(earlier.at_s + earlier.for_s < later.at_s for earlier, later in itertools.pairwise(strikes))
    assert all(strike.at_s + strike.for_s <= 120 for strike in strikes)
