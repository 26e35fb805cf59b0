"""Who is there and how long it takes, on both sides: the state of a desk, the race for a customer, the waiting line."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.talking import (
    both,
    bubble,
    open_chat,
    open_conversation,
    say,
    sign_in,
    unique,
)

COLLEAGUE = ("shenyan", "shenyan-liyu")  # serves every shop of the chain


def waiting_line(customer: Page) -> Locator:
    """The line under the head of the customer's conversation."""
    return customer.get_by_role("status").filter(has_text=re.compile("前面还有|店员"))


def test_the_customer_is_told_the_truth_while_nobody_answers(
    new_page: NewPage, violations: Callable[[Page], list[str]]
) -> None:
    words = unique("有人在吗")
    customer, desk = both(new_page, words)
    expect(waiting_line(customer)).to_be_visible()
    say(desk, unique("在的"))
    expect(desk.get_by_text("你来接待")).to_be_visible()
    expect(waiting_line(customer)).to_have_count(0)
    mine = desk.get_by_role("combobox", name="我的状态")
    mine.select_option("离开")
    say(customer, unique("还有一句"))
    expect(waiting_line(customer)).to_contain_text(
        re.compile("现在没有店员在，留言会在营业后回复|这会儿没有店员能回复您")
    )
    assert violations(customer) == []
    assert violations(desk) == []
    desk.reload()
    expect(mine.locator("option:checked")).to_have_text("离开")
    with desk.expect_response(lambda response: response.url.endswith("/desk")):
        mine.select_option("接待中")
    for viewport in (PHONE, DESKTOP):
        customer.set_viewport_size(viewport)
        expect(waiting_line(customer)).to_be_in_viewport()


def test_a_colleague_who_was_faster_keeps_the_customer(new_page: NewPage) -> None:
    words = unique("谁先来")
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    fast, slow = new_page(), new_page(calm=False)
    sign_in(fast, COLLEAGUE)
    open_conversation(fast, words)
    sign_in(slow)
    open_conversation(slow, words)

    def overtaken(route: Route) -> None:
        fast.get_by_role("button", name="我来接待").click()
        expect(fast.get_by_text("你来接待")).to_be_visible()
        route.continue_()

    slow.route("**/claim", overtaken)
    slow.get_by_role("button", name="我来接待").click()
    expect(slow.get_by_text("这位客人刚刚有同事接待了")).to_be_visible()
    expect(slow.get_by_text("沈砚正在接待")).to_be_visible()
    expect(fast.get_by_text("你来接待")).to_be_visible()
    expect(bubble(customer, words)).to_be_visible()


def test_handing_over_shows_who_has_room(new_page: NewPage) -> None:
    _, desk = both(new_page, unique("换人"))
    other = new_page()
    sign_in(other, COLLEAGUE)
    choice = other.get_by_role("combobox", name="我的状态")
    with other.expect_response(lambda response: response.url.endswith("/desk")):
        choice.select_option("忙")
    desk.get_by_role("button", name="转交").click()
    sheet = desk.get_by_role("dialog", name="转交这段对话")
    expect(sheet.get_by_role("radio", name=re.compile(r"沈砚.*忙 · 手上 \d+.6"))).to_be_visible()
    with other.expect_response(lambda response: response.url.endswith("/desk")):
        choice.select_option("接待中")
