"""The retailer's whole catalogue on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.model import Product
from liyu.catalog.retailer.taking_in import import_retailer
from liyu.catalog.tables import pairs, products
from liyu.identity.store import shops as shop_store
from liyu.kit.clock import VirtualClock
from liyu.platform.db.port import Database
from tests.catalog_samples import CHAIN, shops


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.matrix)], indirect=True)
async def test_every_article_that_can_be_sold_is_taken_in_once(database: Database) -> None:
    shop = shops()[0]

    def found(connection: Connection) -> None:
        shop_store.add_chain(connection, CHAIN, 1)
        assert shop_store.add(connection, shop, 1)

    await database.write(CHAIN.id, found)
    first = await import_retailer(database, VirtualClock(), shop)
    assert first.counts == {"created": 4080, "updated": 0, "unchanged": 0, "refused": 374}
    assert first.pairs > 15_000
    second = await import_retailer(database, VirtualClock(), shop)
    assert second.counts == {"created": 0, "updated": 0, "unchanged": 4080, "refused": 374}

    def heart(connection: Connection) -> Product:
        ids = store.product_ids(connection, CHAIN.id, ["white-hanging-heart-t-light-holder-85123a"])
        return store.load(connection, CHAIN.id, list(ids.values()))[0]

    product = await database.read(CHAIN.id, heart)
    assert product.words("en").title == "White Hanging Heart T-Light Holder"
    assert (product.price_minor, product.currency) == (295, "GBP")
    assert product.available() == 520
    assert product.attributes["colours"] == ("white",)
    kept = await database.read(
        CHAIN.id, lambda connection: connection.execute(sa.select(sa.func.count()).select_from(products)).scalar()
    )
    assert kept == 4080
    assert await database.read(
        CHAIN.id, lambda connection: connection.execute(sa.select(sa.func.count()).select_from(pairs)).scalar()
    )
