"""Text that tries to be a program, put into every field that the faces show, under the strict policy: it stays text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.talking import composer, sign_in
from tests.servers import Shop, running_shop

#: Leaves an element, an attribute, a string of JSON-LD and a script, and would run in any of them.
EVIL: Final = "\"'></script><img src=x onerror=window.broken=1>{{window.broken=1}}"
SHORT: Final = "<img src=x onerror=window.broken=1>"
WATCH: Final = "addEventListener('securitypolicyviolation', (e) => console.error('policy ' + e.violatedDirective))"


@pytest.fixture(scope="module")
def shop(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop of its own, so that no other test meets these words."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(demo_data, folder)
    with running_shop(folder) as found:
        yield found


class Caller:
    """Somebody who speaks with the API, and insists on success."""

    def __init__(self, shop: Shop, path: str, body: dict[str, Any]) -> None:
        self._http = httpx.Client(base_url=f"{shop.url}/api/v1", headers={"X-Liyu-Client": "widget"}, timeout=30)
        self._http.headers["Authorization"] = f"Bearer {self.ask('POST', path, body)['token']}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, path, json=body)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def evil_product(shop: Shop) -> str:
    """Fills the shop, a product and a conversation with hostile words; returns the product's id."""
    owner = Caller(shop, "/sessions", {"login": "guwenlan", "password": "guwenlan-liyu"})
    place = {"name": SHORT, "city": SHORT, "address": EVIL, "phone": SHORT, "greeting": EVIL}
    owner.ask("PATCH", "/shops/pingjiang", place)
    words = {"title": EVIL, "line": EVIL, "description": EVIL, "meaning": EVIL, "selling_points": [EVIL]}
    names = {"zh-CN": SHORT, "en": SHORT}
    choice = {"id": "box", "names": names, "price_minor": 100}
    groups = ("for_whom", "occasions", "styles", "colours", "materials", "ages")
    product = owner.ask(
        "POST",
        "/products",
        {
            "status": "live",
            "rank": 1_000_000_000,
            "texts": {"zh-CN": words, "en": words},
            "attributes": {group: [SHORT] for group in groups},
            "gift_options": {"box": [choice], "card": {"price_minor": 0, "max_chars": 80}, "wrapping": [choice]},
            "variants": [{"sku": SHORT, "names": names, "options": {SHORT: SHORT}, "price_minor": 100}],
        },
    )
    found: str = product["id"]
    visitor = Caller(shop, "/visitors", {"shop": "pingjiang"})
    visitor.ask("PATCH", "/me", {"name": SHORT})
    conversation = visitor.ask("POST", "/shops/pingjiang/conversation")["id"]
    guide = Caller(shop, "/sessions", {"login": "chenjing", "password": "chenjing-liyu"})
    guide.ask("PATCH", "/me", {"name": SHORT})
    options = [{"id": "a", "label": EVIL[:40]}, {"id": "b", "label": SHORT}]
    said: list[tuple[Caller, str, dict[str, Any], str]] = [
        (visitor, "text", {"text": EVIL}, "all"),
        (guide, "product", {"product": found, "word": EVIL}, "all"),
        (guide, "question", {"text": EVIL, "options": options}, "all"),
        (guide, "text", {"text": EVIL}, "staff"),
        (visitor, "text", {"text": EVIL, "reply_to": 1}, "all"),
    ]
    for number, (who, kind, body, vis) in enumerate(said):
        if "reply_to" in body:
            page = visitor.ask("GET", f"/conversations/{conversation}/messages?before=1000")
            body["reply_to"] = next(item["seq"] for item in page["items"] if item["kind"] == "text")
        message = {"cid": f"evil-{number}", "kind": kind, "body": body, "vis": vis}
        who.ask("POST", f"/conversations/{conversation}/messages", message)
    guide.ask("POST", f"/conversations/{conversation}/assignment", {"person": None, "word": EVIL})
    return found


def harmless(page: Page) -> None:
    """Nothing ran; errors and broken policies fail the test by themselves."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.broken") is None
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ["", "/list", "/list?q=onerror", "/p/{product}", "/chat", "/me"])
def test_the_shop_shows_hostile_words_as_words(new_page: NewPage, evil_product: str, path: str, language: str) -> None:
    page = new_page(locale=language)
    page.add_init_script(WATCH)
    page.goto("/s/pingjiang" + path.format(product=evil_product))
    expect(page.get_by_text("onerror=window.broken=1").first).to_be_visible()
    harmless(page)


def test_the_desk_shows_hostile_words_as_words(new_page: NewPage, evil_product: str) -> None:
    desk = new_page()
    desk.add_init_script(WATCH)
    sign_in(desk)
    desk.get_by_role("link").filter(has_text="onerror").first.click()
    expect(composer(desk)).to_be_visible()
    expect(desk.get_by_role("log").get_by_text("onerror=window.broken=1").first).to_be_visible()
    composer(desk).fill("@onerror")
    expect(desk.get_by_text("onerror=window.broken=1").last).to_be_visible()
    harmless(desk)
