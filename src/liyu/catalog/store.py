"""Reading and writing products: all their SQL, the same on both databases.

Every function runs inside a transaction of one chain. ``touch`` numbers a change for the search index; whoever changes
what search shows calls it in the same transaction.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping
from sqlalchemy.dialects import postgresql, sqlite

from liyu.catalog.model import Location, Media, Product, StockLine, Variant, Words
from liyu.catalog.tables import heads, locations, media, pairs, products, stock, variants
from liyu.kit.ids import ChainId, FileId, LocationId, ProductId, ShopId, VariantId

BATCH = 500  # ids in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists slowly


def upsert(connection: Connection, table: sa.Table) -> Any:
    """An ``insert`` of the dialect in use, for ``on_conflict_do_update``."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def next_revision(connection: Connection, chain: ChainId) -> int:
    """Number a change of the chain's catalogue.

    The row stays locked until the commit, so numbers become visible in their order.
    """
    statement = (
        upsert(connection, heads)
        .values(chain_id=chain, epoch=os.urandom(8).hex(), revision=1)
        .on_conflict_do_update(index_elements=["chain_id"], set_={"revision": heads.c.revision + 1})
        .returning(heads.c.revision)
    )
    return int(connection.execute(statement).scalar_one())


def touch(connection: Connection, chain: ChainId, ids: Iterable[ProductId], now: int) -> None:
    """Mark products as changed, so that every node's search index reads them again."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    revision = next_revision(connection, chain)
    for start in range(0, len(wanted), BATCH):
        connection.execute(
            sa.update(products)
            .where(products.c.chain_id == chain, products.c.id.in_(wanted[start : start + BATCH]))
            .values(revision=revision, updated_at=now)
        )


def product_ids(connection: Connection, chain: ChainId, keys: Sequence[str]) -> dict[str, ProductId]:
    """Which of ``keys`` (ids or slugs) are products of the chain, whatever their status."""
    found: dict[str, ProductId] = {}
    for start in range(0, len(keys), BATCH):
        part = list(keys[start : start + BATCH])
        rows = connection.execute(
            sa.select(products.c.id, products.c.slug).where(
                products.c.chain_id == chain, sa.or_(products.c.id.in_(part), products.c.slug.in_(part))
            )
        )
        for id_, slug in rows:
            found[id_] = found[slug] = ProductId(id_)
    return {key: found[key] for key in keys if key in found}


def load(connection: Connection, chain: ChainId, ids: Sequence[ProductId]) -> list[Product]:
    """The products with these ids in the order asked for; unknown ones are left out."""
    loaded: dict[ProductId, Product] = {}
    for start in range(0, len(ids), BATCH):
        for product in _load_some(connection, chain, ids[start : start + BATCH]):
            loaded[product.id] = product
    return [loaded[id_] for id_ in ids if id_ in loaded]


def _load_some(connection: Connection, chain: ChainId, ids: Sequence[ProductId]) -> list[Product]:
    rows = connection.execute(
        sa.select(products).where(products.c.chain_id == chain, products.c.id.in_(list(ids)))
    ).mappings()
    own_variants = _variants(connection, chain, ids)
    own_media = _media(connection, chain, ids)
    own_stock = _stock(connection, chain, ids)
    return [product_of(row, own_variants[row["id"]], own_media[row["id"]], own_stock[row["id"]]) for row in rows]


def product_of(
    row: RowMapping, own_variants: list[Variant], own_media: list[Media], own_stock: list[StockLine]
) -> Product:
    """A product from its row and what belongs to it."""
    return Product(
        id=ProductId(row["id"]),
        chain=ChainId(row["chain_id"]),
        slug=row["slug"],
        status=row["status"],
        currency=row["currency"],
        rank=row["rank"],
        shops=tuple(ShopId(shop) for shop in row["shops"]),
        texts={language: words_of(texts) for language, texts in row["texts"].items()},
        attributes={group: tuple(keys) for group, keys in row["attributes"].items()},
        gift_options=row["gift_options"],
        personalisation=row["personalisation"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        revision=row["revision"],
        variants=tuple(own_variants),
        media=tuple(own_media),
        stock=tuple(own_stock),
    )


def words_of(texts: Mapping[str, Any]) -> Words:
    """Words from their stored form."""
    return Words(
        title=texts["title"],
        line=texts.get("line", ""),
        description=texts.get("description", ""),
        meaning=texts.get("meaning", ""),
        selling_points=tuple(texts.get("selling_points", ())),
    )


def stored_words(words: Words) -> dict[str, Any]:
    """The stored form of words."""
    return {
        "title": words.title,
        "line": words.line,
        "description": words.description,
        "meaning": words.meaning,
        "selling_points": list(words.selling_points),
    }


def _variants(connection: Connection, chain: ChainId, ids: Sequence[ProductId]) -> dict[str, list[Variant]]:
    found: dict[str, list[Variant]] = defaultdict(list)
    rows = connection.execute(
        sa.select(variants)
        .where(variants.c.chain_id == chain, variants.c.product_id.in_(list(ids)))
        .order_by(variants.c.position, variants.c.id)
    ).mappings()
    for row in rows:
        found[row["product_id"]].append(
            Variant(
                id=VariantId(row["id"]),
                sku=row["sku"],
                price_minor=row["price_minor"],
                names=row["names"],
                options=row["options"],
                active=row["active"],
            )
        )
    return found


def _media(connection: Connection, chain: ChainId, ids: Sequence[ProductId]) -> dict[str, list[Media]]:
    found: dict[str, list[Media]] = defaultdict(list)
    rows = connection.execute(
        sa.select(media)
        .where(media.c.chain_id == chain, media.c.product_id.in_(list(ids)))
        .order_by(media.c.position, media.c.id)
    ).mappings()
    for row in rows:
        found[row["product_id"]].append(
            Media(
                id=row["id"],
                kind=row["kind"],
                demo=row["demo"],
                file=None if row["file_id"] is None else FileId(row["file_id"]),
                width=row["width"],
                height=row["height"],
                duration_ms=row["duration_ms"],
                ground=row["ground"],
                alts=row["alts"],
            )
        )
    return found


def _stock(connection: Connection, chain: ChainId, ids: Sequence[ProductId]) -> dict[str, list[StockLine]]:
    found: dict[str, list[StockLine]] = defaultdict(list)
    rows = connection.execute(
        sa.select(variants.c.product_id, stock.c.variant_id, stock.c.location_id, stock.c.on_hand, stock.c.reserved)
        .join(variants, variants.c.id == stock.c.variant_id)
        .where(stock.c.chain_id == chain, variants.c.chain_id == chain, variants.c.product_id.in_(list(ids)))
        .order_by(stock.c.variant_id, stock.c.location_id)
    )
    for product, variant, location, on_hand, reserved in rows:
        found[product].append(StockLine(VariantId(variant), LocationId(location), on_hand, reserved))
    return found


def load_locations(connection: Connection, chain: ChainId) -> list[Location]:
    """Every stock location of the chain, in the order in which they are shown."""
    rows = connection.execute(
        sa.select(locations).where(locations.c.chain_id == chain).order_by(locations.c.position, locations.c.id)
    ).mappings()
    return [
        Location(
            id=LocationId(row["id"]),
            code=row["code"],
            kind=row["kind"],
            shop=None if row["shop_id"] is None else ShopId(row["shop_id"]),
            names=row["names"],
            position=row["position"],
            active=row["active"],
        )
        for row in rows
    ]


def insert_rows(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of the same columns."""
    if rows:
        connection.execute(sa.insert(table), cast("list[dict[str, Any]]", list(rows)))


def companions(connection: Connection, chain: ChainId, product: ProductId, limit: int) -> list[ProductId]:
    """Products that are bought together with ``product``, most often first."""
    other = sa.case((pairs.c.product_a == product, pairs.c.product_b), else_=pairs.c.product_a)
    rows = connection.execute(
        sa.select(other)
        .where(pairs.c.chain_id == chain, sa.or_(pairs.c.product_a == product, pairs.c.product_b == product))
        .order_by(pairs.c.baskets.desc(), other)
        .limit(limit)
    )
    return [ProductId(row[0]) for row in rows]
