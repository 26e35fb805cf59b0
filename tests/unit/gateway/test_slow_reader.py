"""A reader that does not read: its queue is bounded, others do not feel it."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from tests.unit.gateway.fakes import CONV, CUSTOMER, STAFF, Shop, joined, make_node, settle


def shop_of_two(queue_bytes: int = 2_000) -> Shop:
    shop = Shop()
    shop.conversation(ann=CUSTOMER, bo=STAFF)
    make_node(shop, queue_bytes=queue_bytes)
    return shop


async def test_what_waits_is_sent_in_order_once_there_is_room() -> None:
    shop = shop_of_two()
    ann = await joined(shop.nodes[0], "ann")
    ann.connection.paused()
    for _ in range(3):
        shop.commit("all")
        await settle()
    assert ann.seqs() == []
    ann.connection.resumed()
    assert ann.seqs() == [1, 2, 3]
    shop.commit("all")
    await settle()
    assert ann.seqs() == [1, 2, 3, 4]


async def test_a_full_queue_collapses_the_conversation_to_one_resync() -> None:
    """R28."""
    shop = shop_of_two()
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    ann.connection.paused()
    for _ in range(10):
        shop.commit("all", text="x" * 300)
        await settle()
    ann.connection.resumed()
    assert ann.wire.kinds()[-1] == "resync"
    assert ann.wire.closed is None
    assert bo.seqs() == list(range(1, 11))
    resync = ann.wire.of("resync")[0]
    await ann.follow(after=resync["head"])
    assert ann.wire.of("events")[-1]["to"] == 10


async def test_a_socket_that_pauses_again_keeps_the_rest_for_later() -> None:
    shop = shop_of_two(queue_bytes=100_000)
    ann = await joined(shop.nodes[0], "ann")
    ann.connection.paused()
    for _ in range(6):
        shop.commit("all")
        await settle()
    send = ann.wire.send

    def send_one(frame: bytes) -> None:
        send(frame)
        ann.connection.paused()

    ann.wire.send = send_one  # type: ignore[method-assign]
    for expected in range(1, 7):
        ann.connection.resumed()
        assert ann.seqs() == list(range(1, expected + 1))
    shop.commit("all")
    await settle()
    assert ann.seqs() == list(range(1, 7)), "still paused: the last write filled it"
    ann.connection.resumed()
    assert ann.seqs() == list(range(1, 8))


async def test_when_even_answers_do_not_fit_the_connection_ends_with_a_code() -> None:
    shop = shop_of_two(queue_bytes=400)
    ann = await joined(shop.nodes[0], "ann")
    ann.connection.paused()
    for _ in range(20):
        ann.say(t="ping")
    assert ann.wire.closed == (4603, "slow_reader")


async def test_signals_are_dropped_before_events() -> None:
    shop = shop_of_two(queue_bytes=1_500)
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    ann.wire.frames.clear()
    ann.connection.paused()
    for number in range(8):
        bo.say(t="signal", conv=CONV, kind="pointer", body={"at": [number, "y" * 200]})
    shop.commit("all", text="x" * 300)
    await settle()
    ann.connection.resumed()
    assert ann.seqs() == [1]
    assert len(ann.wire.of("signal")) < 8


async def test_what_happened_is_counted() -> None:
    shop = shop_of_two(queue_bytes=400)
    node = shop.nodes[0]
    ann, _bo = await joined(node, "ann"), await joined(node, "bo")
    ann.connection.paused()
    shop.commit("all", text="x" * 500)
    await settle()
    for _ in range(20):
        ann.say(t="ping")
    registry = CollectorRegistry()
    registry.register(node.figures)
    page = generate_latest(registry).decode()
    assert "liyu_gateway_topics 1.0" in page
    assert "liyu_gateway_collapsed_total 1.0" in page
    assert 'liyu_gateway_closed_total{code="4603"} 1.0' in page
