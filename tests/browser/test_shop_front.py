"""The shop's front as a person uses it: three taps, search as one types, the list, language and light."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage


def enter(page: Page, path: str = "") -> Page:
    """Open the demo shop and wait until the application has drawn it."""
    page.goto(f"/s/pingjiang{path}")
    expect(page.get_by_role("banner")).to_be_visible()
    return page


def test_the_address_alone_opens_the_shop(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/s/pingjiang$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("还有|今天|明天"))


def test_three_taps_count_at_once_and_lead_to_the_list(new_page: NewPage) -> None:
    page = enter(new_page())
    form = page.get_by_role("form", name="三下选好")
    form.get_by_role("button", name="妈妈", exact=True).click()
    expect(form.get_by_role("tab", name="什么场合")).to_have_attribute("aria-selected", "true")
    form.get_by_role("button", name="生日", exact=True).click()
    expect(form.get_by_role("tab", name="预算")).to_have_attribute("aria-selected", "true")
    form.get_by_role("button", name="¥200–300").click()
    go = form.get_by_role("button", name=re.compile(r"看看合适的 \d+ 件"))
    expect(go).to_be_visible()
    found = re.search(r"\d+", go.inner_text())
    assert found is not None
    go.click()
    expect(page).to_have_url(re.compile("for=mother"))
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(f"{found.group()} 件")
    prices = page.get_by_role("main").locator(".pcard .price").all_inner_texts()
    assert prices
    assert all(200 <= int(price.lstrip("¥").replace(",", "")) <= 300 for price in prices)


def test_the_tabs_are_walked_by_arrow_keys(new_page: NewPage) -> None:
    page = enter(new_page())
    page.get_by_role("tab", name="送给谁").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="什么场合")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="预算")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="预算").get_by_role("button")).to_have_count(5)


def test_search_finds_while_one_types_and_by_keys_alone(new_page: NewPage) -> None:
    page = enter(new_page())
    box = page.get_by_role("combobox", name="找礼物")
    box.press_sequentially("茶壶")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("茶壶")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    name = option.locator("b").inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/p/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_pinyin_leads_to_the_list_by_enter(new_page: NewPage) -> None:
    page = enter(new_page())
    box = page.get_by_role("combobox", name="找礼物")
    box.fill("haitang")
    box.press("Enter")
    expect(page).to_have_url(re.compile("q=haitang"))
    expect(page.get_by_role("link", name=re.compile("海棠随身镜"))).to_be_visible()


def test_enter_while_an_input_method_composes_searches_nothing(new_page: NewPage) -> None:
    page = enter(new_page())
    box = page.get_by_role("combobox", name="找礼物")
    box.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "hai tang", "selectionStart": 8, "selectionEnd": 8})
    box.dispatch_event(
        "keydown", {"key": "Enter", "code": "Enter", "keyCode": 229, "isComposing": True, "bubbles": True}
    )
    assert "/list" not in page.url
    session.send("Input.insertText", {"text": "海棠"})
    expect(page.get_by_role("option", name=re.compile("海棠"))).not_to_have_count(0)
    expect(page).to_have_url(re.compile(r"/s/pingjiang$"))


def test_filters_live_in_the_address_and_are_taken_away_one_by_one(new_page: NewPage) -> None:
    page = enter(new_page(), "/list")
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_have_text(re.compile(r"^\d+ 件$"))
    everything = status.inner_text()
    side = page.get_by_role("complementary", name="筛选")
    side.get_by_role("button", name=re.compile("^闺蜜")).click()
    side.get_by_role("switch", name="能刻名字的").click()
    expect(page).to_have_url(re.compile(r"for=bestie.*personalisable=true"))
    expect(status).not_to_have_text(everything)
    page.reload()
    expect(side.get_by_role("switch", name="能刻名字的")).to_have_attribute("aria-checked", "true")
    page.get_by_role("button", name=re.compile("^闺蜜.*去掉")).click()
    expect(page).not_to_have_url(re.compile("for="))
    page.get_by_role("button", name="都去掉").click()
    expect(status).to_have_text(everything)


def test_the_list_grows_and_is_found_again_after_a_product(new_page: NewPage) -> None:
    page = enter(new_page(viewport={"width": 1440, "height": 600}), "/list")
    cards = page.get_by_role("main").locator(".pcard[href]")
    expect(cards).to_have_count(24)
    page.keyboard.press("End")
    expect(cards).to_have_count(48)
    cards.nth(30).scroll_into_view_if_needed()
    cards.nth(30).click()
    expect(page).to_have_url(re.compile("/p/"))
    page.go_back()
    expect(cards.nth(40)).to_be_attached()
    expect(cards.nth(30)).to_be_in_viewport()


def test_sorting_by_price_sorts(new_page: NewPage) -> None:
    page = enter(new_page(), "/list")
    page.get_by_role("combobox", name="排序").select_option(label="价格从低到高")
    expect(page).to_have_url(re.compile("sort=price_up"))
    expect(page.get_by_role("main").locator(".grid--old")).to_have_count(0)
    prices = [int(text.lstrip("¥").replace(",", "")) for text in page.locator(".grid .pcard .price").all_inner_texts()]
    assert prices == sorted(prices)


def test_a_wish_that_nothing_fits_says_what_to_do(new_page: NewPage) -> None:
    page = enter(new_page(), "/list?q=挖掘机配件&for=baby")
    expect(page.get_by_text("没有合适的礼物")).to_be_visible()
    expect(page.get_by_role("link", name="问问店员")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^宝宝.*去掉"))).to_be_visible()


def test_language_changes_everything_and_is_remembered(new_page: NewPage) -> None:
    page = enter(new_page())
    page.get_by_role("button", name="语言和亮暗").click()
    page.get_by_role("radio", name="English").click()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("until|Today|Tomorrow"))
    expect(page.get_by_role("link", name=re.compile("Begonia pocket mirror"))).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("until|Today|Tomorrow"))


def test_dark_is_chosen_by_keys_and_remembered(new_page: NewPage) -> None:
    page = enter(new_page())
    page.get_by_role("button", name="语言和亮暗").click()
    page.get_by_role("radio", name="随设备").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="暗", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="语言和亮暗")).to_be_focused()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background != new_background(new_page(), "/s/pingjiang")


def new_background(page: Page, path: str) -> str:
    """The paper's colour for somebody who chose nothing."""
    page.goto(path)
    expect(page.get_by_role("banner")).to_be_visible()
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def test_without_a_network_the_page_says_so_and_tries_again(new_page: NewPage) -> None:
    page = enter(new_page(calm=False, viewport=PHONE))
    page.context.set_offline(True)
    expect(page.get_by_text("没有网络。写好的话会留着")).to_be_visible()
    page.get_by_role("tab", name="送给谁").click()
    page.get_by_role("button", name="妈妈", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有网络")
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("button", name=re.compile(r"看看合适的 \d+ 件"))).to_be_visible()


def test_a_page_whose_build_was_replaced_is_loaded_afresh_once(new_page: NewPage) -> None:
    page = enter(new_page(calm=False))
    gone = re.compile(r"/ListPage-[^/]*\.js$")
    page.route(gone, lambda route: route.fulfill(status=404))
    with page.expect_event("load"):
        page.get_by_role("link", name="挑礼物").click()
    page.unroute(gone)
    expect(page.get_by_role("banner")).to_be_visible()
    page.get_by_role("link", name="挑礼物").click()
    expect(page.get_by_role("heading", level=1, name="挑礼物")).to_be_visible()


def test_an_unknown_shop_and_an_unknown_gift_are_pages_of_their_own(new_page: NewPage) -> None:
    page = new_page(calm=False)
    assert (answer := page.goto("/s/nowhere")) is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="这一页不在了")).to_be_visible()
    assert (answer := page.goto("/s/pingjiang/p/no-such-gift")) is not None
    assert answer.status == 404


def test_the_home_page_stays_small(new_page: NewPage) -> None:
    page = new_page()
    sizes: list[int] = []
    page.on(
        "response",
        lambda response: sizes.append(int(response.headers["content-length"])) if ".js" in response.url else None,
    )
    enter(page)
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 120_000, f"{sum(sizes)} bytes of script, compressed"
