"""A small catalogue for tests: shops of one chain and products put straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.tables import locations, products, stock, variants
from liyu.identity.shop import Chain, Shop
from liyu.identity.shop_keeping import DEFAULT_HOURS
from liyu.kit.ids import ChainId, LocationId, ProductId, ShopId, VariantId, new_id
from liyu.platform.db.port import Database

CHAIN = Chain(ChainId("chn_00000000000000000000000001"), "礼遇")
SLUGS = ("pingjiang", "nansong", "wukang", "kuanzhai")


def shops(chain: Chain = CHAIN) -> list[Shop]:
    """Four shops of a chain, not stored anywhere."""
    return [
        Shop(
            id=ShopId(f"shp_0000000000000000000000000{place}"),
            chain=chain,
            slug=slug,
            name=f"{slug} 店",
            city="苏州",
            address="",
            phone="",
            time_zone="Asia/Shanghai",
            currency="CNY",
            locale="zh-CN",
            hours=DEFAULT_HOURS,
        )
        for place, slug in enumerate(SLUGS)
    ]


async def put_product(
    database: Database,
    *,
    chain: ChainId = CHAIN.id,
    slug: str = "teapot",
    title: str = "茶壶",
    price_minor: int = 10_000,
    on_hand: Mapping[str, int] | None = None,
    **columns: Any,
) -> tuple[ProductId, VariantId]:
    """Store a product with one variant; ``on_hand``: location → pieces."""
    product, variant = ProductId(new_id("prd")), VariantId(new_id("var"))

    def unit(connection: Connection) -> None:
        row = {
            "id": product,
            "chain_id": chain,
            "slug": slug,
            "status": "live",
            "currency": "CNY",
            "rank": 0,
            "shops": [],
            "texts": {"zh-CN": {"title": title}},
            "attributes": {},
            "gift_options": {},
            "personalisation": {},
            "source": "staff",
            "revision": store.next_revision(connection, chain),
            "created_at": 1,
            "updated_at": 1,
            **columns,
        }
        connection.execute(sa.insert(products).values(**row))
        connection.execute(
            sa.insert(variants).values(
                id=variant,
                chain_id=chain,
                product_id=product,
                sku=slug.upper(),
                names={},
                options={},
                price_minor=price_minor,
                position=0,
                active=True,
            )
        )
        for location, pieces in (on_hand or {}).items():
            connection.execute(
                sa.insert(stock).values(
                    variant_id=variant,
                    location_id=location,
                    chain_id=chain,
                    on_hand=pieces,
                    reserved=0,
                    updated_at=1,
                )
            )

    await database.write(chain, unit)
    return product, variant


async def put_location(database: Database, code: str = "main", *, chain: ChainId = CHAIN.id) -> LocationId:
    """Store a warehouse."""
    id_ = LocationId(new_id("loc"))

    def unit(connection: Connection) -> None:
        connection.execute(
            sa.insert(locations).values(
                id=id_,
                chain_id=chain,
                code=code,
                kind="warehouse",
                shop_id=None,
                names={"zh-CN": "总仓"},
                position=0,
                active=True,
            )
        )

    await database.write(chain, unit)
    return id_
