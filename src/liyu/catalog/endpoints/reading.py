"""Products over HTTP, for customers and for guides: lists, one product, its QR code, the demo pictures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from liyu.catalog import presenting, qr, schemas
from liyu.catalog.demo.album import demo_picture
from liyu.catalog.endpoints.parameters import CatalogService, Key
from liyu.catalog.errors import MediaUnknown
from liyu.catalog.model import Product
from liyu.catalog.presenting import View
from liyu.catalog.service import Catalog, Wish
from liyu.catalog.vocabulary import QUERY_GROUPS
from liyu.http.authentication import MaybeMe
from liyu.http.language import language_of
from liyu.identity.model import Principal
from liyu.identity.paths import ShopSlug
from liyu.identity.shop import Shop

router = APIRouter(tags=["catalog"])

Keys = Annotated[
    str | None,
    Query(max_length=500, description="Keys separated by commas; one of them must fit.", examples=["lover,mother"]),
]
Price = Annotated[int | None, Query(ge=0, le=2_147_483_647, description="In minor units.", examples=[30000])]


async def shop_of(request: Request, slug: ShopSlug) -> Shop:
    """The shop of this address. Raises identity's refusal when there is none."""
    shop: Shop = await request.app.state.services.identity.shops.by_slug(slug)
    return shop


TheShop = Annotated[Shop, Depends(shop_of)]


async def view_of(
    request: Request, catalog: Catalog, shop: Shop, me: Principal | None, products: tuple[Product, ...]
) -> View:
    """How this request sees ``products``."""
    return View(
        slug=shop.slug,
        where=await catalog.where(shop.chain.id, shop.id),
        language=language_of(request),
        base_url=base_url(request),
        staff=me is not None and me.staff_of(shop.id),
        files=await catalog.file_urls(shop.chain.id, products),
    )


def base_url(request: Request) -> str:
    """How people reach this installation, without a slash at the end."""
    configured: str = request.app.state.services.settings.server.public_url
    return configured or str(request.base_url).rstrip("/")


class Filters:
    """What the query of a list asks for."""

    def __init__(
        self,
        q: Annotated[
            str, Query(max_length=200, description="Search text: Chinese, pinyin or English.", examples=["海棠"])
        ] = "",
        for_: Annotated[Keys, Query(alias="for")] = None,
        occasion: Keys = None,
        style: Keys = None,
        colour: Keys = None,
        material: Keys = None,
        age: Keys = None,
        min_minor: Price = None,
        max_minor: Price = None,
        in_stock: Annotated[bool, Query(description="Only what can be sent now.")] = False,
        personalisable: Annotated[bool, Query(description="Only what can carry a name.")] = False,
        sort: Annotated[
            Literal["relevance", "newest", "price_up", "price_down"], Query(description="Order of the list.")
        ] = "relevance",
    ) -> None:
        asked = {"for": for_, "occasion": occasion, "style": style, "colour": colour, "material": material, "age": age}
        attributes = {
            QUERY_GROUPS[name]: tuple(key for key in (part.strip() for part in keys.split(",")) if key)
            for name, keys in asked.items()
            if keys
        }
        self.wish = Wish(q, attributes, min_minor, max_minor, in_stock, personalisable, sort)


@router.get("/shops/{slug}/products", summary="Find products of a shop")
async def list_products(
    request: Request,
    catalog: CatalogService,
    shop: TheShop,
    me: MaybeMe,
    filters: Annotated[Filters, Depends()],
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next_cursor` of the page before.", examples=["WzI0XQ"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Products on a page.", examples=[24])] = 24,
) -> schemas.ProductList:
    """Everything that the shop sells and that fits, best first. Without a search text: in the shop's own order."""
    listing = await catalog.list_products(
        shop.chain.id, shop.id, filters.wish, facets=tuple(QUERY_GROUPS.values()), cursor=cursor, limit=limit
    )
    return presenting.page(listing, await view_of(request, catalog, shop, me, listing.products))


@router.get("/shops/{slug}/products/{product}", summary="Read one product")
async def read_product(
    request: Request, catalog: CatalogService, shop: TheShop, me: MaybeMe, product: Key
) -> schemas.Product:
    """A product in full. The shop's people also see what is hidden, and what to say about it."""
    staff = me is not None and me.staff_of(shop.id)
    found = await catalog.product(shop.chain.id, shop.id, product, staff=staff)
    return presenting.full(found, await view_of(request, catalog, shop, me, (found,)))


@router.get("/shops/{slug}/products/{product}/companions", summary="Read what is bought together with a product")
async def list_companions(
    request: Request,
    catalog: CatalogService,
    shop: TheShop,
    me: MaybeMe,
    product: Key,
    limit: Annotated[int, Query(ge=1, le=24, description="At most so many.", examples=[6])] = 8,
) -> schemas.Companions:
    """What goes well with a product, by what baskets held together; empty where none were counted."""
    found = tuple(await catalog.companions(shop.chain.id, shop.id, product, limit))
    view = await view_of(request, catalog, shop, me, found)
    return schemas.Companions(items=[presenting.summary(one, view) for one in found])


@router.get(
    "/shops/{slug}/products/{product}/qr.{form}",
    summary="Read a product's QR code",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}, "image/png": {}}, "description": "The code."}},
)
async def read_product_qr(
    request: Request,
    catalog: CatalogService,
    shop: TheShop,
    me: MaybeMe,
    product: Key,
    form: Annotated[Literal["svg", "png"], Path(description="`svg` for print, `png` for programs.")],
    scale: Annotated[int, Query(ge=1, le=20, description="Size of one module: pixels of a PNG.", examples=[8])] = 8,
) -> Response:
    """A QR code of the product's permanent address, to be printed for the shelf."""
    staff = me is not None and me.staff_of(shop.id)
    found = await catalog.product(shop.chain.id, shop.id, product, staff=staff)
    address = f"{base_url(request)}/s/{shop.slug}/p/{found.slug}"
    body, media_type = qr.code(address, form, scale)
    return Response(body, media_type=media_type, headers={"Cache-Control": "public, max-age=3600"})


@router.get(
    "/product-pictures/{name}.webp",
    summary="Read a picture of the demo catalogue",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}, "description": "The picture."}},
)
async def read_demo_picture(
    name: Annotated[str, Path(max_length=60, description="Name of the picture.", examples=["mirror"])],
) -> Response:
    """A picture that the package carries. Its address changes when the picture does, so it may be kept."""
    body: Any = demo_picture(name)
    if body is None:
        raise MediaUnknown()
    return Response(body, media_type="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})
