"""A bad network, a server that dies, a page that is closed, two tabs: nothing is lost and nothing comes twice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.talking import (
    both,
    bubble,
    composer,
    open_chat,
    open_conversation,
    say,
    sign_in,
    thread_texts,
    unique,
)
from tests.servers import Shop, free_port, running_shop


def test_offline_words_wait_and_go_out_once(new_page: NewPage) -> None:
    hello = unique("网络不太好")
    customer, desk = both(new_page, hello)
    customer.context.set_offline(True)
    waiting = [unique(f"第{number}句") for number in "一二三"]
    for words in waiting:
        say(customer, words)
    for words in waiting:
        expect(bubble(customer, words)).to_be_visible()
    customer.context.set_offline(False)
    for words in waiting:
        expect(bubble(desk, words)).to_have_count(1)
    expect(bubble(customer, waiting[-1])).to_contain_text(re.compile("已发出|已送达|已读"))
    assert thread_texts(desk) == thread_texts(customer) == [hello, *waiting]


def test_a_draft_survives_a_reload_and_does_not_mix(new_page: NewPage) -> None:
    first, second = unique("我是第一位"), unique("我是第二位")
    for words in (first, second):
        customer = new_page()
        open_chat(customer)
        say(customer, words)
        expect(bubble(customer, words)).to_contain_text(re.compile("已发出|已送达"))
    desk = new_page()
    sign_in(desk)
    open_conversation(desk, first)
    composer(desk).fill("给第一位的半句")
    open_conversation(desk, second)
    expect(composer(desk)).to_have_value("")
    composer(desk).fill("给第二位的半句")
    desk.reload()
    expect(composer(desk)).to_have_value("给第二位的半句")
    open_conversation(desk, first)
    expect(composer(desk)).to_have_value("给第一位的半句")


def test_two_tabs_of_a_customer_share_one_connection_and_one_outbox(new_page: NewPage) -> None:
    sockets: list[str] = []
    first = new_page()
    first.on("websocket", lambda socket: sockets.append(socket.url))
    open_chat(first)
    hello = unique("两个标签页")
    say(first, hello)
    expect(bubble(first, hello)).to_contain_text(re.compile("已发出|已送达"))
    second = first.context.new_page()
    second.on("websocket", lambda socket: sockets.append(socket.url))
    open_chat(second)
    expect(bubble(second, hello)).to_be_visible()
    from_second = unique("从第二个标签页")
    say(second, from_second)
    expect(bubble(first, from_second)).to_have_count(1)
    expect(bubble(second, from_second)).to_contain_text(re.compile("已发出|已送达"))
    assert len(sockets) == 1

    first.close()
    alone = unique("只剩第二个标签页")
    say(second, alone)
    expect(bubble(second, alone)).to_contain_text(re.compile("已发出|已送达"))
    assert len(sockets) == 2
    assert thread_texts(second) == [hello, from_second, alone]


@pytest.fixture
def mortal(demo_data: Path, tmp_path: Path) -> Iterator[Mortal]:
    """A shop of one's own on a fixed port, that may be killed and started again."""
    shutil.copytree(demo_data, tmp_path / "data")
    server = Mortal(tmp_path / "data", free_port())
    server.start()
    yield server
    server.stop()


class Mortal:
    """A server that dies without a word and comes back with the same data at the same address."""

    def __init__(self, data: Path, port: int) -> None:
        self._data = data
        self._port = port
        self._running: Iterator[Shop] | None = None
        self.shop: Shop

    def start(self) -> None:
        self._context = running_shop(self._data, {"server": {"port": self._port}})
        self.shop = self._context.__enter__()

    def kill(self) -> None:
        """As by power loss of the process: no drain, no goodbye."""
        self.shop.process.kill()
        self.shop.process.wait()
        self.stop()

    def stop(self) -> None:
        self._context.__exit__(None, None, None)


def _page(chromium: Browser, mortal: Mortal) -> Page:
    page = chromium.new_context(base_url=mortal.shop.url, locale="zh-CN", viewport=DESKTOP).new_page()
    page.set_default_timeout(20_000)
    return page


def test_a_killed_server_loses_nothing_and_doubles_nothing(chromium: Browser, mortal: Mortal) -> None:
    customer, desk = _page(chromium, mortal), _page(chromium, mortal)
    hello = unique("服务器要断电")
    open_chat(customer)
    say(customer, hello)
    sign_in(desk)
    open_conversation(desk, hello)
    said = [hello]
    for number in range(3):
        said.append(unique(f"断电前 {number}"))
        say(customer, said[-1])
    mortal.kill()
    for number in range(3):
        said.append(unique(f"断电中 {number}"))
        say(customer, said[-1])
    answer = unique("我也在写")
    say(desk, answer)
    expect(customer.get_by_text(re.compile("断了|没有网络")).first).to_be_visible()
    expect(bubble(customer, said[-1])).to_contain_text("等网络")
    mortal.start()
    expect(bubble(customer, answer)).to_be_visible(timeout=40_000)
    expect(bubble(desk, said[-1])).to_be_visible(timeout=40_000)
    expect(bubble(customer, said[-1])).to_contain_text(re.compile("已发出|已送达|已读"))
    on_both = thread_texts(customer)
    assert thread_texts(desk) == on_both
    assert [words for words in on_both if words != answer] == said
    assert on_both.count(answer) == 1
    for page in (customer, desk):
        page.reload()
        expect(bubble(page, said[-1])).to_be_visible()
        assert thread_texts(page) == on_both
        page.context.close()


def test_what_was_written_while_the_server_was_dead_survives_a_closed_page(chromium: Browser, mortal: Mortal) -> None:
    customer = _page(chromium, mortal)
    hello = unique("先打个招呼")
    open_chat(customer)
    say(customer, hello)
    expect(bubble(customer, hello)).to_contain_text(re.compile("已发出|已送达"))
    mortal.kill()
    late = unique("关掉页面也在")
    say(customer, late)
    expect(bubble(customer, late)).to_contain_text("等网络")
    customer.close()
    mortal.start()
    again = customer.context.new_page()
    open_chat(again)
    expect(bubble(again, late)).to_contain_text(re.compile("已发出|已送达"))
    assert thread_texts(again) == [hello, late]
    again.context.close()
