"""One browser shows the shop in one tab and the desk in another, to two people at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.talking import bubble, composer, open_chat, open_conversation, say, sign_in, unique


def test_a_customer_and_a_guide_share_a_browser(new_page: NewPage) -> None:
    customer = new_page()
    desk = customer.context.new_page()
    sign_in(desk)
    open_chat(customer)
    question, answer = unique("给妈妈的丝巾"), unique("这条很合适")
    say(customer, question)
    open_conversation(desk, question)
    say(desk, answer)
    expect(bubble(customer, answer)).to_contain_text("陈静")

    customer.reload()
    desk.reload()
    expect(bubble(customer, answer)).to_contain_text("陈静")
    expect(composer(desk)).to_be_visible()
    after, back = unique("还有红色的吗"), unique("有的")
    say(customer, after)
    expect(bubble(desk, after)).not_to_contain_text("陈静")
    say(desk, back)
    expect(bubble(customer, back)).to_contain_text("陈静")

    names = {cookie["name"] for cookie in customer.context.cookies()}
    assert names >= {"liyu_session", "liyu_desk_session"}
