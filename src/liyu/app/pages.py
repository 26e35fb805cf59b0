"""The addresses of pages: ``/``, ``/s/{slug}…`` and ``/desk…``, the built files, the icon.

A permanent address (``/s/<shop>/p/<product>`` is printed on shelves) answers 404 as a page when there is nothing.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from liyu.app.product_page import product_page
from liyu.app.wiring import Services
from liyu.catalog.presenting import View, full
from liyu.catalog.schemas import Product
from liyu.http import pages
from liyu.http.assets import PREFIX as ASSETS
from liyu.http.assets import Assets
from liyu.http.language import Language, language_of
from liyu.http.pages import Page
from liyu.http.problems import plain_problem
from liyu.identity.schemas.shops import ShopOut, shop_of
from liyu.identity.shop import Shop
from liyu.kit.errors import Reason, Refusal

STATIC: Final = Path(str(files("liyu"))) / "static"
_ICON: Final = Path(str(files("liyu.http"))) / "favicon.svg"
#: Pages of a shop that are the application's alone, and need no first content.
_VIEWS: Final = frozenset({"list", "chat", "me", "join"})
_ROBOTS: Final = "User-agent: *\nDisallow: /api/\nDisallow: /desk\nDisallow: /files/\n"

router = APIRouter(include_in_schema=False)
assets = Assets(STATIC)

Speech = Annotated[Language, Depends(language_of)]


@router.api_route("/", methods=["GET", "HEAD"])
async def open_first_shop(request: Request, language: Speech) -> Response:
    """The installation's first shop."""
    first = await _services(request).identity.shops.first()
    if first is None:
        return pages.notice("empty", language, status=404)
    return RedirectResponse(_with_language(request, f"/s/{first.slug}"), 307)


@router.api_route("/s/{slug}", methods=["GET", "HEAD"])
async def open_home(request: Request, slug: str, language: Speech) -> Response:
    """A shop's home page."""
    return await _shop_page(request, slug, language, "")


@router.api_route("/s/{slug}/{view}", methods=["GET", "HEAD"])
async def open_view(request: Request, slug: str, view: str, language: Speech) -> Response:
    """Another page of a shop."""
    if view not in _VIEWS:
        return await _missing(request, slug, language)
    return await _shop_page(request, slug, language, view)


@router.api_route("/s/{slug}/p/{product}", methods=["GET", "HEAD"])
async def open_product(request: Request, slug: str, product: str, language: Speech) -> Response:
    """A product's page, with what search engines and link previews read."""
    services = _services(request)
    try:
        shop = await services.identity.shops.by_slug(slug)
        found = await _product(request, shop, product, language)
    except Refusal as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        return await _missing(request, slug, language)
    shown = product_page(found, _shown(services, shop), _base_url(request), language)
    return pages.page(assets.entry("shop", language), shown, language)


@router.api_route("/desk", methods=["GET", "HEAD"])
@router.api_route("/desk/{rest:path}", methods=["GET", "HEAD"])
async def open_desk(language: Speech) -> Response:
    """The desk: one application for all its addresses, never indexed."""
    title = "礼遇工作台" if language == "zh-CN" else "Liyu desk"
    return pages.page(assets.entry("desk", language), Page(title=title, indexed=False), language)


@router.api_route(ASSETS + "/{path:path}", methods=["GET", "HEAD"])
async def read_asset(request: Request, path: str, language: Speech) -> Response:
    """A built file."""
    return assets.response(request, path) or plain_problem(404, "http.not_found", language)


@router.api_route("/favicon.svg", methods=["GET", "HEAD"])
@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
async def read_icon() -> Response:
    """The bow."""
    return Response(_ICON.read_bytes(), media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})


@router.get("/robots.txt")
async def read_robots() -> Response:
    """What search engines may read."""
    return PlainTextResponse(_ROBOTS)


async def _shop_page(request: Request, slug: str, language: Language, view: str) -> Response:
    services = _services(request)
    try:
        shop = await services.identity.shops.by_slug(slug)
    except Refusal as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        return await _missing(request, "", language)
    base = _base_url(request)
    shown = Page(
        title=f"{shop.name} · {shop.chain.name}",
        description=" · ".join(part for part in (shop.chain.name, shop.name, shop.city, shop.address) if part),
        canonical=f"{base}/s/{shop.slug}" + (f"/{view}" if view else ""),
        data={"shop": _shown(services, shop).model_dump(mode="json")},
        indexed=view in ("", "list"),
    )
    return pages.page(assets.entry("shop", language), shown, language)


async def _missing(request: Request, slug: str, language: Language) -> Response:
    """The page that says so, with the way back to the shop when there is one."""
    try:
        home = f"/s/{(await _services(request).identity.shops.by_slug(slug)).slug}" if slug else "/"
    except Refusal:
        home = "/"
    return pages.notice("missing", language, status=404, home=_with_language(request, home))


async def _product(request: Request, shop: Shop, key: str, language: Language) -> Product:
    """The product as customers see it."""
    catalog = _services(request).catalog
    found = await catalog.product(shop.chain.id, shop.id, key)
    view = View(
        slug=shop.slug,
        where=await catalog.where(shop.chain.id, shop.id),
        language=language,
        base_url=_base_url(request),
        staff=False,
        files=await catalog.file_urls(shop.chain.id, (found,)),
    )
    return full(found, view)


def _shown(services: Services, shop: Shop) -> ShopOut:
    return shop_of(shop, services.clock.now_ms())


def _base_url(request: Request) -> str:
    return _services(request).settings.server.public_url or str(request.base_url).rstrip("/")


def _with_language(request: Request, path: str) -> str:
    asked = request.query_params.get("lang")
    return f"{path}?lang={'zh-CN' if asked.startswith('zh') else 'en'}" if asked else path


def _services(request: Request) -> Any:
    return request.app.state.services
