"""A customer at the shop and a guide at the desk, as their hands do it. All is found by role and visible text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Locator, Page, TimeoutError, expect

SHOP = "pingjiang"
GUIDE = ("chenjing", "chenjing-liyu")
SECOND_GUIDE = ("fangke", "fangke-liyu")
CHAT = f"/s/{SHOP}/chat"


def unique(words: str) -> str:
    """Words that no other test says: conversations of a session share one shop."""
    return f"{words} {uuid4().hex[:8]}"


def composer(page: Page) -> Locator:
    """Where a message is written."""
    return page.get_by_role("textbox", name="写消息").or_(page.get_by_role("textbox", name="写悄悄话"))


def open_chat(page: Page, path: str = CHAT) -> None:
    """A customer opens the conversation with the shop."""
    page.goto(path)
    expect(composer(page)).to_be_visible()


def say(page: Page, words: str) -> None:
    """Write and send by Enter."""
    composer(page).fill(words)
    composer(page).press("Enter")


def sign_in(page: Page, who: tuple[str, str] = GUIDE) -> None:
    """A person of the shop signs in at the desk."""
    page.goto("/desk")
    page.get_by_label("账号").fill(who[0])
    page.get_by_label("密码").fill(who[1])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="对话", level=1)).to_be_visible()


def open_conversation(desk: Page, words: str) -> None:
    """The guide opens the conversation whose last words these are."""
    row = desk.get_by_role("link").filter(has_text=words)
    try:
        row.wait_for(timeout=5_000)
    except TimeoutError:  # many wait, and only the rows in view are drawn: the newest stand first among all
        desk.get_by_role("tab", name="全部").click()
    row.click()
    expect(composer(desk)).to_be_visible()
    expect(bubble(desk, words)).to_be_visible()


def bubble(page: Page, words: str) -> Locator:
    """The message that says ``words``."""
    return page.get_by_role("log").get_by_role("article").filter(has_text=words)


def thread_texts(page: Page) -> list[str]:
    """The plain texts of the thread as drawn, from the first to the last."""
    return page.get_by_role("log").locator(".bub__t").all_inner_texts()


def act(page: Page, words: str, action: str) -> None:
    """Do something with a message by its menu."""
    message = bubble(page, words)
    message.hover()
    message.get_by_role("button", name="对这条消息").click()
    message.get_by_role("group", name="对这条消息").get_by_role("button", name=action, exact=True).click()


def attach(page: Page, name: str, media_type: str, content: bytes) -> None:
    """Choose a file by the composer's button, which opens the system's chooser."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="图片或文件").click()
    chooser.value.set_files({"name": name, "mimeType": media_type, "buffer": content})


def csrf(page: Page) -> dict[str, str]:
    """The headers without which the API changes nothing: the page's own token, and at the desk whose it is."""
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    if urlsplit(page.url).path.startswith("/desk"):
        return {"X-Liyu-Client": "desk", "X-CSRF-Token": cookies["liyu_desk_csrf"]}
    return {"X-CSRF-Token": cookies["liyu_csrf"]}


def received(page: Page) -> list[dict[str, Any]]:
    """Collects every frame that the page gets from now on."""
    frames: list[dict[str, Any]] = []

    def take(payload: str | bytes) -> None:
        frames.append(json.loads(payload))

    page.on("websocket", lambda socket: socket.on("framereceived", take))
    return frames


def both(new_page: Callable[..., Page], words: str) -> tuple[Page, Page]:
    """A customer who has said ``words``, and a guide who has opened that conversation: ``(customer, desk)``."""
    customer = new_page()
    open_chat(customer)
    say(customer, words)
    desk = new_page()
    sign_in(desk)
    open_conversation(desk, words)
    return customer, desk
