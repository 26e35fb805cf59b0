"""The rules of reservations on literal values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liyu.catalog.errors import ReservationOver
from liyu.catalog.stock.model import LONGEST_MS, Move, Reservation, extended, lapsed, released, taken
from liyu.kit.ids import LocationId, VariantId

HELD = Reservation("rsv_1", VariantId("var_1"), LocationId("loc_1"), 3, "bag_1", "held", 1_000, 2_000)


@pytest.mark.parametrize(("now", "holds"), [(1_000, True), (1_999, True), (2_000, False), (9_999, False)])
def test_a_promise_holds_until_its_time(now: int, holds: bool) -> None:
    assert HELD.holds(now) is holds


def test_taking_lets_the_pieces_leave_once() -> None:
    after, move = taken(HELD, 1_500)
    assert (after.state, move) == ("taken", Move("taken", -3, -3))
    for over in (after, replace(HELD, state="released"), HELD):
        with pytest.raises(ReservationOver):
            taken(over, 2_000)


def test_releasing_frees_the_pieces_and_repeating_it_frees_no_more() -> None:
    after, move = released(HELD, 1_500)
    assert (after.state, move) == ("released", Move("released", 0, -3))
    assert released(after, 1_600) == (after, None)
    late, move = released(HELD, 2_000)
    assert (late.state, move) == ("expired", Move("expired", 0, -3))
    with pytest.raises(ReservationOver):
        released(replace(HELD, state="taken"), 1_500)


def test_lapsing_frees_the_pieces() -> None:
    assert lapsed(HELD) == (replace(HELD, state="expired"), Move("expired", 0, -3))


def test_extending_is_bounded_and_revives_nothing() -> None:
    assert extended(HELD, 1_500, 5_000).expires_at == 5_000
    assert extended(HELD, 1_500, 10 * LONGEST_MS).expires_at == 1_500 + LONGEST_MS
    with pytest.raises(ReservationOver):
        extended(HELD, 2_000, 5_000)
