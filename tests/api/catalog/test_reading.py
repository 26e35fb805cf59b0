"""Products over HTTP in the running demo shop: lists, one product, QR code, pictures, languages."""

from __future__ import annotations

import httpx
import pytest

from tests.servers import Shop

API = "/api/v1"


@pytest.fixture
async def client(shop: Shop):  # type: ignore[no-untyped-def]
    async with httpx.AsyncClient(base_url=shop.url) as found:
        yield found


async def titles(client: httpx.AsyncClient, slug: str = "pingjiang", **query: str | int | bool) -> list[str]:
    answer = await client.get(f"{API}/shops/{slug}/products", params=query)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_the_first_page_shows_the_shop_in_its_own_order(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"{API}/shops/pingjiang/products")).json()
    first = answer["items"][0]
    assert first["title"] == "海棠随身镜"
    assert first["price_minor"] == 26800
    assert first["stock_here"] == 3
    assert first["picture"]["ground"] == "blush"
    assert answer["total"] >= 60
    lovers = next(value for value in answer["facets"]["for"] if value["value"] == "lover")
    assert lovers["label"] == "恋人"
    assert lovers["count"] > 10


async def test_pages_join_without_gap_or_repetition(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 17} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{API}/shops/nansong/products", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == page["total"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("chahu", "胭脂小茶壶"),
        ("镜子", "海棠随身镜"),
        ("hand cream", "白茶护手霜"),
        ("mirorr", "海棠随身镜"),
        ("yzxch", "胭脂小茶壶"),
    ],
)
async def test_search_finds(client: httpx.AsyncClient, query: str, expected: str) -> None:
    assert expected in (await titles(client, q=query))[:3]


async def test_filters_narrow_and_join(client: httpx.AsyncClient) -> None:
    cheap = await client.get(f"{API}/shops/wukang/products?max_minor=10000&sort=price_up&for=mother,teacher")
    prices = [item["price_minor"] for item in cheap.json()["items"]]
    assert prices == sorted(prices)
    assert prices
    assert max(prices) <= 10_000
    pink = await titles(client, colour="pink", personalisable=True)
    assert "海棠随身镜" in pink
    assert "白茶护手霜" not in pink
    assert "花好月圆月饼礼盒" not in await titles(client, in_stock=True, limit=100)


async def test_a_product_in_english_hides_what_is_for_staff(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        f"{API}/shops/kuanzhai/products/begonia-mirror", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
    )
    product = answer.json()
    assert product["title"] == "Begonia pocket mirror"
    assert product["selling_points"] is None
    assert product["stock"][0]["here"] is True
    assert {place["kind"] for place in product["stock"]} == {"shop", "warehouse"}
    assert product["share_url"].endswith("/s/kuanzhai/p/begonia-mirror")
    assert product["gift_options"]["box"][1]["name"] == "Peach blossom box"
    by_id = await client.get(f"{API}/shops/kuanzhai/products/{product['id']}")
    assert by_id.json()["slug"] == "begonia-mirror"


async def test_pictures_and_codes_are_there(client: httpx.AsyncClient) -> None:
    product = (await client.get(f"{API}/shops/pingjiang/products/rouge-teapot")).json()
    picture = await client.get(product["picture"]["url"])
    assert picture.headers["content-type"] == "image/webp"
    assert "immutable" in picture.headers["cache-control"]
    svg = await client.get(product["qr_url"])
    assert svg.text.startswith("<?xml")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    png = await client.get(product["qr_url"].replace(".svg", ".png"))
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/shops/nowhere/products", 404),
        ("/shops/pingjiang/products/nothing", 404),
        ("/shops/pingjiang/products/nothing/qr.svg", 404),
        ("/shops/pingjiang/products/a%00b", 422),
        ("/shops/pingjiang/products?limit=0", 422),
        ("/shops/pingjiang/products?cursor=%F0", 422),
        ("/shops/pingjiang/products?cursor=WzEyMzQ1NjddCg", 422),
        ("/shops/pingjiang/products?sort=best", 422),
        ("/product-pictures/..%2fseed.webp", 404),
        ("/product-pictures/nothing.webp", 404),
        ("/shops/pingjiang/products?q=%00%00", 200),
        ("/shops/pingjiang/products?q=%F0%9F%8E%81", 200),
    ],
)
async def test_odd_requests_get_plain_answers(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(API + path)).status_code == status
