"""Puts the demo catalogue into a chain. What is already there, by its slug or code, is left as people made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import places, store
from liyu.catalog.demo.album import SIDE
from liyu.catalog.demo.gifts import Gift, gifts, warehouse
from liyu.catalog.tables import media, products, stock, variants
from liyu.identity.shop import Shop
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, LocationId, ProductId, new_id
from liyu.platform.db.port import Database

CURRENCY = "CNY"

Rows = dict[sa.Table, list[dict[str, Any]]]


async def seed_demo(database: Database, clock: Clock, shops: Sequence[Shop]) -> int:
    """Give the chain of ``shops`` a warehouse, a location for each shop, and the demo gifts that it does not have.

    Return how many gifts were added; a second run adds none. ``shops`` are all of one chain.
    """
    chain = shops[0].chain.id
    now = clock.now_ms()

    def unit(connection: Connection) -> int:
        lying = _locations(connection, chain, shops)
        missing = _missing(connection, chain)
        if not missing:
            return 0
        rows: Rows = {products: [], variants: [], media: [], stock: []}
        revision = store.next_revision(connection, chain)
        for rank, gift in missing:
            _add(rows, chain, gift, rank, revision, now, lying)
        for table, some in rows.items():
            store.insert_rows(connection, table, some)
        return len(missing)

    return await database.write(chain, unit)


def _missing(connection: Connection, chain: ChainId) -> list[tuple[int, Gift]]:
    """Gifts that the chain has not, with their rank: the first one has the highest."""
    every = gifts()
    known = store.product_ids(connection, chain, [gift.slug for gift in every])
    return [(len(every) - place, gift) for place, gift in enumerate(every) if gift.slug not in known]


def _locations(connection: Connection, chain: ChainId, shops: Sequence[Shop]) -> dict[str, LocationId]:
    """Code → id of every location; those that do not exist are made."""
    main = warehouse()
    places.ensure_warehouse(connection, chain, main["code"], main["names"])
    for shop in shops:
        names = {shop.locale: shop.name, **main["shops"].get(shop.slug, {})}
        places.ensure_shop(connection, chain, shop, names)
    return places.codes(connection, chain)


def _add(
    rows: Rows, chain: ChainId, gift: Gift, rank: int, revision: int, now: int, lying: Mapping[str, LocationId]
) -> None:
    product = ProductId(new_id("prd"))
    rows[products].append(
        {
            "id": product,
            "chain_id": chain,
            "slug": gift.slug,
            "status": "live",
            "currency": CURRENCY,
            "rank": rank,
            "shops": [],
            "texts": {language: store.stored_words(words) for language, words in gift.words.items()},
            "attributes": {group: list(keys) for group, keys in gift.attributes.items()},
            "gift_options": gift.gift_options,
            "personalisation": gift.personalisation,
            "source": "demo",
            "revision": revision,
            "created_at": now,
            "updated_at": now,
        }
    )
    rows[media].extend(_pictures(chain, product, gift))
    for position, variant in enumerate(gift.variants):
        id_ = new_id("var")
        rows[variants].append(
            {
                "id": id_,
                "chain_id": chain,
                "product_id": product,
                "sku": variant.sku,
                "names": variant.names,
                "options": variant.options,
                "price_minor": variant.price_minor,
                "position": position,
                "active": True,
            }
        )
        rows[stock].extend(
            {
                "variant_id": id_,
                "location_id": lying[code],
                "chain_id": chain,
                "on_hand": pieces,
                "reserved": 0,
                "updated_at": now,
            }
            for code, pieces in variant.stock.items()
            if code in lying
        )


def _pictures(chain: ChainId, product: ProductId, gift: Gift) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id("med"),
            "chain_id": chain,
            "product_id": product,
            "kind": "picture",
            "position": position,
            "demo": name,
            "file_id": None,
            "width": SIDE,
            "height": SIDE,
            "duration_ms": None,
            "ground": ground,
            "alts": {language: words.title for language, words in gift.words.items()},
        }
        for position, (name, ground) in enumerate(gift.pictures)
    ]
