"""Changing products, variants, pictures and places over HTTP. For staff; what each may do is in ``access``."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from liyu.catalog.editing import NewVariant
from liyu.catalog.editing_schemas import (
    LocationBody,
    LocationChange,
    MediaBody,
    MediaChange,
    ProductBody,
    ProductChange,
    VariantBody,
    VariantChange,
    given,
)
from liyu.catalog.endpoints.parameters import (
    ALocation,
    AMedia,
    AVariant,
    CatalogService,
    Cursor,
    Key,
    Limit,
    after_id,
    next_cursor,
)
from liyu.catalog.managed import LocationList, LocationOut, ManagedPage, ManagedProduct, location, managed
from liyu.catalog.model import Product
from liyu.catalog.service import Catalog
from liyu.http.authentication import Me
from liyu.kit.ids import FileId, LocationId, ProductId, VariantId

router = APIRouter(tags=["catalog staff"])


async def shown(catalog: Catalog, product: Product) -> ManagedProduct:
    """The product as staff see it."""
    return managed(product, dict(await catalog.file_urls(product.chain, (product,))))


@router.get("/products", summary="List products of the chain")
async def list_managed_products(
    catalog: CatalogService,
    me: Me,
    status: Annotated[
        Literal["live", "hidden", "archived"] | None, Query(description="Only of this state.", examples=["live"])
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ManagedPage:
    """Every product of the chain, newest first, whoever may see it."""
    found = await catalog.editing.products(me, status, after_id(cursor), limit)
    items = [await shown(catalog, product) for product in found]
    return ManagedPage(items=items, next_cursor=next_cursor([product.id for product in found], limit))


@router.get("/products/{product}", summary="Read a product to change it")
async def read_managed_product(product: Key, catalog: CatalogService, me: Me) -> ManagedProduct:
    """A product of the chain in all languages."""
    return await shown(catalog, await catalog.editing.product(me, product))


@router.post("/products", status_code=201, summary="Make a product")
async def create_product(body: ProductBody, catalog: CatalogService, me: Me) -> ManagedProduct:
    """A new product with its variants. It is live at once unless `status` says otherwise."""
    made = await catalog.editing.create_product(
        me,
        body.draft(),
        [_new(variant) for variant in body.variants],
        body.currency,
        None if body.id is None else ProductId(body.id),
    )
    return await shown(catalog, made)


@router.patch("/products/{product}", summary="Change a product")
async def change_product(product: Key, body: ProductChange, catalog: CatalogService, me: Me) -> ManagedProduct:
    """Change what is given. The address stays: it is printed on shelves."""
    return await shown(catalog, await catalog.editing.change_product(me, product, body.draft()))


@router.delete("/products/{product}", status_code=204, summary="Take a product down for good")
async def archive_product(product: Key, catalog: CatalogService, me: Me) -> None:
    """The product is archived: customers no longer find it, what was said about it stays readable."""
    await catalog.editing.change_product(me, product, ProductChange(status="archived").draft())


@router.post("/products/{product}/variants", status_code=201, summary="Add a variant")
async def create_variant(product: Key, body: VariantBody, catalog: CatalogService, me: Me) -> ManagedProduct:
    """One more thing that can be bought of the product."""
    return await shown(catalog, await catalog.editing.add_variant(me, product, _new(body)))


@router.patch("/variants/{variant}", summary="Change a variant")
async def change_variant(variant: AVariant, body: VariantChange, catalog: CatalogService, me: Me) -> ManagedProduct:
    """Change its price, number, names or whether it is for sale."""
    return await shown(catalog, await catalog.editing.change_variant(me, VariantId(variant), body.draft()))


@router.delete("/variants/{variant}", status_code=204, summary="Stop selling a variant")
async def retire_variant(variant: AVariant, catalog: CatalogService, me: Me) -> None:
    """The variant is no longer for sale. The last one of a product cannot be retired: take the product down."""
    await catalog.editing.change_variant(me, VariantId(variant), VariantChange(active=False).draft())


@router.post("/products/{product}/media", status_code=201, summary="Show a picture or clip with a product")
async def add_media(product: Key, body: MediaBody, catalog: CatalogService, me: Me) -> ManagedProduct:
    """Take up a finished upload of the purpose `product_picture` or `product_clip`."""
    made = await catalog.media.add_media(me, product, FileId(body.file), body.ground, body.alts)
    return await shown(catalog, made)


@router.patch("/media/{media}", summary="Change a picture or clip")
async def change_media(media: AMedia, body: MediaChange, catalog: CatalogService, me: Me) -> ManagedProduct:
    """Change its ground, its words or its place in the row."""
    return await shown(catalog, await catalog.media.change_media(me, media, given(body)))


@router.delete("/media/{media}", status_code=204, summary="Show a picture or clip no more")
async def remove_media(media: AMedia, catalog: CatalogService, me: Me) -> None:
    """The file itself is deleted some time later."""
    await catalog.media.remove_media(me, media)


@router.get("/locations", summary="List places where stock lies")
async def list_locations(catalog: CatalogService, me: Me) -> LocationList:
    """All shops and warehouses of the chain."""
    return LocationList(items=[location(place) for place in await catalog.places.locations(me)])


@router.post("/locations", status_code=201, summary="Make a place")
async def create_location(body: LocationBody, catalog: CatalogService, me: Me) -> LocationOut:
    """A new warehouse, or the stock of a shop."""
    id_ = None if body.id is None else LocationId(body.id)
    return location(await catalog.places.create_location(me, body.draft(), id_))


@router.patch("/locations/{location_id}", summary="Change a place")
async def change_location(location_id: ALocation, body: LocationChange, catalog: CatalogService, me: Me) -> LocationOut:
    """Change its names, its position, or whether it is used."""
    return location(await catalog.places.change_location(me, LocationId(location_id), body.draft()))


def _new(body: VariantBody) -> NewVariant:
    return NewVariant(body.draft(), None if body.id is None else VariantId(body.id))
