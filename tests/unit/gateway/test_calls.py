"""Negotiation of calls: in order, answered, passed on once."""

from __future__ import annotations

from tests.unit.gateway.fakes import CONV, CUSTOMER, STAFF, Client, Shop, joined, make_node


async def pair() -> tuple[Client, Client, Client]:
    shop = Shop()
    shop.conversation(ann=CUSTOMER, bo=STAFF)
    node = make_node(shop)
    return await joined(node, "ann"), await joined(node, "bo"), await joined(node, "bo+phone")


def call(client: Client, n: int, device: str | None = None) -> None:
    client.say(t="call", call=f"{CONV}/1", n=n, kind="offer", body={"sdp": str(n)}, to_device=device)


async def test_every_other_persons_device_hears_it_and_the_sender_an_ack() -> None:
    ann, desk, phone = await pair()
    call(ann, 1)
    expected = {
        "t": "call",
        "call": f"{CONV}/1",
        "n": 1,
        "kind": "offer",
        "from_device": "dev_ann",
        "body": {"sdp": "1"},
    }
    assert desk.wire.of("call") == phone.wire.of("call") == [expected]
    assert ann.wire.of("call") == []
    (ack,) = ann.wire.of("ack")
    assert (ack["cid"], ack["seq"], ack["conv"]) == (f"{CONV}/1#1", 1, CONV)


async def test_one_device_can_be_named() -> None:
    ann, desk, phone = await pair()
    call(ann, 1, "dev_bophone")
    assert desk.wire.of("call") == []
    assert len(phone.wire.of("call")) == 1


async def test_a_repetition_is_answered_and_not_passed_on() -> None:
    ann, desk, _ = await pair()
    call(ann, 1)
    call(ann, 1)
    call(ann, 2)
    assert [frame["n"] for frame in desk.wire.of("call")] == [1, 2]
    assert [ack["seq"] for ack in ann.wire.of("ack")] == [1, 1, 2]


async def test_a_missing_number_is_refused() -> None:
    ann, desk, _ = await pair()
    call(ann, 1)
    call(ann, 3)
    (error,) = ann.wire.of("error")
    assert (error["code"], error["retryable"]) == ("call.gap", True)
    assert len(desk.wire.of("call")) == 1


async def test_a_device_that_is_not_there_cannot_be_reached() -> None:
    ann, _, _ = await pair()
    call(ann, 1, "dev_nobody")
    assert [error["code"] for error in ann.wire.of("error")] == ["call.unreachable"]
    assert ann.wire.of("ack") == []


async def test_a_call_is_never_shed() -> None:
    """R29."""
    ann, desk, _ = await pair()
    desk.connection.paused()
    for n in range(1, 6):
        call(ann, n)
    desk.connection.resumed()
    assert [frame["n"] for frame in desk.wire.of("call")] == [1, 2, 3, 4, 5]
