"""Changing the catalogue over HTTP in the running demo shop: products, pictures, stock, places, imports."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from liyu.kit.ids import new_id
from tests.samples import picture
from tests.servers import Shop

API = "/api/v1"


@pytest.fixture
async def owner(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    """The demo chain's owner, signed in."""
    async with signed_in(shop, "guwenlan") as client:
        yield client


@pytest.fixture
async def guide(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    """A guide of Pingjiang Road."""
    async with signed_in(shop, "chenjing") as client:
        yield client


@asynccontextmanager
async def signed_in(shop: Shop, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the session of a demo log-in."""
    async with httpx.AsyncClient(base_url=shop.url + API) as client:
        answer = await client.post("/sessions", json={"login": login, "password": f"{login}-liyu"})
        assert answer.status_code in (200, 201), answer.text
        client.headers["x-csrf-token"] = client.cookies["liyu_csrf"]
        yield client


def cup(**fields: Any) -> dict[str, Any]:
    return {
        "texts": {"zh-CN": {"title": "试卖小杯"}, "en": {"title": f"Trial cup {new_id('x')[-6:]}"}},
        "variants": [{"sku": new_id("sku").upper(), "price_minor": 1_900}],
        **fields,
    }


async def made(owner: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await owner.post("/products", json=cup(**fields))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_new_product_is_found_at_once_and_gone_when_archived(owner: httpx.AsyncClient) -> None:
    product = await made(owner, attributes={"for_whom": ["师父"]})
    found = (await owner.get("/shops/wukang/products", params={"q": "shimaixiaobei"})).json()
    assert product["id"] in [item["id"] for item in found["items"]]
    assert any(value == {"value": "师父", "label": "师父", "count": 1} for value in found["facets"]["for"])
    assert (await owner.delete(f"/products/{product['slug']}")).status_code == 204
    found = (await owner.get("/shops/wukang/products", params={"q": "shimaixiaobei"})).json()
    assert product["id"] not in [item["id"] for item in found["items"]]
    async with httpx.AsyncClient(base_url=owner.base_url) as stranger:
        assert (await stranger.get(f"/shops/wukang/products/{product['id']}")).status_code == 404
    assert (await owner.get(f"/shops/wukang/products/{product['id']}")).json()["status"] == "archived"


async def test_making_is_repeatable_with_an_id_and_conflicts_are_told(owner: httpx.AsyncClient) -> None:
    body = cup(id=new_id("prd"))
    first, again = await owner.post("/products", json=body), await owner.post("/products", json=body)
    assert first.json() == again.json()
    other = cup(variants=[{"sku": body["variants"][0]["sku"], "price_minor": 1}])
    refused = await owner.post("/products", json=other, headers={"accept-language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (409, "variant.sku_taken")
    assert body["variants"][0]["sku"] in refused.json()["detail"]
    same_place = cup(slug=first.json()["slug"])
    assert (await owner.post("/products", json=same_place)).json()["code"] == "product.slug_taken"


async def test_of_many_who_take_one_address_at_once_one_gets_it(owner: httpx.AsyncClient) -> None:
    slug = new_id("s").replace("_", "-")
    answers = await asyncio.gather(*(owner.post("/products", json=cup(slug=slug)) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


async def test_what_is_changed_changes_and_the_address_stays(owner: httpx.AsyncClient) -> None:
    product = await made(owner)
    changed = await owner.patch(
        f"/products/{product['id']}",
        json={"texts": {"zh-CN": {"title": "改名的杯"}}, "personalisation": personalisation(), "rank": 7},
    )
    body = changed.json()
    assert (body["slug"], body["rank"], body["personalisation"]["max_chars"]) == (product["slug"], 7, 8)
    assert list(body["texts"]) == ["zh-CN"]
    assert (await owner.patch(f"/products/{product['id']}", json={"slug": "other"})).status_code == 422
    assert (await owner.patch(f"/products/{product['id']}", json={"personalisation": None})).json()[
        "personalisation"
    ] is None


def personalisation() -> dict[str, Any]:
    return {"method": "engrave", "max_chars": 8, "price_minor": 1_000, "days": 2}


async def test_the_last_variant_stays_for_sale(owner: httpx.AsyncClient) -> None:
    product = await made(owner)
    only = product["variants"][0]["id"]
    assert (await owner.delete(f"/variants/{only}")).json()["code"] == "variant.last"
    body = {"sku": new_id("sku"), "price_minor": 900, "names": {"zh-CN": "小号"}}
    assert (await owner.post(f"/products/{product['id']}/variants", json=body)).status_code == 201
    assert (await owner.delete(f"/variants/{only}")).status_code == 204
    shown = (await owner.get(f"/shops/wukang/products/{product['id']}")).json()
    assert [variant["name"] for variant in shown["variants"]] == ["小号"]
    assert shown["price_minor"] == 900


async def test_guides_count_their_own_shop_and_nothing_else(owner: httpx.AsyncClient, guide: httpx.AsyncClient) -> None:
    product = await made(owner)
    variant = product["variants"][0]["id"]
    places = {place["code"]: place["id"] for place in (await guide.get("/locations")).json()["items"]}
    body = {"variant": variant, "location": places["pingjiang"], "on_hand": 4, "word": "盘点"}
    assert (await guide.put("/stock", json=body)).json()["available"] == 4
    assert (await guide.put("/stock", json=body)).status_code == 200
    for elsewhere in ("nansong", "main"):
        assert (await guide.put("/stock", json=body | {"location": places[elsewhere]})).status_code == 403
    moves = (await guide.get(f"/products/{product['id']}/stock-moves")).json()["items"]
    assert [(move["kind"], move["on_hand_by"], move["word"]) for move in moves] == [("counted", 4, "盘点")]
    listed = await guide.get("/shops/pingjiang/products", params={"q": product["texts"]["en"]["title"]})
    summary = next(item for item in listed.json()["items"] if item["id"] == product["id"])
    assert (summary["stock_here"], summary["in_stock"]) == (4, True)
    assert (await guide.patch(f"/products/{product['id']}", json={"rank": 1})).status_code == 403
    below = await guide.put("/stock", json={"variant": variant, "location": places["pingjiang"], "by": -5})
    assert below.json()["code"] == "stock.below_reserved"


async def test_staff_read_what_to_say_and_others_do_not(guide: httpx.AsyncClient) -> None:
    assert (await guide.get("/shops/pingjiang/products/begonia-mirror")).json()["selling_points"]
    elsewhere = await guide.get("/shops/nansong/products/begonia-mirror")
    assert elsewhere.json()["selling_points"] is None


async def test_a_picture_is_uploaded_shown_and_taken_away(owner: httpx.AsyncClient) -> None:
    product = await made(owner)
    content = picture(40, 30)
    wanted = {"purpose": "product_picture", "name": "杯.png", "size": len(content), "media_type": "image/png"}
    upload = (await owner.post("/uploads", json=wanted)).json()["id"]
    await owner.patch(f"/uploads/{upload}", content=content, headers={"upload-offset": "0"})
    file = (await owner.post(f"/uploads/{upload}/finish")).json()["file"]["id"]
    body = {"file": file, "ground": "moon", "alts": {"zh-CN": "正面"}}
    shown = (await owner.post(f"/products/{product['id']}/media", json=body)).json()
    assert len((await owner.post(f"/products/{product['id']}/media", json=body)).json()["media"]) == 1
    public = (await owner.get(f"/shops/wukang/products/{product['id']}")).json()["picture"]
    assert (public["ground"], public["alt"], public["width"]) == ("moon", "正面", 40)
    async with httpx.AsyncClient(base_url=str(owner.base_url).removesuffix(f"{API}/")) as stranger:
        seen = await stranger.get(public["url"])
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    media = shown["media"][0]["id"]
    assert (await owner.patch(f"/media/{media}", json={"ground": "tea"})).json()["media"][0]["ground"] == "tea"
    assert (await owner.delete(f"/media/{media}")).status_code == 204
    assert (await owner.get(f"/shops/wukang/products/{product['id']}")).json()["picture"] is None
    assert (await owner.post(f"/products/{product['id']}/media", json={"file": new_id("fil")})).status_code == 404


async def test_a_file_is_imported_with_preview_progress_and_problems(owner: httpx.AsyncClient) -> None:
    mark = new_id("i")[-8:].upper()
    text = f"货号,名称,价格,库存\n{mark}-1,导入的杯,28,5\n{mark}-2,导入的盘,一百,\n{mark}-1,又一次,1,\n"
    preview = (await owner.post("/imports", params={"name": "货.csv"}, content=text.encode("gb18030"))).json()
    assert (preview["encoding"], preview["created"], preview["refused"]) == ("gb18030", 1, 2)
    assert preview["status"]["mapping"]["columns"]["stock_main"] == "库存"
    assert preview["sample"][0][1] == "导入的杯"
    id_ = preview["status"]["id"]
    assert (await owner.post(f"/imports/{id_}/run")).status_code == 202
    deadline = time.monotonic() + 30
    while (status := (await owner.get(f"/imports/{id_}")).json())["state"] == "running":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    assert (status["state"], status["created"], status["refused"], status["rows_done"]) == ("done", 1, 2, 3)
    problems = await owner.get(f"/imports/{id_}/errors", headers={"accept-language": "en"})
    assert [problem["message"] for problem in problems.json()["items"]] == [
        "“一百” is not a price; write 268 or 268.00.",
        "The same SKU is in row 2; this row was skipped.",
    ]
    found = (await owner.get("/shops/wukang/products", params={"q": mark})).json()
    assert [item["title"] for item in found["items"]] == ["导入的杯"]
    assert (await owner.put(f"/imports/{id_}/mapping", json={"columns": {"sku": "货号"}})).status_code == 409


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "import.no_rows"),
        (b"PK\x03\x04zip", 415, "import.not_csv"),
        (b"sku\n\x00\n", 415, "import.not_csv"),
        (b"sku,sku\n1,2\n", 422, "import.duplicate_column"),
        (b"x" * (21 << 20), 413, "http.too_large"),
    ],
)
async def test_hostile_files_are_refused(owner: httpx.AsyncClient, content: bytes, status: int, code: str) -> None:
    refused = await owner.post("/imports", content=content)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_script_and_formulas_stay_text(owner: httpx.AsyncClient) -> None:
    mark = new_id("x")[-8:].upper()
    rows = f'sku,title_en,price\n{mark},"<script>alert(1)</script>=cmd|calc",1\n'
    id_ = (await owner.post("/imports", content=rows.encode())).json()["status"]["id"]
    await owner.post(f"/imports/{id_}/run")
    deadline = time.monotonic() + 30
    while (await owner.get(f"/imports/{id_}")).json()["state"] == "running":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    found = (await owner.get("/shops/wukang/products", params={"q": mark})).json()["items"][0]
    assert found["title"] == "<script>alert(1)</script>=cmd|calc"
    assert set(found["slug"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


async def test_the_template_names_every_place(owner: httpx.AsyncClient) -> None:
    heading = (await owner.get("/imports/template.csv")).content.decode("utf-8-sig").strip().split(",")
    assert heading[0] == "sku"
    assert {"stock_main", "stock_pingjiang", "title_zh", "meaning_en"} <= set(heading)


async def test_a_new_warehouse_can_hold_stock(owner: httpx.AsyncClient) -> None:
    code = new_id("w").replace("_", "-")
    place = (await owner.post("/locations", json={"code": code, "names": {"zh-CN": "新仓"}})).json()
    assert place["kind"] == "warehouse"
    assert (await owner.post("/locations", json={"code": code, "names": {"zh-CN": "新仓"}})).status_code == 409
    closed = await owner.patch(f"/locations/{place['id']}", json={"active": False})
    assert closed.json()["active"] is False
    product = (await owner.get("/shops/pingjiang/products/begonia-mirror")).json()
    assert place["id"] not in [at["location"] for at in product["stock"]]
