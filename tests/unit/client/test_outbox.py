"""What is sent stays until it is answered, in order, under one ``cid``."""

from __future__ import annotations

import msgspec
import pytest

from liyu.client.backoff import LONGEST_MS, may_return, returns_at_once, wait_ms
from liyu.client.outbox import Outbox, Refused
from liyu.protocol.frames import Ack, Close, Refuse, Send


def frame(cid: str) -> Send:
    return Send(conv="c", cid=cid, kind="text", body=msgspec.Raw(b'{"text":"x"}'))


def ids(outbox: Outbox, now_ms: int = 0) -> list[str]:
    return [one.cid for one in outbox.due(now_ms)]


async def test_everything_is_given_out_once_per_connection_in_order() -> None:
    outbox = Outbox()
    outbox.put(frame("a"))
    outbox.put(frame("b"))
    assert ids(outbox) == ["a", "b"]
    assert ids(outbox) == []
    outbox.disconnected()
    assert ids(outbox) == ["a", "b"]


async def test_what_is_said_or_answered_while_sending_disturbs_nothing() -> None:
    outbox = Outbox()
    for cid in "abc":
        outbox.put(frame(cid))
    given = []
    for one in outbox.due(0):
        given.append(one.cid)
        outbox.acked(Ack(cid=one.cid, seq=1, at=1, conv="c"))
        if one.cid == "a":
            outbox.put(frame("d"))
    assert given == ["a", "b", "c"]
    assert ids(outbox) == ["d"]


async def test_an_ack_resolves_and_a_second_one_is_nothing() -> None:
    outbox = Outbox()
    answer = outbox.put(frame("a"))
    ack = Ack(cid="a", seq=7, at=1, conv="c")
    outbox.acked(ack)
    outbox.acked(ack)
    assert (await answer).seq == 7
    assert len(outbox) == 0


async def test_the_same_cid_is_one_message() -> None:
    outbox = Outbox()
    assert outbox.put(frame("a")) is outbox.put(frame("a"))
    assert len(outbox) == 1


async def test_a_retryable_refusal_waits_and_a_final_one_ends() -> None:
    outbox = Outbox()
    later, never = outbox.put(frame("a")), outbox.put(frame("b"))
    assert ids(outbox) == ["a", "b"]
    outbox.refused(Refuse(cid="a", code="rate", message="", retryable=True, retry_after_ms=300), now_ms=1_000)
    outbox.refused(Refuse(cid="b", code="text.empty", message="no"), now_ms=1_000)
    assert ids(outbox, 1_299) == []
    assert outbox.next_due_ms() == 1_300
    assert ids(outbox, 1_300) == ["a"]
    assert not later.done()
    with pytest.raises(Refused, match=r"text\.empty"):
        await never


def test_waits_grow_to_a_bound_and_are_fully_jittered() -> None:
    assert [wait_ms(attempt, 0.999999) for attempt in (0, 1, 2)] == [249, 499, 999]
    assert wait_ms(50, 0.999999) < LONGEST_MS
    assert wait_ms(50, 0.0) == 0
    assert wait_ms(0, 0.5, told_ms=8_000) == 4_000


def test_close_codes_say_whether_to_come_back() -> None:
    assert not may_return(Close.REVOKED)
    assert may_return(Close.DRAIN)
    assert may_return(None)
    assert returns_at_once(Close.HALF_OPEN)
    assert not returns_at_once(Close.OVERLOADED)
