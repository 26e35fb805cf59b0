"""The shop for everybody: axe, narrow and enlarged pages, keys alone, less motion, hostile text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewPage

PAGES = {
    "home": "/s/pingjiang",
    "list": "/s/pingjiang/list",
    "product": "/s/pingjiang/p/begonia-mirror",
    "talking": "/s/pingjiang/p/begonia-mirror?talk=1",
    "chat": "/s/pingjiang/chat",
    "me": "/s/pingjiang/me",
}


def settle(page: Page, path: str) -> None:
    """Open a page and wait until nothing is on its way."""
    page.goto(path)
    expect(page.locator(".page")).to_be_attached()  # drawn by the application, not by the server
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy='true']")).to_have_count(0)


@pytest.mark.parametrize("dress", ["desktop zh light", "phone en dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(new_page: NewPage, violations: Callable[[Page], list[str]], name: str, dress: str) -> None:
    phone = dress.startswith("phone")
    page = new_page(
        viewport=PHONE if phone else DESKTOP,
        locale="en-GB" if phone else "zh-CN",
        color_scheme="dark" if phone else "light",
        reduced_motion="reduce",
    )
    settle(page, PAGES[name])
    assert violations(page) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_at_320_px_nothing_is_lost_sideways(new_page: NewPage, name: str, language: str) -> None:
    """320 px is also what 400 % zoom leaves of 1,280 px (WCAG 1.4.10)."""
    page = new_page(viewport={"width": 320, "height": 640}, locale=language)
    settle(page, PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PAGES)
def test_enlarged_to_200_percent_nothing_is_lost_sideways(new_page: NewPage, name: str) -> None:
    page = new_page(viewport={"width": 720, "height": 450}, device_scale_factor=2)
    settle(page, PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


def test_every_stop_of_the_tab_key_is_seen(new_page: NewPage) -> None:
    page = new_page()
    settle(page, PAGES["home"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
              const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              return {what: at.outerHTML.slice(0, 120), drawn, shown: box.width > 0 && box.height > 0};
            }"""
        )
        assert seen["drawn"], seen["what"]
        assert seen["shown"], seen["what"]


def test_targets_of_a_thumb_are_large_enough(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    settle(page, PAGES["product"])
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], [role=tab]')]
          .filter((one) => one.offsetParent && !one.closest('.details') && !one.classList.contains('skip'))
          .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 36 || Math.max(box.width, box.height) < 44)
          .map(([what]) => what)"""
    )
    assert small == []


def test_less_motion_means_none(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    settle(page, PAGES["talking"])
    moving = page.evaluate("document.getAnimations().filter((one) => one.effect.getTiming().duration > 10).length")
    assert moving == 0


def test_no_page_breaks_its_policy_or_runs_text(new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('policy ' + e.violatedDirective))"
    )
    hostile = "<img src=x onerror=window.broken=1>\"'><script>window.broken=1</script>"
    settle(page, PAGES["me"])
    page.get_by_role("textbox", name="怎么称呼您").fill(hostile[:40])
    page.goto("/s/pingjiang/list?q=" + re.sub("[#&+]", "", hostile))
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    settle(page, PAGES["chat"])
    field = page.get_by_role("main").get_by_role("textbox")
    field.fill(hostile)
    field.press("Enter")
    expect(page.get_by_text(hostile).last).to_be_visible()
    assert page.evaluate("window.broken") is None
