"""The pages of a running shop, as a browser, a link preview and a search engine read them."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.servers import Shop

PRODUCT = "/s/pingjiang/p/begonia-mirror"
ENGLISH = {"accept-language": "en"}


def page(shop: Shop, path: str, **headers: str) -> httpx.Response:
    return httpx.get(shop.url + path, headers=headers)


def test_the_address_alone_opens_the_first_shop(shop: Shop) -> None:
    assert page(shop, "/").headers["location"] == "/s/pingjiang"
    assert page(shop, "/?lang=en").headers["location"] == "/s/pingjiang?lang=en"


@pytest.mark.parametrize("path", ["/s/pingjiang", "/s/pingjiang/list", "/s/pingjiang/chat", "/desk", "/desk/inbox/x"])
def test_every_page_loads_one_application_under_a_strict_policy(shop: Shop, path: str) -> None:
    answer = page(shop, path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    nonce = re.findall(r"'nonce-([^']+)'", policy)[0]
    for script in re.findall(r"<script[^>]*>", answer.text):
        assert 'src="/assets/' in script or f'nonce="{nonce}"' in script
    module = re.findall(r'<script type="module" src="([^"]+)"', answer.text)[0]
    assert httpx.get(shop.url + module).headers["content-type"].startswith("text/javascript")
    assert "style=" not in answer.text
    assert httpx.head(shop.url + path).status_code == 200


def test_a_product_page_can_be_previewed_and_found(shop: Shop) -> None:
    answer = page(shop, PRODUCT)
    facts = json.loads(re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', answer.text)[0])
    product = httpx.get(shop.url + "/api/v1/shops/pingjiang/products/begonia-mirror").json()
    assert facts["@type"] == "Product"
    assert facts["name"] == product["title"]
    assert facts["offers"]["price"] == f"{product['price_minor'] / 100:.2f}"
    assert f"<h1>{product['title']}</h1>" in answer.text
    picture = re.findall(r'<meta property="og:image" content="([^"]+)"', answer.text)[0]
    assert httpx.get(picture).headers["content-type"] == "image/webp"


def test_the_page_carries_what_the_application_would_ask_for(shop: Shop) -> None:
    answer = page(shop, PRODUCT)
    data = json.loads(re.findall(r'<script type="application/json"[^>]*id="liyu-page">(.*?)</script>', answer.text)[0])
    assert data["shop"]["slug"] == "pingjiang"
    assert data["product"] == httpx.get(shop.url + "/api/v1/shops/pingjiang/products/begonia-mirror").json()


def test_pages_speak_the_readers_language(shop: Shop) -> None:
    assert '<html lang="zh-CN">' in page(shop, PRODUCT).text
    english = page(shop, PRODUCT, **ENGLISH)
    assert '<html lang="en">' in english.text
    assert "accept-language" in english.headers["vary"]
    assert '<html lang="zh-CN">' in page(shop, PRODUCT + "?lang=zh", **ENGLISH).text


@pytest.mark.parametrize(
    ("path", "home"),
    [("/s/nowhere", "/"), ("/s/pingjiang/p/nothing", "/s/pingjiang"), ("/s/pingjiang/cellar", "/s/pingjiang")],
)
def test_what_is_not_there_is_a_page_with_a_way_back(shop: Shop, path: str, home: str) -> None:
    answer = page(shop, path, **ENGLISH)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f'href="{home}"' in answer.text


def test_the_desk_is_not_for_search_engines(shop: Shop) -> None:
    assert '<meta name="robots" content="noindex">' in page(shop, "/desk").text
    assert "Disallow: /desk" in page(shop, "/robots.txt").text


@pytest.mark.parametrize(
    "path", ["/assets/..%2f..%2fpyproject.toml", "/assets/shop/.liyu", "/assets/nothing.js", "/assets/"]
)
def test_only_built_files_are_served(shop: Shop, path: str) -> None:
    assert page(shop, path).status_code == 404


def test_the_icon_is_there(shop: Shop) -> None:
    assert page(shop, "/favicon.svg").headers["content-type"] == "image/svg+xml"
