"""A product as staff see it when they change it: all languages, inactive variants, every count."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from liyu.catalog import store
from liyu.catalog.demo.album import demo_picture_url
from liyu.catalog.model import Location, Media, Product
from liyu.catalog.service import FileUrls
from liyu.kit.ids import FileId


class ManagedVariant(BaseModel):
    """A variant, for sale or not."""

    id: str = Field(description="Id of the variant.", examples=["var_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    sku: str = Field(description="The shop's article number.", examples=["LY-MIRROR"])
    names: dict[str, str] = Field(description="What it is called, by language.", examples=[{"zh-CN": "鎏金"}])
    options: dict[str, str] = Field(description="What tells it from the others.", examples=[{"colour": "gold"}])
    price_minor: int = Field(description="Minor units of the currency.", examples=[26800])
    active: bool = Field(description="Whether it is for sale.", examples=[True])


class ManagedMedia(BaseModel):
    """A picture or clip."""

    id: str = Field(description="Its id.", examples=["med_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    kind: Literal["picture", "clip"] = Field(description="What it is.", examples=["picture"])
    file: str | None = Field(description="The upload; null for a picture of the demo.", examples=[None])
    url: str | None = Field(description="Where to see it.", examples=["/api/v1/product-pictures/mirror.webp?v=a5ce"])
    thumb_url: str | None = Field(description="A small one.", examples=["/api/v1/product-pictures/mirror.webp?v=a5ce"])
    poster_url: str | None = Field(description="A still picture of a clip.", examples=[None])
    ground: str = Field(description="Colour behind it.", examples=["blush"])
    alts: dict[str, str] = Field(description="What it shows, by language.", examples=[{"zh-CN": "正面"}])


class ManagedStock(BaseModel):
    """A variant at a place."""

    variant: str = Field(description="Id of the variant.", examples=["var_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    location: str = Field(description="Id of the place.", examples=["loc_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    on_hand: int = Field(description="Pieces that lie there.", examples=[3])
    reserved: int = Field(description="Of these, promised to customers.", examples=[1])
    available: int = Field(description="Pieces that may still be promised.", examples=[2])


class ManagedProduct(BaseModel):
    """A product with everything that can be changed."""

    id: str = Field(description="Id of the product.", examples=["prd_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    slug: str = Field(description="Its permanent name in addresses.", examples=["begonia-mirror"])
    status: Literal["live", "hidden", "archived"] = Field(description="Who sees it.", examples=["live"])
    currency: str = Field(description="ISO 4217.", examples=["CNY"])
    rank: int = Field(description="Higher is shown first.", examples=[10])
    shops: list[str] = Field(description="Shops that sell it; empty: all.", examples=[[]])
    texts: dict[str, dict[str, Any]] = Field(
        description="Language to title, line, description, meaning, selling_points.",
        examples=[{"zh-CN": {"title": "海棠随身镜"}}],
    )
    attributes: dict[str, list[str]] = Field(description="Group to keys.", examples=[{"for_whom": ["lover"]}])
    gift_options: dict[str, Any] = Field(description="Boxes, card, wrapping.", examples=[{"box": []}])
    personalisation: dict[str, Any] | None = Field(
        description="How it can carry words; null: it cannot.", examples=[{"method": "engrave", "max_chars": 12}]
    )
    variants: list[ManagedVariant] = Field(description="What can be bought.")
    media: list[ManagedMedia] = Field(description="Pictures and clips in order.")
    stock: list[ManagedStock] = Field(description="Where it is.")
    updated_at: int = Field(description="Last change, ms since 1970.", examples=[1764000000000])


class ManagedPage(BaseModel):
    """A page of products."""

    items: list[ManagedProduct] = Field(description="The products, newest first.")
    next_cursor: str | None = Field(description="For the next page; null on the last one.", examples=["WyJwcmQiXQ"])


class LocationOut(BaseModel):
    """A place where stock lies."""

    id: str = Field(description="Id of the place.", examples=["loc_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    code: str = Field(description="Short and stable.", examples=["main"])
    kind: Literal["shop", "warehouse"] = Field(description="What it is.", examples=["warehouse"])
    shop: str | None = Field(description="The shop that it is.", examples=[None])
    names: dict[str, str] = Field(description="What it is called, by language.", examples=[{"zh-CN": "总仓"}])
    position: int = Field(description="Place in lists.", examples=[0])
    active: bool = Field(description="Whether it is used.", examples=[True])


class LocationList(BaseModel):
    """All places of the chain."""

    items: list[LocationOut] = Field(description="The places in their order.")
    next_cursor: None = Field(default=None, description="Always null: all fit on one page.", examples=[None])


def managed(product: Product, files: dict[FileId, FileUrls]) -> ManagedProduct:
    """The product as staff see it."""
    return ManagedProduct(
        id=product.id,
        slug=product.slug,
        status=product.status,
        currency=product.currency,
        rank=product.rank,
        shops=list(product.shops),
        texts={language: store.stored_words(words) for language, words in product.texts.items()},
        attributes={group: list(keys) for group, keys in product.attributes.items()},
        gift_options=dict(product.gift_options),
        personalisation=dict(product.personalisation) or None,
        variants=[
            ManagedVariant(
                id=variant.id,
                sku=variant.sku,
                names=dict(variant.names),
                options=dict(variant.options),
                price_minor=variant.price_minor,
                active=variant.active,
            )
            for variant in product.variants
        ],
        media=[_media(item, files) for item in product.media],
        stock=stock_of(product),
        updated_at=product.updated_at,
    )


def stock_of(product: Product) -> list[ManagedStock]:
    """Every count of a product."""
    return [
        ManagedStock(
            variant=line.variant,
            location=line.location,
            on_hand=line.on_hand,
            reserved=line.reserved,
            available=line.available,
        )
        for line in product.stock
    ]


def _media(item: Media, files: dict[FileId, FileUrls]) -> ManagedMedia:
    urls = FileUrls(demo_picture_url(item.demo)) if item.demo else files.get(item.file) if item.file else None
    return ManagedMedia(
        id=item.id,
        kind=item.kind,
        file=item.file,
        url=urls.url if urls else None,
        thumb_url=(urls.thumb_url or urls.url) if urls else None,
        poster_url=urls.poster_url if urls else None,
        ground=item.ground,
        alts=dict(item.alts),
    )


def location(place: Location) -> LocationOut:
    """The place as it travels."""
    return LocationOut(
        id=place.id,
        code=place.code,
        kind=place.kind,
        shop=place.shop,
        names=dict(place.names),
        position=place.position,
        active=place.active,
    )
