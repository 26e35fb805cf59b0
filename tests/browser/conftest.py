"""Debian's Chromium for the tests that look at pages: one browser for the session, a fresh person for every context.

A page that reports an error of its own, breaks the content security policy or gets an answer of 4xx or 5xx fails the
test that saw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.servers import ROOT, Shop

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PHONE: Final = {"width": 390, "height": 844}
DESKTOP: Final = {"width": 1440, "height": 900}
AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: A new person's page: keyword arguments go to Playwright's ``new_context``.
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, shop: Shop) -> Iterator[NewPage]:
    """Makes pages, each in a context of its own: another browser profile, another person.

    Chinese, light, a desktop's size unless told otherwise. ``calm=False``: errors on the page are expected here.
    """
    troubles: list[str] = []
    with ExitStack() as stack:

        def make(*, calm: bool = True, **options: Any) -> Page:
            defaults: dict[str, Any] = {"base_url": shop.url, "locale": "zh-CN", "viewport": DESKTOP}
            context: BrowserContext = chromium.new_context(**(defaults | options))
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            if calm:
                _listen(page, troubles)
            return page

        yield make
    assert not troubles, "\n".join(troubles)


def _listen(page: Page, troubles: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # Answers are judged below, where their address is known.
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(f"console at {page.url}: {message.text}")

    def answered(response: Response) -> None:
        # Whoever has no session any more asks who it is and hears 401.
        if response.status >= 400 and response.status != 401:
            troubles.append(f"{response.status} at {response.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: troubles.append(f"error at {page.url}: {error}"))
    page.on("response", answered)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe, to be evaluated in a page."""
    return Path(AXE).read_text(encoding="utf-8")


@pytest.fixture
def violations(axe: str) -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page: rule, where, why."""

    def look(page: Page) -> list[str]:
        page.evaluate(axe)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return look
