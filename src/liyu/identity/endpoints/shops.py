"""Shops as everybody may see them, and as those who run them change them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from liyu.http.authentication import MaybeMe, Me
from liyu.http.fields import ID_PATTERN
from liyu.identity.paths import ShopSlug
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.people import CHAIN_EXAMPLE, ChainRef
from liyu.identity.schemas.shop_keeping import ChainChange, ShopChange, ShopIn
from liyu.identity.schemas.shops import ShopList, ShopOut, shop_of
from liyu.kit.ids import ChainId

router = APIRouter(tags=["shops"])


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


@router.post("/shops", status_code=201)
async def create_shop(body: ShopIn, identity: TheIdentity, me: Me) -> ShopOut:
    """Open another shop of the chain. For owners and managers of the whole chain."""
    return shop_of(await identity.shop_keeping.create(me, body.shop()), identity.shops.now_ms())


@router.patch("/shops/{slug}")
async def change_shop(slug: ShopSlug, body: ShopChange, identity: TheIdentity, me: Me) -> ShopOut:
    """Change a shop: its hours, holidays, address, settings. For owners and managers of it."""
    limits = (body.recall_limit_ms,) if "recall_limit_ms" in body.model_fields_set else ()
    shop = await identity.shop_keeping.change(me, slug, body.values(), limits)
    return shop_of(shop, identity.shops.now_ms())


@router.patch("/chain")
async def rename_chain(body: ChainChange, identity: TheIdentity, me: Me) -> ChainRef:
    """Give the chain another name. For owners and managers of the whole chain."""
    chain = await identity.shop_keeping.rename_chain(me, body.name)
    return ChainRef(id=chain.id, name=chain.name)
