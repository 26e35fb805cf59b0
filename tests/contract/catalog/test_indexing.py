"""The search index follows the database, whoever wrote, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.indexing import FACETS, Indexing
from liyu.catalog.stock.service import Stock
from liyu.catalog.tables import heads, products
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import ChainId, ProductId
from liyu.platform.db.port import Database
from liyu.platform.search.port import SearchQuery
from liyu.platform.search.tantivy import TantivySearch
from tests.catalog_samples import CHAIN, put_location, put_product

OTHER = ChainId("chn_00000000000000000000000002")


class Node:
    """One node's index over a shared database."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.search = TantivySearch(folder, facets=FACETS, memory_mb=15)
        self.indexing = Indexing(database, self.search)

    def ids(self, text: str = "", chain: ChainId = CHAIN.id, **fields: bool) -> tuple[str, ...]:
        return self.search.find(SearchQuery(chain, "shp_1", text, **fields)).ids  # type: ignore[arg-type]


@pytest.fixture
async def nodes(database: Database) -> AsyncIterator[tuple[Node, Node]]:
    one, two = Node(database), Node(database)
    yield one, two
    await one.indexing.stop()
    await two.indexing.stop()


async def change(database: Database, product: ProductId, **columns: object) -> None:
    def unit(connection: Connection) -> None:
        connection.execute(sa.update(products).where(products.c.id == product).values(**columns))
        store.touch(connection, CHAIN.id, [product], 2)

    await database.write(CHAIN.id, unit)


async def test_every_node_takes_in_what_any_node_wrote(database: Database, nodes: tuple[Node, Node]) -> None:
    teapot, _ = await put_product(database, slug="teapot", title="茶壶")
    cup, _ = await put_product(database, slug="cup", title="茶杯")
    for node in nodes:
        await node.indexing.catch_up()
        assert set(node.ids("茶")) == {teapot, cup}
    await change(database, teapot, texts={"zh-CN": {"title": "酒壶"}})
    await change(database, cup, status="hidden")
    for node in nodes:
        await node.indexing.catch_up()
        assert node.ids("茶") == ()
        assert node.ids("酒壶") == (teapot,)


async def test_tenants_are_indexed_apart(database: Database, nodes: tuple[Node, Node]) -> None:
    mine, _ = await put_product(database)
    theirs, _ = await put_product(database, chain=OTHER)
    node, _ = nodes
    await node.indexing.catch_up()
    assert node.ids() == (mine,)
    assert node.ids(chain=OTHER) == (theirs,)


async def test_running_out_and_coming_back_is_found_out(database: Database, nodes: tuple[Node, Node]) -> None:
    node, _ = nodes
    place = await put_location(database)
    product, variant = await put_product(database, on_hand={place: 1})
    stock = Stock(database, VirtualClock())
    await node.indexing.catch_up()
    assert node.ids(in_stock=True) == (product,)
    held = await stock.reserve(CHAIN.id, variant, place, 1, holder="bag", for_ms=1_000)
    await node.indexing.catch_up()
    assert node.ids(in_stock=True) == ()
    await stock.release(CHAIN.id, held.id, "bag")
    await node.indexing.catch_up()
    assert node.ids(in_stock=True) == (product,)


async def test_an_index_on_disk_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    first, _ = await put_product(database, slug="teapot")
    before = Node(database, tmp_path)
    await before.indexing.catch_up()
    await before.indexing.stop()
    second, _ = await put_product(database, slug="cup")
    after = Node(database, tmp_path)
    assert after.ids() == (first,)
    await after.indexing.catch_up()
    assert set(after.ids()) == {first, second}
    await after.indexing.stop()


@pytest.mark.parametrize("changed", [{"epoch": "another"}, {"revision": 1}])
async def test_another_database_is_read_anew(
    database: Database, nodes: tuple[Node, Node], changed: dict[str, object]
) -> None:
    node, _ = nodes
    gone, _ = await put_product(database, slug="teapot")
    stays, _ = await put_product(database, slug="cup")
    await node.indexing.catch_up()

    def restored(connection: Connection) -> None:
        """As after a backup was put back: the index knows more than the database."""
        connection.execute(sa.update(products).where(products.c.id == gone).values(status="archived", revision=1))
        connection.execute(sa.update(products).where(products.c.id == stays).values(revision=1))
        connection.execute(sa.update(heads).values(**changed))

    await database.write(CHAIN.id, restored)
    await node.indexing.catch_up()
    assert node.ids() == (stays,)


async def test_a_chain_that_is_gone_is_forgotten(database: Database, nodes: tuple[Node, Node]) -> None:
    node, _ = nodes
    await put_product(database)
    await node.indexing.catch_up()
    await database.write(CHAIN.id, lambda connection: connection.execute(sa.delete(heads)))
    await node.indexing.catch_up()
    assert node.ids() == ()
