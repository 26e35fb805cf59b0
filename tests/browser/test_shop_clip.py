"""A clip that the owner uploads is one of the product's pictures, and runs in the customer's browser."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from liyu.identity.demo import DEMO_PEOPLE
from tests.browser.conftest import NewPage
from tests.samples import clip
from tests.servers import Shop

OWNER = next(person for person in DEMO_PEOPLE if person.login == "guwenlan")
SCARF = "crimson-cashmere-scarf"


def show_clip(shop: Shop, words: str) -> None:
    """The owner uploads a clip and shows it with the scarf."""
    with httpx.Client(base_url=f"{shop.url}/api/v1", headers={"X-Liyu-Client": "widget"}, timeout=30) as owner:
        signed_in = owner.post("/sessions", json={"login": OWNER.login, "password": OWNER.password}).raise_for_status()
        owner.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        film = clip("webm", seconds=1.0)
        wish = {"purpose": "product_clip", "name": "scarf.webm", "size": len(film), "media_type": "video/webm"}
        upload = owner.post("/uploads", json=wish).raise_for_status().json()["id"]
        at = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}
        owner.patch(f"/uploads/{upload}", content=film, headers=at).raise_for_status()
        file = owner.post(f"/uploads/{upload}/finish").raise_for_status().json()["file"]["id"]
        product = owner.get(f"/shops/pingjiang/products/{SCARF}").json()["id"]
        media = {"file": file, "alts": {"zh-CN": words}}
        owner.post(f"/products/{product}/media", json=media).raise_for_status()


def test_a_clip_is_seen_and_runs(new_page: NewPage, shop: Shop) -> None:
    show_clip(shop, "灯下转一圈")
    page = new_page()
    page.goto(f"/s/pingjiang/p/{SCARF}")
    page.get_by_role("tab", name="灯下转一圈").click()
    film = page.get_by_label("灯下转一圈").and_(page.locator("video"))
    expect(film).to_be_visible()
    film.evaluate("video => { video.muted = true; return video.play(); }")
    expect(film).to_have_js_property("ended", True)
    assert film.evaluate("video => video.videoWidth") > 0
