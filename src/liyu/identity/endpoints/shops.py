"""Shops as everybody may see them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from liyu.http.authentication import MaybeMe
from liyu.http.fields import ID_PATTERN, SLUG_PATTERN
from liyu.identity.endpoints.access import TheIdentity
from liyu.identity.schemas.people import CHAIN_EXAMPLE
from liyu.identity.schemas.shops import ShopList, ShopOut, shop_of
from liyu.kit.ids import ChainId

router = APIRouter(tags=["shops"])

ShopSlug = Annotated[
    str, Path(description="The shop's slug.", pattern=SLUG_PATTERN, max_length=40, examples=["pingjiang"])
]


@router.get("/shops")
async def list_shops(
    identity: TheIdentity,
    me: MaybeMe,
    chain: Annotated[
        str | None, Query(description="A chain's id; absent: one's own.", pattern=ID_PATTERN, examples=[CHAIN_EXAMPLE])
    ] = None,
) -> ShopList:
    """The shops of a chain, by default of one's own."""
    found = await identity.shops.listed(me, None if chain is None else ChainId(chain))
    now = identity.shops.now_ms()
    return ShopList(items=[shop_of(shop, now) for shop in found])


@router.get("/shops/{slug}")
async def read_shop(slug: ShopSlug, identity: TheIdentity) -> ShopOut:
    """A shop: where it is and when it is open."""
    return shop_of(await identity.shops.by_slug(slug), identity.shops.now_ms())
