"""A customer and a guide talk, each in a browser of their own: words, cards, answers, and what is done with them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.talking import (
    act,
    both,
    bubble,
    composer,
    csrf,
    open_chat,
    open_conversation,
    say,
    sign_in,
    thread_texts,
    unique,
)


def test_words_go_both_ways_and_marks_tell_how_far(new_page: NewPage) -> None:
    hello = unique("给妈妈挑一把茶壶")
    customer, desk = both(new_page, hello)
    answer = unique("这就给您看几把")
    say(desk, answer)
    expect(bubble(customer, answer)).to_be_visible()
    expect(bubble(customer, answer)).to_contain_text("陈静")
    expect(bubble(customer, hello)).to_contain_text("已读")
    expect(bubble(desk, answer)).to_contain_text(re.compile("已送达|已读"))
    assert thread_texts(customer) == thread_texts(desk) == [hello, answer]


def test_who_is_typing_is_shown_and_ends_with_the_message(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("在吗"))
    composer(desk).press_sequentially("在的")
    expect(customer.get_by_text("店员正在写")).to_be_visible()
    composer(desk).press("Enter")
    expect(bubble(customer, "在的")).to_be_visible()
    expect(customer.get_by_text("正在写")).to_have_count(0)
    composer(desk).press_sequentially("还有一把小一点的，圆圆的，一个人喝正好，您看看？", delay=200)
    expect(customer.get_by_text("陈静正在写")).to_be_visible()


def test_a_product_is_found_by_at_and_its_card_shows_the_price_that_holds(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("有随身带的镜子吗"))
    composer(desk).press_sequentially("@海棠随身镜")
    expect(desk.get_by_role("dialog", name="放商品").get_by_role("option").first).to_contain_text("海棠随身镜")
    composer(desk).press("Enter")
    card = customer.get_by_role("link", name="看看 海棠随身镜")
    expect(card).to_contain_text(re.compile("268"))
    expect(card).to_contain_text(re.compile("现货|其他店有货|卖完了"))
    expect(composer(desk)).to_have_value("")


def test_what_the_customer_looks_at_is_seen_at_the_desk_with_stock_everywhere(new_page: NewPage) -> None:
    words = unique("这面镜子背面能刻字吗")
    customer = new_page()
    open_chat(customer, "/s/pingjiang/p/begonia-mirror?talk=1")
    say(customer, words)
    desk = new_page()
    sign_in(desk)
    open_conversation(desk, words)
    expect(desk.get_by_text("正在看 海棠随身镜")).to_be_visible()
    side = desk.get_by_role("complementary", name="客人资料")
    expect(side.get_by_text("各店的货")).to_be_visible()
    expect(side.get_by_text("总仓")).to_be_visible()


def test_reply_reaction_edit_and_recall_reach_the_other_side(new_page: NewPage) -> None:
    first = unique("要粉色的")
    customer, desk = both(new_page, first)
    act(desk, first, "回复")
    answer = unique("有两款粉色")
    say(desk, answer)
    expect(bubble(customer, answer).get_by_role("button", name=first)).to_be_visible()

    bubble(customer, answer).hover()
    bubble(customer, answer).get_by_role("button", name="回应").click()
    customer.get_by_role("group", name="选一个回应").get_by_role("button", name="👍").click()
    expect(bubble(desk, answer).get_by_role("button", name=re.compile("👍"))).to_be_visible()

    act(desk, answer, "修改")
    changed = unique("有三款粉色")
    composer(desk).fill(changed)
    composer(desk).press("Enter")
    expect(bubble(customer, changed)).to_contain_text("改过")
    expect(bubble(customer, answer)).to_have_count(0)

    act(desk, changed, "撤回")
    expect(customer.get_by_text("陈静撤回了一条消息")).to_be_visible()
    expect(desk.get_by_text("你撤回了一条消息")).to_be_visible()
    expect(bubble(customer, changed)).to_have_count(0)


def test_a_question_is_answered_by_a_tap(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("送什么好"))
    conv = desk.url.rpartition("/")[2]
    answer = desk.request.post(
        f"/api/v1/conversations/{conv}/messages",
        headers=csrf(desk),
        data={
            "cid": unique("q").replace(" ", "-"),
            "kind": "question",
            "body": {
                "text": "送给谁呢？",
                "options": [{"id": "mum", "label": "妈妈"}, {"id": "friend", "label": "朋友"}],
            },
        },
    )
    assert answer.ok, answer.text()
    customer.get_by_role("button", name="妈妈", exact=True).click()
    expect(customer.get_by_role("button", name="妈妈", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(bubble(desk, "送给谁呢").get_by_role("button", name=re.compile("妈妈.*1"))).to_be_visible()


def test_enter_while_an_input_method_composes_sends_nothing(new_page: NewPage) -> None:
    customer = new_page()
    open_chat(customer)
    box = composer(customer)
    box.focus()
    session = customer.context.new_cdp_session(customer)
    session.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(box).to_have_value("nihao")
    session.send("Input.insertText", {"text": "你好"})
    expect(box).to_have_value("你好")
    box.press("Shift+Enter")
    box.press_sequentially("在吗")
    expect(box).to_have_value("你好\n在吗")
    box.press("Enter")
    expect(bubble(customer, "你好")).to_have_count(1)


def test_a_long_thread_opens_at_its_end_and_stays_in_place_while_older_ones_come(new_page: NewPage) -> None:
    customer = new_page()
    open_chat(customer)
    opened = customer.request.post("/api/v1/shops/pingjiang/conversation", headers=csrf(customer))
    conv = opened.json()["id"]
    for number in range(140):
        sent = customer.request.post(
            f"/api/v1/conversations/{conv}/messages",
            headers=csrf(customer),
            data={"cid": f"long-{number}", "kind": "text", "body": {"text": f"第 {number} 句"}, "vis": "all"},
        )
        assert sent.ok, sent.text()
    customer.reload()
    log = customer.get_by_role("log")
    expect(bubble(customer, "第 139 句")).to_be_in_viewport()
    drawn = log.get_by_role("article").count()
    assert drawn < 60
    log.hover()
    for number in (100, 60, 20):
        row = log.get_by_text(f"第 {number} 句", exact=True)
        while row.count() == 0:
            customer.mouse.wheel(0, -600)
            customer.wait_for_timeout(60)
        row.scroll_into_view_if_needed()
        customer.wait_for_load_state("networkidle")
        expect(row).to_be_in_viewport()
    customer.get_by_role("button", name="回到最新").click()
    expect(bubble(customer, "第 139 句")).to_be_in_viewport()
    answer = unique("到底了")
    say(customer, answer)
    expect(bubble(customer, answer)).to_be_in_viewport()


def test_words_of_the_past_are_found_and_opened_at_their_place(new_page: NewPage) -> None:
    words = unique("她喜欢豆青色的茶杯")
    customer, _ = both(new_page, words)
    later = unique("后来又说了别的")
    say(customer, later)
    desk = new_page()
    sign_in(desk)
    desk.get_by_role("searchbox", name="找客人、一句话").fill(words)
    desk.get_by_role("region", name="对话里的话").get_by_role("button").filter(has_text=words).click()
    expect(bubble(desk, words)).to_be_in_viewport()
