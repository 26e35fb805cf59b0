"""Order out of hints: doubled, overtaken, lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from liyu.gateway.sequence import Ring, Sequencer, Span, joined, trimmed, weight_of
from tests.unit.gateway.fakes import Event


def span(first: int, last: int) -> Span:
    return Span(first, last, [Event(seq, "all", b"%d" % seq) for seq in range(first, last + 1)])


def seqs(spans: list[Span]) -> list[int]:
    return [item.seq for one in spans for item in one.items]


def test_what_comes_too_early_waits_and_what_comes_twice_is_dropped() -> None:
    order = Sequencer()
    order.start(4)
    assert order.offer(span(6, 7)) == []
    assert order.hole() == (4, 6)
    assert seqs(order.offer(span(5, 5))) == [5, 6, 7]
    assert order.hole() is None
    assert order.offer(span(5, 7)) == []
    assert seqs(order.offer(span(6, 9))) == [8, 9]
    assert order.head == 9


def test_the_first_position_counts() -> None:
    order = Sequencer()
    assert order.offer(span(3, 3)) == [span(3, 3)]
    order.start(9)
    assert order.head == 3
    assert order.behind(9)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), total=st.integers(1, 30))
def test_any_mixture_of_hints_ends_contiguous(data: st.DataObject, total: int) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, total), max_size=10)) | {total})
    spans, first = [], 1
    for cut in cuts:
        spans.append(span(first, cut))
        first = cut + 1
    extra = data.draw(st.lists(st.tuples(st.integers(1, total), st.integers(1, total)), max_size=6))
    spans += [span(min(pair), max(pair)) for pair in extra]
    order = Sequencer()
    order.start(0)
    shown: list[int] = []
    for one in data.draw(st.permutations(spans)):
        ready = order.offer(one)
        for part in ready:
            assert part.first == len(shown) + 1
            shown += seqs([part])
            assert part.last == len(shown)
    assert shown == list(range(1, total + 1))


def pushed(ring: Ring, *spans: Span, items: int = 100, bytes_: int = 10_000) -> Ring:
    for one in spans:
        ring.push(one, weight_of(one), items=items, bytes_=bytes_)
    return ring


def test_the_ring_answers_what_it_reaches() -> None:
    ring = pushed(Ring(), span(3, 4), span(5, 5), span(6, 8))
    found = ring.after(4)
    assert found is not None
    assert (found.first, found.last, seqs([found])) == (5, 8, [5, 6, 7, 8])
    assert ring.after(6) == span(7, 8)
    assert ring.after(2) is not None
    assert ring.after(1) is None
    assert ring.after(8) is None


def test_the_ring_is_bounded_and_forgets_what_is_blanked() -> None:
    ring = pushed(Ring(), span(1, 3), span(4, 6), span(7, 9), items=6)
    assert ring.after(3) is not None
    assert ring.after(2) is None
    small = pushed(Ring(), span(1, 1), span(2, 2), span(3, 3), bytes_=250)
    assert small.after(1) is not None
    assert small.after(0) is None
    ring.forget(5)
    assert ring.after(5) is None
    assert ring.after(6) == span(7, 9)


def test_a_jump_empties_the_ring() -> None:
    ring = pushed(Ring(), span(1, 3), span(7, 7))
    assert ring.after(2) is None
    assert ring.after(6) == span(7, 7)


def test_parts_of_spans() -> None:
    assert trimmed(span(1, 5), 3) == span(4, 5)
    assert joined([span(1, 2), span(3, 5)]) == span(1, 5)
