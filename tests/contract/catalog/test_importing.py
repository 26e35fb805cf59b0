"""Import on both databases: idempotent by SKU, row by row, resumable, and what it may not do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from liyu.catalog.deeds import Deeds
from liyu.catalog.errors import NotStaff
from liyu.catalog.importing import store
from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.errors import BadMapping
from liyu.catalog.importing.service import SILENT_MS, Imports
from liyu.catalog.indexing import FACETS, Indexing
from liyu.catalog.model import Product
from liyu.catalog.stock.service import Stock
from liyu.catalog.store import load
from liyu.catalog.tables import imports, products
from liyu.identity.model import Grant, Principal, Role
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import DeviceId, PersonId, ProductId, SessionId
from liyu.platform.db.port import Database
from liyu.platform.search.port import SearchQuery
from liyu.platform.search.tantivy import TantivySearch
from tests.catalog_samples import CHAIN, put_location

FILE = """sku,product,title_zh,title_en,price,variant_zh,stock_main
T-R,teapot,胭脂小茶壶,Rouge teapot,239,红,8
T-G,teapot,,,249,绿,3
C-1,,桂雨香薰烛,Osmanthus candle,168,,20
BAD,,没有价格,,,,1
"""


def person(*roles: Role) -> Principal:
    return Principal(
        person=PersonId("per_1"),
        chain=CHAIN.id,
        session=SessionId("ses_1"),
        device=DeviceId("dev_1"),
        kind="staff",
        name="顾文澜",
        locale="zh-CN",
        avatar=None,
        vip=False,
        grants=tuple(Grant(role, CHAIN.id, None) for role in roles),
    )


OWNER = person(Role.OWNER)


class World:
    """Import over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = VirtualClock()
        self.search = TantivySearch(facets=FACETS, memory_mb=15)
        self.deeds = Deeds(database, self.clock, Indexing(database, self.search))
        self.imports = Imports(self.deeds, most_rows=1_000)

    async def take_in(self, text: str, *, encoding: str = "utf-8") -> store.Import:
        made, _ = await self.imports.upload(OWNER, "products.csv", text.encode(encoding))
        await self.imports.start_run(OWNER, made.id)
        await self.imports.finished(made.id)
        return await self.imports.status(OWNER, made.id)

    async def products(self) -> dict[str, Product]:
        def query(connection: sa.Connection) -> list[Product]:
            ids = [ProductId(row[0]) for row in connection.execute(sa.select(products.c.id))]
            return load(connection, CHAIN.id, ids)

        return {product.slug: product for product in await self.database.read(CHAIN.id, query)}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    found = World(database)
    await put_location(database)
    yield found
    await found.imports.stop()
    await found.deeds.indexing.stop()


def counts(run: store.Import) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.refused


async def test_a_file_becomes_products_and_again_changes_nothing(world: World) -> None:
    first = await world.take_in(FILE)
    assert (first.state, first.rows_done, counts(first)) == ("done", 4, (3, 0, 0, 1))
    made = await world.products()
    assert set(made) == {"teapot", "osmanthus-candle-c-1"}
    assert [variant.sku for variant in made["teapot"].variants] == ["T-R", "T-G"]
    assert made["teapot"].available() == 11
    revision = made["teapot"].revision
    second = await world.take_in(FILE)
    assert counts(second) == (0, 0, 3, 1)
    assert (await world.products())["teapot"].revision == revision
    problems = await world.imports.problems(OWNER, first.id, 0, 10)
    assert [(number, problem.row, problem.code) for number, problem in problems] == [(1, 5, "missing_price")]


async def test_what_a_file_does_not_say_stays(world: World) -> None:
    await world.take_in(FILE)
    run = await world.take_in("货号,售价\nC-1,150\nT-R,239\n", encoding="gb18030")
    assert counts(run) == (0, 1, 1, 0)
    candle = (await world.products())["osmanthus-candle-c-1"]
    assert candle.price_minor == 15000
    assert candle.words("en").title == "Osmanthus candle"
    assert candle.available() == 20


async def test_a_preview_says_what_will_happen_and_changes_nothing(world: World) -> None:
    made, preview = await world.imports.upload(OWNER, "products.csv", FILE.encode())
    assert preview.counts == {"created": 3, "updated": 0, "unchanged": 0, "refused": 1}
    assert [problem.code for problem in preview.problems] == ["missing_price"]
    assert await world.products() == {}
    run = await world.imports.start_run(OWNER, made.id)
    await world.imports.finished(made.id)
    run = await world.imports.status(OWNER, made.id)
    assert counts(run) == tuple(preview.counts.values())


async def test_a_mapping_is_chosen_by_hand(world: World) -> None:
    content = b"Nummer;Bezeichnung;Preis\nX1;Teekanne;12,50\n"
    made, preview = await world.imports.upload(OWNER, "fremd.csv", content)
    assert preview.counts["created"] == 0
    with pytest.raises(BadMapping):
        await world.imports.start_run(OWNER, made.id)
    mapping = ColumnMapping({"sku": "Nummer", "title_en": "Bezeichnung", "price": "Preis"}, {"currency": "EUR"})
    _, preview = await world.imports.remap(OWNER, made.id, mapping)
    assert preview.counts["created"] == 1
    await world.imports.start_run(OWNER, made.id)
    await world.imports.finished(made.id)
    teapot = (await world.products())["teekanne-x1"]
    assert (teapot.currency, teapot.price_minor) == ("EUR", 1250)


async def test_promised_pieces_keep_a_row_out_but_not_its_neighbours(world: World) -> None:
    await world.take_in(FILE)
    candle = (await world.products())["osmanthus-candle-c-1"]
    line = candle.stock[0]
    await Stock(world.database, world.clock).reserve(
        CHAIN.id, line.variant, line.location, 5, holder="bag", for_ms=60_000
    )
    run = await world.take_in("sku,price,stock_main\nC-1,1,4\nT-R,240,9\n")
    assert counts(run) == (0, 1, 0, 1)
    after = await world.products()
    assert after["osmanthus-candle-c-1"].price_minor == 16800
    assert after["teapot"].price_minor == 24000


async def test_found_at_once_by_search(world: World) -> None:
    await world.take_in(FILE)
    hits = world.search.find(SearchQuery(CHAIN.id, "any", "chahu"))
    assert hits.ids == ((await world.products())["teapot"].id,)


async def test_a_run_whose_node_died_is_taken_over_once(world: World) -> None:
    made, _ = await world.imports.upload(OWNER, "products.csv", FILE.encode())

    def died(connection: sa.Connection) -> None:
        store.begin(connection, CHAIN.id, made.id, world.clock.now_ms())
        store.progress(connection, CHAIN.id, made.id, 2, {"created": 2}, [], world.clock.now_ms())

    await world.database.write(CHAIN.id, died)
    assert await world.imports.adopt_silent() == 0
    world.clock.advance(SILENT_MS + 1)
    assert await world.imports.adopt_silent() == 1
    assert await world.imports.adopt_silent() == 0
    await world.imports.finished(made.id)
    run = await world.imports.status(OWNER, made.id)
    assert (run.state, run.rows_done, counts(run)) == ("done", 4, (3, 0, 0, 1))


async def test_the_file_is_forgotten_after_the_run_and_only_who_runs_the_chain_may_import(world: World) -> None:
    run = await world.take_in(FILE)
    kept = await world.database.read(
        CHAIN.id,
        lambda connection: connection.execute(sa.select(imports.c.content).where(imports.c.id == run.id)).scalar(),
    )
    assert kept is None
    with pytest.raises(NotStaff):
        await world.imports.upload(person(Role.GUIDE), "products.csv", FILE.encode())
