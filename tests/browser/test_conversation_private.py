"""What the shop's people say among themselves never reaches the customer: not the page, not a frame, not an answer."""

from __future__ import annotations

import json

from playwright.sync_api import Response, expect

from tests.browser.conftest import NewPage
from tests.browser.talking import CHAT, bubble, composer, open_conversation, received, say, sign_in, unique


def test_a_note_is_for_the_shop_alone(new_page: NewPage) -> None:
    customer = new_page()
    frames = received(customer)
    answers: list[str] = []

    def keep(response: Response) -> None:
        if "/api/" in response.url and response.status == 200:
            answers.append(response.text())

    customer.on("response", keep)
    hello = unique("能便宜一点吗")
    customer.goto(CHAT)
    expect(composer(customer)).to_be_visible()
    say(customer, hello)
    desk = new_page()
    sign_in(desk)
    open_conversation(desk, hello)

    secret = unique("老客户可以让十块")
    desk.get_by_role("button", name="悄悄话").click()
    say(desk, secret)
    expect(bubble(desk, secret)).to_contain_text("悄悄话，客人看不到")
    desk.get_by_role("button", name="悄悄话").click()
    answer = unique("给您算二百五十八")
    say(desk, answer)
    expect(bubble(customer, answer)).to_be_visible()

    assert any(answer in json.dumps(frame, ensure_ascii=False) for frame in frames)
    assert not any(secret in json.dumps(frame, ensure_ascii=False) for frame in frames)
    customer.reload()
    expect(bubble(customer, answer)).to_be_visible()
    expect(bubble(customer, secret)).to_have_count(0)
    assert answers
    assert not any(secret in text for text in answers)
    desk.reload()
    expect(bubble(desk, secret)).to_be_visible()
