"""Pictures, voice notes, files, stickers and emoji between a customer and a guide."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.talking import attach, both, bubble, composer, open_chat, say, unique


def picture(colour: str = "pink") -> bytes:
    """A real picture, large enough to be made smaller."""
    content = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(content, "JPEG")
    return content.getvalue()


def test_a_picture_is_seen_before_it_goes_and_large_on_the_other_side(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("她的梳妆台长这样"))
    attach(customer, "room.jpg", "image/jpeg", picture())
    expect(customer.get_by_role("img", name="room.jpg")).to_be_visible()
    words = unique("看看配哪个")
    say(customer, words)
    expect(bubble(desk, words)).to_be_visible()
    shown = desk.get_by_role("button", name=re.compile("看大图"))
    expect(shown).to_be_visible()
    loaded = "image => image.decode().then(() => image.naturalWidth)"
    assert shown.get_by_role("img").evaluate(loaded) > 0
    shown.click()
    large = desk.get_by_role("dialog", name="图片").get_by_role("img")
    assert large.evaluate(loaded) > 0
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="图片")).to_have_count(0)


def test_a_picture_can_be_pasted_and_taken_out_again(new_page: NewPage) -> None:
    customer, _ = both(new_page, unique("我贴一张图"))
    composer(customer).evaluate(
        """(box, bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], 'pasted.jpg', {type: 'image/jpeg'}));
            box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        list(picture("teal")),
    )
    expect(customer.get_by_role("img", name="pasted.jpg")).to_be_visible()
    customer.get_by_role("button", name="拿掉 pasted.jpg").click()
    expect(customer.get_by_role("img", name="pasted.jpg")).to_have_count(0)


def test_a_file_is_offered_for_download_with_its_name(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("清单发您"))
    attach(customer, "名单.txt", "text/plain", "妈妈：茶壶\n".encode())
    customer.get_by_role("button", name="发送", exact=True).click()
    link = desk.get_by_role("link", name="下载 名单.txt")
    expect(link).to_be_visible()
    with desk.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == "妈妈：茶壶\n".encode()


def test_what_the_server_refuses_says_why_and_can_be_given_up(new_page: NewPage) -> None:
    customer = new_page(calm=False)
    open_chat(customer)
    attach(customer, "broken.png", "image/png", b"this is no picture")
    customer.get_by_role("button", name="发送", exact=True).click()
    refused = customer.get_by_role("article").filter(has_text="没发出去")
    expect(refused).to_be_visible()
    expect(refused.get_by_role("button", name="再发一次")).to_be_visible()
    refused.get_by_role("button", name="不发了").click()
    expect(refused).to_have_count(0)


def test_a_voice_note_is_recorded_and_played(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("我说给您听"))
    customer.get_by_role("button", name="录一段语音").click()
    expect(customer.get_by_role("timer")).to_have_text(re.compile("正在录，2″"))
    customer.get_by_role("button", name="发送语音").click()
    play = desk.get_by_role("button", name=re.compile("播放语音，[23]″"))
    expect(play).to_be_visible(timeout=20_000)
    play.click()
    expect(desk.get_by_role("button", name="暂停")).to_be_visible()
    expect(play).to_be_visible(timeout=20_000)


def test_a_recording_can_be_discarded(new_page: NewPage) -> None:
    customer, _ = both(new_page, unique("再想想"))
    customer.get_by_role("button", name="录一段语音").click()
    expect(customer.get_by_role("timer")).to_have_text(re.compile("正在录"))
    customer.get_by_role("button", name="不要了").click()
    expect(composer(customer)).to_be_focused()
    expect(customer.get_by_role("button", name=re.compile("播放语音"))).to_have_count(0)


def test_stickers_go_at_once_and_emoji_into_the_words(new_page: NewPage) -> None:
    customer, desk = both(new_page, unique("谢谢"))
    customer.get_by_role("button", name="表情", exact=True).click()
    customer.get_by_role("tab", name="贴图").click()
    customer.get_by_role("dialog", name="表情").get_by_role("button", name="抱抱").click()
    expect(desk.get_by_role("log").get_by_role("img", name="抱抱")).to_be_visible()
    customer.get_by_role("button", name="表情", exact=True).click()
    customer.get_by_role("searchbox", name="找表情").fill("玫瑰")
    customer.get_by_role("dialog", name="表情").get_by_role("button", name="🌹").click()
    expect(composer(customer)).to_have_value("🌹")
