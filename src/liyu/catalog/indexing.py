"""Keeps this node's search index equal to the database.

Every change of what search shows has a revision of its chain (``store.touch``). The index remembers the revision that
it holds; catching up reads what has a higher one. So it does not matter which node wrote, and a lost hint from the bus
costs seconds, never a product. A different epoch means another database: that chain is read anew.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.model import GROUPS, Product
from liyu.catalog.tables import heads, products
from liyu.catalog.vocabulary import spoken
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ProductId
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.search.port import Document, Mark, Search

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: The facets of a product in the index.
FACETS = (*GROUPS, "personalisable")
BATCH = 2_000  # products read and indexed at once: a few MB, about a second of work


def document_of(product: Product) -> Document:
    """What search may know of a product. Selling points stay out: customers could find out about them by searching."""
    words = list(product.texts.values())
    keywords = [name for group in GROUPS for key in product.attributes.get(group, ()) for name in spoken(group, key)]
    variants = [variant for variant in product.variants if variant.active]
    facets = {group: product.attributes.get(group, ()) for group in GROUPS}
    return Document(
        id=product.id,
        tenant=product.chain,
        titles=tuple(said.title for said in words),
        texts=tuple(text for said in words for text in (said.line, said.description, said.meaning))
        + tuple(variant.sku for variant in variants),
        keywords=(*keywords, *(name for variant in variants for name in variant.names.values())),
        scopes=tuple(product.shops),
        facets={**facets, "personalisable": ("yes",) if product.personalisable else ()},
        price_minor=product.price_minor,
        in_stock=product.available() > 0,
        rank=product.rank,
        created_ms=product.created_at,
    )


class Indexing:
    """Follows the database with ``search``. One task at a time catches up; others wait for it."""

    def __init__(self, database: Database, search: Search, announce: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._search = search
        self._announce = announce
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="liyu-search")
        self._turn = asyncio.Lock()
        self._hint = asyncio.Event()

    async def run(self, work: Callable[[], T]) -> T:
        """Run something that blocks on search off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def hint(self) -> None:
        """Some node may have changed something: look now instead of at the next interval."""
        self._hint.set()

    async def wrote(self) -> None:
        """This node has changed something: take it in before the caller goes on, and let other nodes know."""
        await self.catch_up()
        self._announce()

    async def follow(self, every_s: float) -> None:
        """Catch up now and then, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hint.wait(), every_s)
            self._hint.clear()
            try:
                await self.catch_up()
            except Refusal as refusal:
                log.warning("catalog.index_behind", code=refusal.code)

    async def catch_up(self) -> None:
        """Return when the index holds everything that was committed before the call."""
        async with self._turn:
            wanted = await self._database.read(ALL_CHAINS, _heads)
            held = await self.run(self._search.marks)
            for chain, mark in wanted.items():
                if held.get(chain) != mark:
                    await self._catch_up_chain(chain, held.get(chain), mark)
            for lost in set(held) - set(wanted):
                await self.run(partial(self._search.forget, lost))

    async def _catch_up_chain(self, chain: ChainId, held: Mark | None, wanted: Mark) -> None:
        if held is not None and (held.epoch != wanted.epoch or held.revision > wanted.revision):
            await self.run(lambda: self._search.forget(chain))
            held = None
        after = held.revision if held else 0
        ids = await self._database.read(chain, lambda connection: _changed(connection, chain, after))
        for start in range(0, len(ids), BATCH):
            await self._take_in(chain, ids[start : start + BATCH])
        await self.run(lambda: self._search.apply(chain, wanted, (), ()))
        if len(ids) > BATCH:
            log.info("catalog.indexed", chain=chain, products=len(ids))

    async def _take_in(self, chain: ChainId, ids: Sequence[ProductId]) -> None:
        def load(connection: Connection) -> list[Product]:
            return store.load(connection, chain, ids)

        def apply() -> None:
            live = [document_of(product) for product in loaded if product.status == "live"]
            gone = [product.id for product in loaded if product.status != "live"]
            self._search.apply(chain, None, live, gone)

        loaded = await self._database.read(chain, load)
        await self.run(apply)

    async def stop(self) -> None:
        """Wait for what runs and give back threads and files."""
        async with self._turn:
            await self.run(self._search.close)
            self._threads.shutdown()


def _heads(connection: Connection) -> dict[ChainId, Mark]:
    rows = connection.execute(sa.select(heads.c.chain_id, heads.c.epoch, heads.c.revision))
    return {ChainId(chain): Mark(epoch, revision) for chain, epoch, revision in rows}


def _changed(connection: Connection, chain: ChainId, after: int) -> list[ProductId]:
    rows = connection.execute(
        sa.select(products.c.id)
        .where(products.c.chain_id == chain, products.c.revision > after)
        .order_by(products.c.revision, products.c.id)
    )
    return [ProductId(row[0]) for row in rows]
