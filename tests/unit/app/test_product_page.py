"""A product's page says in JSON-LD and in its first content what the API says."""

from __future__ import annotations

from typing import Any

from liyu.app.product_page import product_page
from liyu.catalog.schemas import Product
from liyu.identity.schemas.shops import ShopOut

HOSTILE = "<img src=x onerror=alert(1)>"


def shop() -> ShopOut:
    return ShopOut.model_construct(name="苏州平江路店", chain=type("Chain", (), {"id": "chn_1", "name": "礼遇"})())


def product(**changed: Any) -> Product:
    values: dict[str, Any] = {
        "slug": "mirror",
        "title": "海棠随身镜",
        "line": "黄铜鎏金",
        "description": "六瓣海棠边。",
        "meaning": "满堂欢喜。",
        "price_minor": 26_800,
        "currency": "CNY",
        "in_stock": True,
        "picture": None,
        "variants": [],
        "share_url": "https://shop.example/s/pingjiang/p/mirror",
    }
    return Product.model_construct(**values | changed)


def test_price_and_stock_are_those_of_the_product() -> None:
    shown = product_page(product(), shop(), "https://shop.example", "zh-CN")
    offer = shown.facts[0]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("268.00", "CNY")
    assert offer["availability"] == "https://schema.org/InStock"
    assert "<p>¥268.00</p>" in shown.content
    sold_out = product_page(product(in_stock=False), shop(), "https://shop.example", "zh-CN")
    assert sold_out.facts[0]["offers"]["availability"] == "https://schema.org/OutOfStock"


def test_a_currency_without_minor_units_or_sign() -> None:
    assert "¥268" in product_page(product(price_minor=268, currency="JPY"), shop(), "", "en").content
    assert "268.00 SEK" in product_page(product(currency="SEK"), shop(), "", "en").content


def test_texts_are_escaped() -> None:
    shown = product_page(product(title=HOSTILE, line=HOSTILE, meaning=HOSTILE), shop(), "", "en")
    assert "<img src=x" not in shown.content
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown.content
