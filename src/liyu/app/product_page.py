"""A product as a page: title, link preview, JSON-LD and the first content, all from what the API says of it."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from liyu.catalog.schemas import Product
from liyu.http.language import Language
from liyu.http.pages import Page
from liyu.identity.schemas.shops import ShopOut
from liyu.kit.money import Money

_SIGNS: Final = {"CNY": "¥", "EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "HKD": "HK$"}
_IN_STOCK: Final = "https://schema.org/InStock"
_SOLD_OUT: Final = "https://schema.org/OutOfStock"


def product_page(product: Product, shop: ShopOut, base_url: str, language: Language) -> Page:
    """The page of ``product`` in ``shop``. ``base_url``: how people reach the installation, without a slash."""
    picture = absolute(product.picture.url, base_url) if product.picture else ""
    return Page(
        title=f"{product.title} · {shop.name}",
        description=product.line or product.description,
        canonical=product.share_url,
        picture=picture,
        kind="product",
        facts=(facts(product, shop, picture),),
        content=content(product, language),
        data={"shop": shop.model_dump(mode="json"), "product": product.model_dump(mode="json")},
    )


def facts(product: Product, shop: ShopOut, picture: str) -> dict[str, Any]:
    """The JSON-LD ``Product`` with its offer (https://schema.org/Product)."""
    offer = {
        "@type": "Offer",
        "url": product.share_url,
        "priceCurrency": product.currency,
        "price": Money(product.price_minor, product.currency).plain(),
        "availability": _IN_STOCK if product.in_stock else _SOLD_OUT,
        "seller": {"@type": "Store", "name": shop.name},
    }
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "description": product.description or product.line,
        "sku": product.variants[0].sku if product.variants else product.slug,
        "brand": {"@type": "Brand", "name": shop.chain.name},
        "offers": offer,
    } | ({"image": [picture]} if picture else {})


def content(product: Product, language: Language) -> str:
    """What stands on the page before the application draws: name, picture, price, what it is and means."""
    lines = [f"<h1>{escape(product.title)}</h1>"]
    if product.picture:
        shown = product.picture
        size = f'width="{shown.width}" height="{shown.height}"'
        lines.append(f'<img src="{escape(shown.url)}" alt="{escape(shown.alt)}" {size} fetchpriority="high">')
    lines.append(f"<p>{escape(price(product))}</p>")
    lines += [f"<p>{escape(text)}</p>" for text in (product.line, product.description, product.meaning) if text]
    return f'<main class="first" lang="{language}"><article>{"".join(lines)}</article></main>'


def price(product: Product) -> str:
    """The price as people write it: ``¥268.00``; with the currency's code where it has no sign here."""
    plain = Money(product.price_minor, product.currency).plain()
    sign = _SIGNS.get(product.currency)
    return f"{sign}{plain}" if sign else f"{plain} {product.currency}"


def absolute(address: str, base_url: str) -> str:
    """``address`` with the installation's own before it, unless it has one."""
    return address if address.startswith(("http://", "https://")) else base_url + address
