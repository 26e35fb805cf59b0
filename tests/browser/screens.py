"""Takes the pictures of ``docs/screens`` afresh: ``python -m tests.browser.screens``.

A demo shop is opened for it, a customer and a guide say a few words, and each screen is taken once; small, in few
colours, so that the repository stays light.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from liyu.identity.demo import DEMO_PEOPLE
from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.servers import ROOT, Shop, running_shop

FOLDER: Final = ROOT / "docs" / "screens"
WIDE_PX: Final = 1080
NARROW_PX: Final = 390
GUIDE: Final = DEMO_PEOPLE[0]


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: its name, the page, how the browser is dressed, and what happens before it is taken."""

    name: str
    path: str
    phone: bool = False
    english: bool = False
    dark: bool = False
    before: Callable[[Page, Shop], None] | None = None


def talk(page: Page, shop: Shop) -> None:
    """A question, an answer and a product card."""
    panel = page.get_by_role("complementary", name="和店员聊天")
    panel.get_by_role("button", name="给店员看").click()
    field = panel.get_by_role("textbox")
    field.fill("送女朋友，24 号前要到手。背面能刻“岁岁常欢愉”吗？")
    field.press("Enter")
    expect(panel.get_by_text("岁岁常欢愉")).to_be_visible()
    answer(shop, "能刻，背面最多十二个字。今天刻，后天就能寄出。")
    expect(panel.get_by_text("今天刻，后天就能寄出").first).to_be_visible()
    expect(page.get_by_role("link", name="消息", exact=True)).to_be_visible()  # nothing is left unread
    page.wait_for_load_state("networkidle")


def answer(shop: Shop, text: str) -> None:
    """The guide answers in the newest conversation of her shop."""
    with httpx.Client(base_url=f"{shop.url}/api/v1", headers={"X-Liyu-Client": "widget"}) as guide:
        signed_in = guide.post("/sessions", json={"login": GUIDE.login, "password": GUIDE.password}).raise_for_status()
        guide.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        owner = next(item["owner"] for item in guide.get("/inboxes").json()["items"] if item["owner"].startswith("q:"))
        newest = guide.get(f"/inboxes/{owner}").json()["items"][0]["conv"]
        message: dict[str, Any] = {"cid": "screens-answer", "kind": "text", "body": {"text": text}, "vis": "all"}
        guide.post(f"/conversations/{newest}/messages", json=message).raise_for_status()


def choose(page: Page, _: Shop) -> None:
    """Two of the three taps."""
    page.get_by_role("button", name="恋人", exact=True).click()
    page.wait_for_load_state("networkidle")


def serve(page: Page, _: Shop) -> None:
    """The guide signs in and opens the conversation that the customer began."""
    page.get_by_label("账号").fill(GUIDE.login)
    page.get_by_label("密码").fill(GUIDE.password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("tab", name="全部").click()
    page.get_by_role("listitem").filter(has_text="今天刻").or_(page.get_by_text("今天刻，后天就能寄出")).first.click()
    expect(page.get_by_text("今天刻，后天就能寄出").last).to_be_visible()
    page.wait_for_load_state("networkidle")


SCREENS: Final = (
    Screen("shop-home", "/s/pingjiang", before=choose),
    Screen("shop-home-phone", "/s/pingjiang", phone=True),
    Screen("shop-home-phone-en-dark", "/s/pingjiang", phone=True, english=True, dark=True),
    Screen("shop-list", "/s/pingjiang/list?for=mother"),
    Screen("shop-product", "/s/pingjiang/p/begonia-mirror?talk=1", before=talk),
    Screen("desk", "/desk", before=serve),
    Screen("shop-product-phone", "/s/pingjiang/p/begonia-mirror", phone=True),
)


def take(browser: Browser, shop: Shop, screen: Screen) -> Path:
    """The picture of one screen, saved."""
    context = browser.new_context(
        base_url=shop.url,
        viewport=PHONE if screen.phone else DESKTOP,
        locale="en-GB" if screen.english else "zh-CN",
        color_scheme="dark" if screen.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(screen.path)
    page.wait_for_load_state("networkidle")
    if screen.before:
        screen.before(page, shop)
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    width = NARROW_PX if screen.phone else WIDE_PX
    small = picture.resize((width, picture.height * width // picture.width), Image.Resampling.LANCZOS)
    path = FOLDER / f"{screen.name}.png"
    small.quantize(256, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    """Every screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_shop(Path(data) / "data") as shop,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for screen in SCREENS:
            path = take(browser, shop, screen)
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB")
        browser.close()


if __name__ == "__main__":
    main()
