"""The first owner and an invited guide come in by their links; a used link says so."""

from __future__ import annotations

from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.servers import Shop

PASSWORD = "春天来得比去年早一些吧"
OWNER = {"login": "guwenlan", "password": "guwenlan-liyu"}


def invitation(shop: Shop) -> str:
    """The address of an invitation to be a guide, made by the owner."""
    with httpx.Client(base_url=shop.url + "/api/v1", headers={"x-liyu-client": "widget"}) as client:
        token = client.post("/sessions", json=OWNER).json()["token"]
        slug = client.get("/shops/kuanzhai").json()["id"]
        wanted = {"purpose": "invitation", "grants": [{"role": "guide", "shop": slug}]}
        return str(client.post("/links", json=wanted, headers={"authorization": f"Bearer {token}"}).json()["path"])


def come_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("客人看到的名字").fill("林可")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="进店").click()


def test_an_invited_guide_comes_in_and_signs_in_again(new_page: NewPage, shop: Shop) -> None:
    address, login = invitation(shop), f"lin-{uuid4().hex[:8]}"
    page = new_page(calm=False)  # a password too short is answered with 422
    page.goto(address)
    expect(page.get_by_role("heading", name="加入这家店")).to_be_visible()
    expect(page.get_by_text("成都宽窄巷子店")).to_be_visible()
    expect(page.get_by_text("您的身份：导购")).to_be_visible()
    assert "#" not in page.url
    come_in(page, login, "短")
    expect(page.get_by_text("密码至少要 10 个字符")).to_be_visible()
    come_in(page, login)
    expect(page.get_by_role("heading", name="对话", level=1)).to_be_visible()

    again = new_page()
    again.goto("/desk")
    again.get_by_label("账号").fill(login)
    again.get_by_label("密码").fill(PASSWORD)
    again.get_by_role("button", name="登录").click()
    expect(again.get_by_role("heading", name="对话", level=1)).to_be_visible()

    late = new_page(calm=False)
    late.goto(address)
    late.get_by_label("客人看到的名字").wait_for()
    come_in(late, f"late-{uuid4().hex[:8]}")
    expect(late.get_by_text("这个链接已经失效")).to_be_visible()


def test_a_broken_link_says_so(new_page: NewPage, shop: Shop) -> None:
    page = new_page(calm=False)
    page.goto("/desk/join#lyl_" + "x" * 22)
    expect(page.get_by_role("heading", name="这个链接打不开")).to_be_visible()
    expect(page.get_by_text("没有找到这个链接")).to_be_visible()
    page.get_by_role("button", name="去登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
