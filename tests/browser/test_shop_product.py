"""A product's page: what search engines read first, what a customer sees, and the conversation beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage

MIRROR = "/s/pingjiang/p/begonia-mirror"


def look_at(page: Page, path: str = MIRROR) -> Page:
    """Open a product and wait until the application has drawn it."""
    page.goto(path)
    expect(page.get_by_role("banner")).to_be_visible()
    return page


def test_the_first_html_already_tells_what_it_is(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(MIRROR)
    expect(page.get_by_role("heading", name="海棠随身镜")).to_be_visible()
    expect(page).to_have_title(re.compile("海棠随身镜"))


def test_pictures_price_meaning_stock_and_wrapping_are_there(new_page: NewPage) -> None:
    page = look_at(new_page())
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("海棠随身镜")
    expect(main.locator(".price--big")).to_have_text(re.compile(r"^¥\d+$"))
    expect(main.get_by_role("heading", name="寓意")).to_be_visible()
    expect(main.get_by_role("listitem").filter(has_text="总仓")).to_contain_text("件")
    expect(main.get_by_role("listitem").filter(has_text="手写贺卡")).to_contain_text("最多")


def test_pictures_are_walked_by_keys_and_looked_at_closely(new_page: NewPage) -> None:
    page = look_at(new_page())
    pictures = page.get_by_role("tablist", name="图片").get_by_role("tab")
    pictures.first.focus()
    page.keyboard.press("ArrowRight")
    expect(pictures.nth(1)).to_be_focused()
    expect(pictures.nth(1)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="放大看").click()
    closer = page.get_by_role("button", name="再近些")
    before = closer.locator("img").bounding_box()
    closer.click()
    after = page.get_by_role("button", name="远一些").locator("img").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] * 1.5
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="放大看")).to_be_focused()


def test_sharing_shows_the_printed_address_and_its_code(new_page: NewPage) -> None:
    page = look_at(new_page(permissions=["clipboard-read", "clipboard-write"]))
    page.get_by_role("button", name="用手机打开").click()
    sheet = page.get_by_role("dialog", name="分享")
    code = sheet.get_by_role("img", name=re.compile("二维码"))
    expect(code).to_be_visible()
    expect(code).to_have_js_property("complete", True)
    assert code.evaluate("image => image.naturalWidth") > 0
    address = sheet.get_by_role("textbox", name="这件礼物的地址").input_value()
    assert address.endswith(MIRROR)
    sheet.get_by_role("button", name="复制地址").click()
    expect(page.get_by_text("地址复制好了")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address


def test_a_detail_leads_to_more_of_its_kind(new_page: NewPage) -> None:
    page = look_at(new_page())
    page.get_by_role("main").get_by_role("link", name="恋人", exact=True).click()
    expect(page).to_have_url(re.compile("for=lover"))
    expect(page.get_by_role("link", name=re.compile("海棠随身镜"))).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_conversation_opens_beside_the_product(new_page: NewPage, screen: str) -> None:
    page = look_at(new_page(viewport=PHONE) if screen == "phone" else new_page())
    page.get_by_role("button", name="找店员聊聊").click()
    panel = page.get_by_role("complementary", name="和店员聊天")
    field = panel.get_by_role("textbox")
    expect(field).to_be_visible()
    field.fill("背面能刻“岁岁常欢愉”吗？")
    field.press("Enter")
    expect(panel.get_by_text("背面能刻“岁岁常欢愉”吗？")).to_be_visible()
    expect(field).to_have_value("")
    if screen == "desktop":
        expect(page.get_by_role("heading", level=1, name="海棠随身镜")).to_be_visible()
    page.go_back()
    expect(panel).to_be_hidden()
    expect(page).to_have_url(re.compile(MIRROR + "$"))


def test_escape_closes_the_conversation_and_gives_focus_back(new_page: NewPage) -> None:
    page = look_at(new_page())
    button = page.get_by_role("button", name="找店员聊聊")
    button.click()
    panel = page.get_by_role("complementary", name="和店员聊天")
    expect(panel.get_by_role("textbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()


def test_nobody_gets_a_session_before_one_is_needed(new_page: NewPage) -> None:
    page = look_at(new_page())
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == []
    page.get_by_role("button", name="找店员聊聊").click()
    expect(page.get_by_role("complementary", name="和店员聊天").get_by_role("textbox")).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} >= {"liyu_session", "liyu_csrf"}


def test_the_name_that_one_gives_is_kept(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/s/pingjiang/me")
    page.get_by_role("textbox", name="怎么称呼您").fill("林小满")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("记下了")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="怎么称呼您")).to_have_value("林小满")
