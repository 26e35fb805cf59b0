"""The SQL by which staff change products, variants, media and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.drafts import LocationDraft, ProductDraft, VariantDraft, given, value
from liyu.catalog.model import Media, Product, Variant
from liyu.catalog.tables import locations, media, products, variants
from liyu.kit.ids import ChainId, FileId, LocationId, ProductId, VariantId


def product_row(product: Product, source: str) -> dict[str, Any]:
    """The row of a product."""
    return {
        "id": product.id,
        "chain_id": product.chain,
        "slug": product.slug,
        "status": product.status,
        "currency": product.currency,
        "rank": product.rank,
        "shops": list(product.shops),
        "texts": stored_texts(product.texts),
        "attributes": stored_attributes(product.attributes),
        "gift_options": dict(product.gift_options),
        "personalisation": dict(product.personalisation),
        "source": source,
        "revision": product.revision,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def insert_product(
    connection: Connection,
    chain: ChainId,
    product: ProductId,
    draft: ProductDraft,
    currency: str,
    source: str,
    now: int,
) -> None:
    """Write a new product."""
    new = Product(
        id=product,
        chain=chain,
        slug=value(draft.slug, product),
        status=value(draft.status, "live"),
        currency=currency,
        rank=value(draft.rank, 0),
        shops=value(draft.shops, ()),
        texts=value(draft.texts, {}),
        attributes=value(draft.attributes, {}),
        gift_options=value(draft.gift_options, {}),
        personalisation=value(draft.personalisation, {}),
        created_at=now,
        updated_at=now,
        revision=0,
    )
    connection.execute(sa.insert(products).values(**product_row(new, source)))


def update_product(
    connection: Connection, chain: ChainId, product: ProductId, draft: ProductDraft, source: str
) -> None:
    """Write the given fields; the address never changes."""
    columns: dict[str, Any] = {**given(draft), "source": source}
    columns.pop("slug", None)
    if "texts" in columns:
        columns["texts"] = stored_texts(columns["texts"])
    if "attributes" in columns:
        columns["attributes"] = stored_attributes(columns["attributes"])
    if "shops" in columns:
        columns["shops"] = list(columns["shops"])
    connection.execute(
        sa.update(products).where(products.c.chain_id == chain, products.c.id == product).values(**columns)
    )


def stored_texts(texts: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of words by language."""
    return {language: store.stored_words(words) for language, words in texts.items()}


def stored_attributes(attributes: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The stored form of attributes, each key once."""
    return {group: list(dict.fromkeys(keys)) for group, keys in attributes.items()}


def variant_row(chain: ChainId, product: ProductId, variant: Variant, position: int) -> dict[str, Any]:
    """The row of a variant."""
    return {
        "id": variant.id,
        "chain_id": chain,
        "product_id": product,
        "sku": variant.sku,
        "names": dict(variant.names),
        "options": dict(variant.options),
        "price_minor": variant.price_minor,
        "position": position,
        "active": variant.active,
    }


def insert_variant(
    connection: Connection, chain: ChainId, product: ProductId, variant: VariantId, draft: VariantDraft, position: int
) -> None:
    """Write a new variant."""
    new = Variant(
        id=variant,
        sku=value(draft.sku, variant),
        price_minor=value(draft.price_minor, 0),
        names=value(draft.names, {}),
        options=value(draft.options, {}),
        active=value(draft.active, True),
    )
    row = variant_row(chain, product, new, value(draft.position, position))
    connection.execute(sa.insert(variants).values(**row))


def update_variant(connection: Connection, chain: ChainId, variant: VariantId, draft: VariantDraft) -> None:
    """Write the given fields."""
    if columns := given(draft):
        connection.execute(
            sa.update(variants).where(variants.c.chain_id == chain, variants.c.id == variant).values(**columns)
        )


def skus(connection: Connection, chain: ChainId, wanted: Sequence[str]) -> dict[str, tuple[VariantId, ProductId]]:
    """SKU → variant and product, for those of ``wanted`` that the chain has."""
    found: dict[str, tuple[VariantId, ProductId]] = {}
    for start in range(0, len(wanted), store.BATCH):
        rows = connection.execute(
            sa.select(variants.c.sku, variants.c.id, variants.c.product_id).where(
                variants.c.chain_id == chain, variants.c.sku.in_(list(wanted[start : start + store.BATCH]))
            )
        )
        found.update({sku: (VariantId(variant), ProductId(product)) for sku, variant, product in rows})
    return found


def page_of_products(
    connection: Connection, chain: ChainId, status: str | None, after: str | None, limit: int
) -> list[Product]:
    """Products of the chain, newest first, older than the id ``after``."""
    query = sa.select(products.c.id).where(products.c.chain_id == chain).order_by(products.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(products.c.status == status)
    if after is not None:
        query = query.where(products.c.id < after)
    return store.load(connection, chain, [ProductId(row[0]) for row in connection.execute(query)])


def insert_media(connection: Connection, chain: ChainId, product: ProductId, item: Media, position: int) -> None:
    """Write a picture or clip."""
    connection.execute(
        sa.insert(media).values(
            id=item.id,
            chain_id=chain,
            product_id=product,
            kind=item.kind,
            position=position,
            demo=item.demo,
            file_id=item.file,
            width=item.width,
            height=item.height,
            duration_ms=item.duration_ms,
            ground=item.ground,
            alts=dict(item.alts),
        )
    )


def find_media(connection: Connection, chain: ChainId, id_: str) -> tuple[ProductId, FileId | None] | None:
    """The product that shows it, and its uploaded file."""
    row = connection.execute(
        sa.select(media.c.product_id, media.c.file_id).where(media.c.chain_id == chain, media.c.id == id_)
    ).first()
    return None if row is None else (ProductId(row[0]), None if row[1] is None else FileId(row[1]))


def update_media(connection: Connection, chain: ChainId, id_: str, columns: Mapping[str, Any]) -> None:
    """Write columns of a picture or clip."""
    if columns:
        connection.execute(sa.update(media).where(media.c.chain_id == chain, media.c.id == id_).values(**columns))


def delete_media(connection: Connection, chain: ChainId, id_: str) -> None:
    """Show it no more."""
    connection.execute(sa.delete(media).where(media.c.chain_id == chain, media.c.id == id_))


def insert_location(
    connection: Connection, chain: ChainId, location: LocationId, draft: LocationDraft, position: int
) -> None:
    """Write a new place."""
    shop = value(draft.shop, None)
    connection.execute(
        sa.insert(locations).values(
            id=location,
            chain_id=chain,
            code=value(draft.code, location),
            kind="warehouse" if shop is None else "shop",
            shop_id=shop,
            names=dict(value(draft.names, {})),
            position=value(draft.position, position),
            active=value(draft.active, True),
        )
    )


def update_location(connection: Connection, chain: ChainId, location: LocationId, draft: LocationDraft) -> None:
    """Write names, position and whether it is used."""
    columns = {name: given(draft)[name] for name in ("names", "position", "active") if name in given(draft)}
    if columns:
        connection.execute(
            sa.update(locations).where(locations.c.chain_id == chain, locations.c.id == location).values(**columns)
        )
