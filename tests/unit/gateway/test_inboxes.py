"""Inboxes: queues and people's lists, contiguous like events."""

from __future__ import annotations

import asyncio

import pytest

from liyu.gateway import inboxes
from tests.unit.gateway.fakes import CHAIN, Change, Client, Shop, make_node, settle


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.queues["per_bo"] = ["q:shp_1"]
    make_node(shop)
    return shop


async def watching(shop: Shop, name: str, owner: str, after: int = 0) -> Client:
    client = Client(shop.nodes[0], name)
    await client.hello()
    client.say(t="watch", owner=owner, after=after)
    await settle()
    return client


def revisions(client: Client, owner: str = "q:shp_1") -> list[int]:
    head: int | None = None
    found: list[int] = []
    for frame in client.wire.of("inbox"):
        if frame["owner"] != owner:
            continue
        assert head is None or frame["from"] == head + 1
        head = frame["to"]
        found += [row["rev"] for row in frame["list"]]
    return found


async def test_the_welcome_names_the_inboxes(shop: Shop) -> None:
    client = Client(shop.nodes[0], "bo")
    await client.hello()
    assert client.wire.of("welcome")[0]["inboxes"] == ["p:per_bo", "q:shp_1"]


async def test_rows_reach_every_watcher(shop: Shop) -> None:
    one, two = await watching(shop, "bo", "q:shp_1"), await watching(shop, "bo+2", "q:shp_1")
    shop.row("q:shp_1")
    shop.row("q:shp_1")
    await settle()
    assert revisions(one) == revisions(two) == [1, 2]
    assert one.wire.raw[-1] is two.wire.raw[-1]


async def test_a_returning_desk_gets_what_changed(shop: Shop) -> None:
    for _ in range(5):
        shop.row("q:shp_1", tell=False)
    client = Client(shop.nodes[0], "bo")
    await client.hello(inboxes={"q:shp_1": 3, "p:per_bo": 0})
    assert revisions(client) == [4, 5]
    shop.row("q:shp_1")
    assert revisions(client) == [4, 5, 6]


async def test_a_reconnect_is_answered_from_memory(shop: Shop) -> None:
    first = await watching(shop, "bo", "q:shp_1")
    shop.row("q:shp_1")
    shop.row("q:shp_1")
    first.connection.closed()
    shop.queries.clear()
    again = await watching(shop, "bo", "q:shp_1", after=1)
    assert revisions(again) == [2]
    assert shop.queries == []


async def test_somebody_elses_inbox_does_not_exist(shop: Shop) -> None:
    client = await watching(shop, "ann", "q:shp_1")
    (error,) = client.wire.of("error")
    assert (error["code"], error["about"]) == ("inbox.not_found", "q:shp_1")
    shop.row("q:shp_1")
    assert client.wire.of("inbox") == []


async def test_too_much_is_loaded_afresh(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inboxes, "REPLAY_ROWS", 2)
    for _ in range(4):
        shop.row("q:shp_1", tell=False)
    client = await watching(shop, "bo", "q:shp_1", after=1)
    assert client.wire.of("inbox_resync") == [{"t": "inbox_resync", "owner": "q:shp_1", "rev": 4}]
    assert client.connection.session.inboxes == ()


async def test_a_position_ahead_is_loaded_afresh(shop: Shop) -> None:
    client = await watching(shop, "bo", "q:shp_1", after=9)
    assert client.wire.of("inbox_resync")[0]["rev"] == 0


async def test_a_hole_is_read_from_the_database(shop: Shop) -> None:
    client = await watching(shop, "bo", "q:shp_1")
    shop.row("q:shp_1", tell=False)
    shop.row("q:shp_1", tell=False)
    shop.nodes[0].committed([], [Change("q:shp_1", CHAIN, 2, 2, (b'{"rev":2}',))])
    assert revisions(client) == []
    await asyncio.sleep(2 * inboxes.HOLE_MS / 1000)
    await settle()
    assert revisions(client) == [1, 2]


async def test_what_no_hint_told_is_found_by_looking(shop: Shop) -> None:
    client = await watching(shop, "bo", "q:shp_1")
    shop.row("q:shp_1", tell=False)
    await shop.nodes[0].inboxes.look()
    await asyncio.sleep(2 * inboxes.HOLE_MS / 1000)
    await settle()
    assert revisions(client) == [1]


async def test_whoever_loses_a_queue_no_longer_hears_of_it(shop: Shop) -> None:
    client = await watching(shop, "bo", "q:shp_1")
    shop.queues.clear()
    shop.nodes[0].person_changed(CHAIN, client.connection.principal.person)
    await settle()
    shop.row("q:shp_1")
    await settle()
    assert revisions(client) == []
    assert [error["about"] for error in client.wire.of("error")] == ["q:shp_1"]


async def test_many_who_return_current_share_one_query(shop: Shop) -> None:
    for number in range(20):
        client = Client(shop.nodes[0], f"g{number}")
        shop.row(f"p:per_g{number}", tell=False)
        client.say(t="hello", token=f"g{number}", resume={"inboxes": {f"p:per_g{number}": 1}})
    await settle(100)
    assert shop.queries.count("revisions") <= 2
    assert "changes" not in shop.queries
