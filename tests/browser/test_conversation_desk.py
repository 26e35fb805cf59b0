"""The desk as a guide uses it: signing in, the list, keys, taking and handing over, narrow screens, axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.talking import (
    GUIDE,
    SECOND_GUIDE,
    both,
    bubble,
    composer,
    open_chat,
    open_conversation,
    say,
    sign_in,
    unique,
)


def test_a_wrong_password_says_so_and_keeps_what_was_typed(new_page: NewPage) -> None:
    desk = new_page(calm=False)
    desk.goto("/desk")
    desk.get_by_label("账号").fill("chenjing")
    desk.get_by_label("密码").fill("not-it")
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_role("status").filter(has_text=re.compile("密码|账号"))).to_be_visible()
    expect(desk.get_by_label("账号")).to_have_value("chenjing")


def test_a_visitor_of_the_shop_is_asked_to_sign_in(new_page: NewPage) -> None:
    page = new_page()
    open_chat(page)
    page.goto("/desk")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_a_customers_account_is_told_whom_the_desk_is_for(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/desk")
    page.get_by_label("账号").fill("zhouyu")
    page.get_by_label("密码").fill("zhouyu-liyu")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("这里给店里的人用")).to_be_visible()


def test_signing_out_leaves_nothing_behind(new_page: NewPage) -> None:
    _, desk = both(new_page, unique("退出前"))
    desk.get_by_role("button", name=re.compile("陈静")).click()
    desk.get_by_role("button", name="退出登录").click()
    expect(desk.get_by_label("账号")).to_be_visible()
    expect(desk.get_by_text("退出前")).to_have_count(0)


def test_who_waits_is_counted_and_how_long_is_said(new_page: NewPage) -> None:
    desk = new_page()
    sign_in(desk)
    words = unique("有人吗")
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    row = desk.get_by_role("link").filter(has_text=words)
    expect(row).to_contain_text(re.compile(r"等了 \d+ 秒"))
    expect(desk).to_have_title(re.compile(r"^\(\d+\) 对话 · 礼遇工作台$"))
    row.click()
    answer = unique("来了")
    say(desk, answer)
    expect(desk.get_by_text("你来接待")).to_be_visible()
    expect(desk.get_by_role("link").filter(has_text=f"你：{answer}")).not_to_contain_text("等了")


def test_keys_do_the_work(new_page: NewPage) -> None:
    words = unique("用按键接待我")
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    desk = new_page()
    sign_in(desk)
    row = desk.get_by_role("link").filter(has_text=words)
    expect(row).to_be_visible()
    place = row.get_attribute("href") or ""
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="全部按键")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="全部按键")).to_have_count(0)
    while not desk.url.endswith(place):
        before = desk.url
        desk.keyboard.press("j")
        desk.wait_for_function("before => location.href !== before", arg=before)
    expect(bubble(desk, words)).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.get_by_text("你来接待")).to_be_visible()
    expect(customer.get_by_text("陈静来接待")).to_be_visible()
    expect(composer(desk)).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    expect(desk.get_by_role("button", name="悄悄话")).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("Alt+n")
    expect(desk.get_by_role("button", name="悄悄话")).to_have_attribute("aria-pressed", "false")
    desk.keyboard.press("Escape")
    desk.keyboard.press("@")
    expect(desk.get_by_role("combobox", name="找商品")).to_be_focused()


def test_a_conversation_is_handed_over_with_a_word_that_the_customer_never_sees(new_page: NewPage) -> None:
    words = unique("请转给方可")
    customer, desk = both(new_page, words)
    other = new_page()
    sign_in(other, SECOND_GUIDE)
    desk.get_by_role("button", name="我来接待").click()
    expect(desk.get_by_text("你来接待")).to_be_visible()
    desk.get_by_role("button", name="转交").click()
    sheet = desk.get_by_role("dialog", name="转交这段对话")
    sheet.get_by_role("radio", name="方可").check()
    note = unique("她要桃花纸盒")
    sheet.get_by_label("交代一句").fill(note)
    sheet.get_by_role("button", name="转交").click()
    expect(customer.get_by_text("方可来接待")).to_be_visible()
    expect(bubble(customer, note)).to_have_count(0)
    other.get_by_role("tab", name="我的").click()
    other.get_by_role("link").filter(has_text=words).click()
    expect(bubble(other, note)).to_be_visible()
    expect(desk.get_by_text("方可正在接待")).to_be_visible()


def test_on_a_phone_list_and_thread_take_turns(new_page: NewPage) -> None:
    words = unique("手机上接待")
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    desk = new_page(viewport=PHONE, has_touch=True)
    sign_in(desk)
    open_conversation(desk, words)
    expect(desk.get_by_role("tab", name="等我")).to_be_hidden()
    desk.get_by_role("button", name="客人资料").click()
    expect(desk.get_by_role("dialog", name="客人资料")).to_be_visible()
    desk.get_by_role("button", name="关上").click()
    desk.get_by_role("button", name="回到列表").click()
    expect(desk.get_by_role("tab", name="等我")).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("dress", ["desktop zh light", "desktop zh dark", "phone zh light"])
def test_axe_finds_nothing(new_page: NewPage, violations: Callable[[Page], list[str]], dress: str) -> None:
    options = {"color_scheme": "dark" if "dark" in dress else "light", "reduced_motion": "reduce"}
    if dress.startswith("phone"):
        options["viewport"] = PHONE
    words = unique("给检查看的话")
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    desk = new_page(**options)
    desk.goto("/desk")
    expect(desk.get_by_label("账号")).to_be_visible()
    assert violations(desk) == []
    sign_in(desk, GUIDE)
    expect(desk.get_by_role("link").filter(has_text=words)).to_be_visible()
    assert violations(desk) == []
    open_conversation(desk, words)
    say(desk, "您好")
    expect(bubble(desk, "您好")).to_contain_text(re.compile("已发出|已送达|已读"))
    assert violations(desk) == []
