"""The queue of a slow reader: what goes first, what never goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liyu.gateway.outgoing import Lane, Outgoing, Overflow


def drained(queue: Outgoing) -> list[bytes]:
    found = []
    while (frame := queue.take()) is not None:
        found.append(frame)
    return found


def test_frames_leave_in_the_order_in_which_they_came() -> None:
    queue = Outgoing(100)
    queue.put(Lane.VITAL, "", b"one")
    queue.put(Lane.SIGNAL, "c", b"two")
    queue.put(Lane.STREAM, "c", b"three")
    assert drained(queue) == [b"one", b"two", b"three"]
    assert queue.size == 0


def test_signals_are_the_first_to_go() -> None:
    queue = Outgoing(30)
    queue.put(Lane.SIGNAL, "a", b"s" * 20)
    assert queue.put(Lane.STREAM, "a", b"e" * 20) == []
    assert drained(queue) == [b"e" * 20]


def test_then_the_heaviest_conversation_collapses() -> None:
    queue = Outgoing(100)
    queue.put(Lane.STREAM, "light", b"l" * 10)
    queue.put(Lane.STREAM, "heavy", b"h" * 60)
    queue.put(Lane.VITAL, "", b"ack")
    assert queue.put(Lane.STREAM, "heavy", b"h" * 60) == ["heavy"]
    assert drained(queue) == [b"l" * 10, b"ack"]


def test_an_overflow_of_what_must_not_be_lost_ends_the_connection() -> None:
    queue = Outgoing(50)
    queue.put(Lane.VITAL, "", b"v" * 30)
    with pytest.raises(Overflow):
        queue.put(Lane.VITAL, "", b"v" * 30)


def test_a_stream_that_was_left_is_forgotten() -> None:
    queue = Outgoing(100)
    queue.put(Lane.STREAM, "a", b"1")
    queue.put(Lane.STREAM, "b", b"2")
    queue.put(Lane.VITAL, "a", b"3")
    queue.forget("a")
    assert drained(queue) == [b"2", b"3"]


puts = st.lists(st.tuples(st.sampled_from(Lane), st.sampled_from("abc"), st.integers(1, 40)), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(puts=puts)
def test_the_bound_holds_and_nothing_vital_or_half_is_lost(puts: list[tuple[Lane, str, int]]) -> None:
    queue = Outgoing(150)
    vital: list[bytes] = []
    streams: dict[str, list[bytes]] = {}
    for number, (lane, key, size) in enumerate(puts):
        frame = b"%04d" % number + b"." * size
        if lane is Lane.VITAL:
            vital.append(frame)
        elif lane is Lane.STREAM:
            streams.setdefault(key, []).append(frame)
        try:
            for collapsed in queue.put(lane, key, frame):
                streams.pop(collapsed)
        except Overflow:
            assert sum(map(len, vital)) > 150
            return
        assert queue.size <= 150
    left = drained(queue)
    assert [frame for frame in left if frame in vital] == vital
    for frames in streams.values():  # a stream that did not collapse is complete
        assert [frame for frame in left if frame in frames] == frames
