"""Imports the retailer's articles the way any foreign file is imported: columns mapped, rows judged, found by SKU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import places
from liyu.catalog.editing_store import skus
from liyu.catalog.importing import columns
from liyu.catalog.importing.applying import Target
from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.deciding import Entry, decided
from liyu.catalog.importing.problems import Problem
from liyu.catalog.importing.reading import Table
from liyu.catalog.importing.running import Told, run
from liyu.catalog.model import GROUPS
from liyu.catalog.retailer import cleaning, files
from liyu.catalog.stock.store import Cause
from liyu.catalog.store import insert_rows
from liyu.catalog.tables import pairs
from liyu.identity.shop import Shop
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, LocationId
from liyu.platform.db.port import Database

CURRENCY = "GBP"
WAREHOUSE = "main"
#: The file's own columns, then those that ``cleaning`` adds.
_COLUMNS = ("StockCode", "Description", "Price", "Sold", "Main", "Shop", *GROUPS)
_PAIRS = 2_000  # rows of one statement


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import of the retailer did."""

    counts: dict[str, int]
    pairs: int


def table() -> Table:
    """The retailer's articles as a foreign file, names cleaned and stock set by rule."""
    rows = []
    for line, article in enumerate(files.articles(), 2):
        main, shop = cleaning.stock(article)
        said = cleaning.attributes(article.description)
        cells = [article.sku, cleaning.title(article.description), article.price, str(article.sold)]
        cells += [str(main), str(shop), *("|".join(said.get(group, ())) for group in GROUPS)]
        rows.append((line, tuple(cells)))
    return Table(_COLUMNS, tuple(rows), "utf-8", ",")


def decisions(shop: Shop) -> list[Entry | Problem]:
    """Every article as an entry, or what is wrong with it: a few hundred have no name or no price."""
    found = columns.guessed(_COLUMNS, [])
    mapping = {**found, "rank": "Sold", f"stock_{WAREHOUSE}": "Main", f"stock_{shop.slug}": "Shop"}
    fitting = columns.checked(ColumnMapping(mapping, {"currency": CURRENCY}), _COLUMNS, [WAREHOUSE, shop.slug])
    return list(decided(table(), fitting, CURRENCY))


async def import_retailer(database: Database, clock: Clock, shop: Shop, told: Told = lambda _: None) -> TakenIn:
    """Bring the articles and their pairs into the chain of ``shop``. Repeating it changes nothing.

    ``told``: called with the rows done so far.
    """
    chain = shop.chain.id

    def prepare(connection: Connection) -> dict[str, LocationId]:
        places.ensure_shops(connection, chain)
        places.ensure_warehouse(connection, chain, WAREHOUSE, files.warehouse_names())
        return places.codes(connection, chain)

    found = await database.write(chain, prepare)
    target = Target(chain, found, CURRENCY, Cause("import", clock.now_ms()), "retailer")
    counts = await run(database, target, None, decisions(shop), told)
    kept = await database.write(chain, lambda connection: _keep_pairs(connection, chain, files.pairs()))
    return TakenIn(counts, kept)


def _keep_pairs(connection: Connection, chain: ChainId, found: Sequence[tuple[str, str, int]]) -> int:
    """Replace the chain's pairs by those whose two articles it has. Returns how many there are."""
    known = skus(connection, chain, sorted({sku for one, other, _ in found for sku in (one, other)}))
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one, other, baskets in found:
        if one in known and other in known:
            a, b = sorted((known[one][1], known[other][1]))
            rows[a, b] = {"chain_id": chain, "product_a": a, "product_b": b, "baskets": baskets}
    connection.execute(sa.delete(pairs).where(pairs.c.chain_id == chain))
    every = list(rows.values())
    for start in range(0, len(every), _PAIRS):
        insert_rows(connection, pairs, every[start : start + _PAIRS])
    return len(every)
