"""The checker is checked: each kind of broken promise, written down by hand, turns it red."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.checker import Acked, Entry, Shown, Truth, View, check

LOG = tuple(Entry(seq, "anna", f"c{seq}", f"text {seq}") for seq in (1, 2, 3))
TRUTH = {"cnv": Truth("cnv", 1, 3, LOG)}
ACKS = [Acked("cnv", entry.actor, entry.cid, entry.seq, entry.text) for entry in LOG]
VIEW = View("ben", "cnv", 1, 3, False, LOG)


def test_a_kept_promise_is_green() -> None:
    assert check(ACKS, TRUTH, [VIEW]).kept


def test_what_a_reader_may_not_see_is_not_missed_and_must_not_show() -> None:
    truth = {"cnv": replace(TRUTH["cnv"], entries=(LOG[0], replace(LOG[1], vis="staff"), LOG[2]))}
    assert check(ACKS, truth, [replace(VIEW, entries=(LOG[0], LOG[2]))]).kept
    leaked = replace(VIEW, entries=truth["cnv"].entries)
    assert check(ACKS, truth, [leaked]).divergent


def test_a_reader_may_be_behind_when_it_knows() -> None:
    assert check(ACKS, TRUTH, [replace(VIEW, head=2, entries=LOG[:2], knows_behind=True)]).kept


@pytest.mark.parametrize(
    ("acks", "truth", "view", "broken"),
    [
        pytest.param([*ACKS, Acked("cnv", "anna", "c4", 4, "x")], TRUTH, VIEW, "lost", id="acked beyond the log"),
        pytest.param([replace(ACKS[0], seq=2)], TRUTH, VIEW, "lost", id="another message stands there"),
        pytest.param([replace(ACKS[0], text="y")], TRUTH, VIEW, "lost", id="another body stands there"),
        pytest.param([*ACKS, replace(ACKS[0], seq=2)], TRUTH, VIEW, "doubled", id="acked twice differently"),
        pytest.param(
            [], {"cnv": Truth("cnv", 1, 2, (LOG[0], replace(LOG[0], seq=2)))}, None, "doubled", id="twice in the log"
        ),
        pytest.param([], {"cnv": Truth("cnv", 1, 3, LOG[:2])}, None, "divergent", id="numbers end early"),
        pytest.param([], {"cnv": Truth("cnv", 1, 2, (LOG[0], LOG[2]))}, None, "divergent", id="a gap in the log"),
        pytest.param([], TRUTH, replace(VIEW, entries=(LOG[1], LOG[0], LOG[2])), "reordered", id="out of order"),
        pytest.param([], TRUTH, replace(VIEW, entries=(*LOG[:2], LOG[1], LOG[2])), "doubled", id="shown twice"),
        pytest.param([], TRUTH, replace(VIEW, head=2, entries=LOG[:2]), "divergent", id="behind without knowing"),
        pytest.param([], TRUTH, replace(VIEW, entries=LOG[:2]), "divergent", id="a hole below its head"),
        pytest.param([], TRUTH, replace(VIEW, epoch=2), "divergent", id="another epoch"),
        pytest.param([], {}, VIEW, "divergent", id="no such conversation"),
    ],
)
def test_a_broken_promise_is_red(acks: list[Acked], truth: dict[str, Truth], view: View | None, broken: str) -> None:
    verdict = check(acks, truth, [view] if view else [])
    assert verdict.counts()[broken] > 0


def test_what_was_shown_must_stay() -> None:
    assert check(ACKS, TRUTH, [VIEW], [Shown("ben", "cnv", 1, entry) for entry in LOG]).kept
    for phantom in (replace(LOG[2], seq=4), replace(LOG[2], cid="other")):
        assert check(ACKS, TRUTH, [VIEW], [Shown("ben", "cnv", 1, phantom)]).divergent
