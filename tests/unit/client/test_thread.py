"""A followed conversation on literal frames: contiguous, in order, and honest about being behind."""

from __future__ import annotations

import random

import msgspec
import pytest

from liyu.client.thread import Next, Thread
from liyu.protocol.frames import Event, Events, Resync


def event(seq: int) -> Event:
    return Event(seq=seq, kind="text", actor="a", cid=f"c{seq}", at=seq, body=msgspec.Raw(b"{}"))


def events(first: int, last: int, *, hidden: frozenset[int] = frozenset(), epoch: int = 1) -> Events:
    shown = [event(seq) for seq in range(first, last + 1) if seq not in hidden]
    return Events(conv="c", epoch=epoch, from_=first, to=last, items=shown)


@pytest.fixture
def thread() -> Thread:
    return Thread("c", epoch=1, head=2, events=[event(1), event(2)], known_head=2)


def numbers(thread: Thread) -> list[int]:
    return [one.seq for one in thread.events]


def test_what_follows_is_applied(thread: Thread) -> None:
    todo, fresh = thread.take(events(3, 4))
    assert todo is Next.NOTHING
    assert [one.seq for one in fresh] == [3, 4]
    assert (thread.head, thread.current) == (4, True)


def test_hidden_events_move_the_head(thread: Thread) -> None:
    thread.take(events(3, 5, hidden=frozenset({3, 4})))
    assert (thread.head, numbers(thread)) == (5, [1, 2, 5])


def test_a_gap_is_asked_for_and_nothing_applied(thread: Thread) -> None:
    assert thread.take(events(4, 5))[0] is Next.ASK
    assert (thread.head, thread.current, numbers(thread)) == (2, False, [1, 2])
    thread.take(events(3, 3))
    assert not thread.current  # the server spoke of 5
    thread.take(events(4, 5))
    assert thread.current


def test_repeats_and_overlaps_change_nothing_twice(thread: Thread) -> None:
    thread.take(events(1, 2))
    thread.take(events(2, 3))
    thread.take(events(3, 3))
    assert numbers(thread) == [1, 2, 3]


def test_an_empty_stretch_confirms_the_head(thread: Thread) -> None:
    assert not thread.current
    assert thread.take(Events(conv="c", epoch=1, from_=3, to=2, items=[]))[0] is Next.NOTHING
    assert thread.current


def test_another_epoch_and_a_resync_load_afresh(thread: Thread) -> None:
    assert thread.take(events(3, 3, epoch=2))[0] is Next.RELOAD
    assert thread.resync(Resync(conv="c", epoch=2, head=9)) is Next.RELOAD
    thread.restart(2, 9, [event(9)])
    assert (thread.epoch, thread.head, numbers(thread)) == (2, 9, [9])


def test_a_named_head_beyond_ours_is_asked_for(thread: Thread) -> None:
    assert thread.heard_head(2) is Next.NOTHING
    assert thread.heard_head(3) is Next.ASK
    assert not thread.current


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_any_stretches_ends_in_the_log(seed: int) -> None:
    chance = random.Random(seed)
    thread = Thread("c", epoch=1, head=0)
    asked = True
    while asked or thread.head < 40:
        first = thread.head + 1 if asked else chance.randint(1, 40)
        last = min(40, first + chance.randint(0, 5))
        asked = thread.take(events(first, last))[0] is Next.ASK
    assert numbers(thread) == list(range(1, 41))
