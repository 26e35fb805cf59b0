"""Scenarios of a conversation, on one node by either WebSocket and on two nodes."""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from liyu.client import Liyu
from liyu.protocol.snapshots import Conversation
from tests.api.gateway.raw import Person, Raw, opened, staff, visitor
from tests.api.gateway.sites import FOREIGN_SHOP, GUIDE, SHOP, Site


class Scene:
    """A visitor on the first node and a guide on the last, with sockets that follow their conversation."""

    def __init__(self, site: Site, ann: Person, guide: Person, conversation: dict[str, Any]) -> None:
        self.site, self.ann, self.guide = site, ann, guide
        self.id = str(conversation["id"])
        self.head = int(conversation["head"])

    @contextlib.asynccontextmanager
    async def sockets(self) -> AsyncIterator[tuple[Raw, Raw]]:
        async with self.ann.socket() as one, self.guide.socket() as two:
            self.head = (await self.guide.call("GET", f"/conversations/{self.id}"))["head"]
            await one.follow(self.id, self.head)
            await two.follow(self.id, self.head)
            yield one, two


@pytest.fixture
async def scene(site: Site) -> AsyncIterator[Scene]:
    async with visitor(site.url(0), SHOP) as ann, staff(site.url(1), *GUIDE) as guide:
        yield Scene(site, ann, guide, await ann.conversation(SHOP))


async def say(raw: Raw, conversation: str, cid: str, text: str, **more: Any) -> dict[str, Any]:
    await raw.say(t="send", conv=conversation, cid=cid, kind="text", body={"text": text}, **more)
    return await raw.until("ack", lambda frame: frame["cid"] == cid)


def texts(frames: list[dict[str, Any]]) -> list[str]:
    events = [event for frame in frames if frame["t"] == "events" for event in frame["list"]]
    return [event["body"]["text"] for event in events if event["kind"] == "text"]


async def hear(raw: Raw, text: str) -> None:
    await raw.once("events", lambda frame: text in texts([frame]))


def assert_contiguous(raw: Raw, conversation: str) -> None:
    head: int | None = None
    for frame in raw.frames:
        if frame["t"] == "events" and frame["conv"] == conversation:
            assert head is None or frame["from"] == head + 1
            head = frame["to"]


async def test_a_message_goes_from_client_to_client(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        ack = await say(ann, scene.id, "m1", "您好")
        await hear(guide, "您好")
        await say(guide, scene.id, "m1", "欢迎")
        await hear(ann, "欢迎")
        assert ack["seq"] == scene.head + 1
        assert_contiguous(ann, scene.id)
        assert_contiguous(guide, scene.id)


async def test_a_retry_gets_the_first_ack_and_another_body_is_refused(scene: Scene) -> None:
    async with scene.sockets() as (ann, _):
        first = await say(ann, scene.id, "m1", "one")
        assert await say(ann, scene.id, "m1", "one") == first
        await ann.say(t="send", conv=scene.id, cid="m1", kind="text", body={"text": "two"})
        refuse = await ann.until("refuse")
        assert (refuse["cid"], refuse["code"]) == ("m1", "message.cid_reused")


async def test_an_internal_note_does_not_leave_the_server_for_the_customer(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        await say(guide, scene.id, "n1", "she likes blue", vis="staff")
        await say(guide, scene.id, "n2", "hello")
        await hear(ann, "hello")
        await hear(guide, "hello")
        assert texts(ann.frames) == ["hello"]
        assert texts(guide.frames) == ["she likes blue", "hello"]
        assert_contiguous(ann, scene.id)


async def test_after_a_lost_connection_exactly_what_was_missed_comes(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        await say(guide, scene.id, "a", "before")
        await hear(ann, "before")
        head = max(frame["to"] for frame in ann.frames if frame["t"] == "events")
        ann.socket.transport.abort()
        for number in range(5):
            await say(guide, scene.id, f"b{number}", f"missed {number}")
        async with scene.ann.socket(heads={scene.id: [1, head]}) as again:
            await hear(again, "missed 4")
            assert texts(again.frames) == [f"missed {number}" for number in range(5)]
            assert_contiguous(again, scene.id)
            await say(guide, scene.id, "c", "after")
            await hear(again, "after")
            assert_contiguous(again, scene.id)


async def test_cursors_signals_and_presence_reach_the_other_side(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        ack = await say(guide, scene.id, "m", "look")
        await ann.say(t="cursor", conv=scene.id, read=ack["seq"], delivered=ack["seq"])
        cursor = await guide.once("cursor", lambda f: f["who"] == scene.ann.id and f["read"] == ack["seq"])
        assert (cursor["read"], cursor["delivered"]) == (ack["seq"], ack["seq"])
        await ann.say(t="signal", conv=scene.id, kind="viewing", body={"product": "prd_1", "title": "伞"})
        signal = await guide.once("signal", lambda frame: frame["kind"] == "viewing")
        assert signal["who"] == scene.ann.id
        assert signal["body"]["product"] == "prd_1"
        ann.socket.transport.abort()
        gone = await guide.until("signal", lambda f: f["kind"] == "presence" and f["who"] == scene.ann.id)
        while gone["body"]["online"]:
            gone = await guide.until("signal", lambda f: f["kind"] == "presence" and f["who"] == scene.ann.id)


async def test_negotiation_of_a_call_is_passed_on_and_answered(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        await ann.say(t="call", call=f"{scene.id}/1", n=1, kind="offer", body={"sdp": "v=0"})
        heard = await guide.until("call")
        assert (heard["call"], heard["n"], heard["body"]) == (f"{scene.id}/1", 1, {"sdp": "v=0"})
        assert (await ann.until("ack"))["seq"] == 1
        device = heard["from_device"]
        await guide.say(t="call", call=f"{scene.id}/1", n=1, kind="answer", body={}, to_device=device)
        assert (await ann.until("call"))["kind"] == "answer"


async def test_a_desk_hears_of_a_new_conversation_in_its_queue(scene: Scene) -> None:
    async with scene.guide.socket() as desk:
        welcome = desk.frames[0]
        owner = next(owner for owner in welcome["inboxes"] if owner.startswith("q:"))
        inboxes = (await scene.guide.call("GET", "/inboxes"))["items"]
        revision = next(inbox["rev"] for inbox in inboxes if inbox["owner"] == owner)
        await desk.say(t="watch", owner=owner, after=revision)
        await desk.until("inbox")
        async with visitor(scene.site.url(0), SHOP) as other:
            made = await other.conversation(SHOP)
            changed = await desk.once("inbox", lambda f: any(row["conv"] == made["id"] for row in f["list"]))
        assert changed["from"] > revision


async def test_a_revoked_device_is_closed_at_once(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        devices = (await scene.guide.call("GET", "/me/devices"))["items"]
        current = next(device for device in devices if device["current"])
        await scene.guide.call("DELETE", f"/me/devices/{current['id']}")
        assert await guide.until_closed() == 4402
        await say(ann, scene.id, "m", "still here")


async def test_signing_out_on_one_node_closes_the_socket_on_the_other(site: Site) -> None:
    async with staff(site.url(0), *GUIDE) as guide, guide.socket(site.url(1)) as raw:
        await guide.call("DELETE", "/sessions/current")
        assert await raw.until_closed() == 4402


async def test_another_chain_finds_nothing(scene: Scene) -> None:
    async with visitor(scene.site.url(0), FOREIGN_SHOP) as eve, eve.socket(scene.site.url(1)) as raw:
        await raw.say(t="sub", conv=scene.id, epoch=1, after=0)
        error = await raw.until("error")
        assert (error["code"], error["about"]) == ("conv.not_found", scene.id)
        await raw.say(t="send", conv=scene.id, cid="m", kind="text", body={"text": "hi"})
        assert (await raw.until("refuse"))["cid"] == "m"
        await raw.say(t="signal", conv=scene.id, kind="typing", body={"on": True})
        assert (await raw.until("error"))["code"] == "conv.not_followed"
        await raw.say(t="cursor", conv=scene.id, read=1)
        assert (await raw.until("error"))["about"] == scene.id
        await raw.say(t="watch", owner=f"p:{scene.ann.id}", after=0)
        assert (await raw.until("error"))["code"] == "inbox.not_found"


async def collapsed(url: str) -> float:
    """How many streams of slow readers the node has dropped so far."""
    async with httpx.AsyncClient() as http:
        page = (await http.get(url + "/metrics")).text
    return float(page.split("\nliyu_gateway_collapsed_total ")[1].split()[0])


async def flood(raw: Raw, conversation: str, name: str) -> str:
    """Half a megabyte of messages; returns the last one's id, once it is durable."""
    for number in range(40):
        body = {"text": f"{number} " + "礼" * 3_900}
        await raw.say(t="send", conv=conversation, cid=f"{name}.{number}", kind="text", body=body)
    await raw.until("ack", lambda frame: frame["cid"] == f"{name}.39")
    return f"{name}.39"


async def stay_alive(raw: Raw) -> None:
    """Speak without listening: a connection that says nothing for two ping intervals is given up."""
    while True:
        await raw.say(t="pong")
        await asyncio.sleep(0.5)


async def test_a_reader_that_does_not_read_is_bounded_and_told_to_load_afresh(scene: Scene) -> None:
    address = urlsplit(scene.ann.url)
    slow = sockets.socket()
    slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    slow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(slow, (address.hostname, address.port))
    async with scene.sockets() as (fast, guide), opened(scene.ann.url, sock=slow, max_queue=1) as raw:
        await raw.hello(scene.ann.token)
        await raw.follow(scene.id, scene.head)
        alive = asyncio.create_task(stay_alive(raw))
        rounds, last = 0, ""
        before = await collapsed(scene.ann.url)
        while await collapsed(scene.ann.url) == before:
            rounds += 1
            last = await flood(guide, scene.id, f"r{rounds}")
        alive.cancel()
        await fast.once("events", lambda frame: any(event["cid"] == last for event in frame["list"]))
        assert_contiguous(fast, scene.id)
        resync = await raw.once("resync")
        assert resync["conv"] == scene.id
        assert_contiguous(raw, scene.id)
        head = (await scene.ann.call("GET", f"/conversations/{scene.id}"))["head"]
        await raw.follow(scene.id, head)
        await say(guide, scene.id, "end", "the end")
        await hear(raw, "the end")


async def test_large_frames_arrive_whole_when_several_leave_in_one_turn(scene: Scene) -> None:
    async with scene.sockets() as (ann, guide):
        for number in range(4):
            await say(guide, scene.id, f"m{number}", f"{number} " + "礼物" * 1_500)
        await ann.once("events", lambda frame: any(event["cid"] == "m3" for event in frame["list"]))
        scene.head = (await scene.ann.call("GET", f"/conversations/{scene.id}"))["head"] - 4
    async with scene.ann.socket() as again:
        await again.follow(scene.id, scene.head + 3)
        for after in (scene.head + 1, scene.head + 2, scene.head + 3):
            await again.say(t="sub", conv=scene.id, epoch=1, after=after)
        for _ in range(3):
            await again.until("events")
        replays = [frame for frame in again.frames if frame["t"] == "events"]
        assert [frame["from"] - scene.head for frame in replays] == [4, 2, 3, 4]
        for frame in replays:
            assert [event["seq"] for event in frame["list"]] == list(range(frame["from"], frame["to"] + 1))
            assert frame["list"][-1]["cid"] == "m3"


def plain(shown: Conversation) -> tuple[object, ...]:
    """A snapshot with its bodies as values."""
    messages = [(m.seq, m.kind, m.actor, m.at, m.vis, m.state, msgspec.json.decode(m.body)) for m in shown.messages]
    return shown.epoch, shown.head, shown.members, shown.assignee, shown.title, shown.more, messages


async def test_a_screen_and_a_desk_in_python_stay_current_through_cuts(scene: Scene) -> None:
    async with Liyu(scene.site.url(0)) as ann, Liyu(scene.site.url(1)) as guide:
        await ann.visit(SHOP)
        conversation = await ann.open_conversation(SHOP)
        await guide.sign_in(*GUIDE)
        await guide.connect()
        queue = await guide.watch(next(owner for owner in guide.inboxes if owner.startswith("q:")))
        screens = [await ann.view(conversation), await guide.view(conversation)]
        first = await ann.send(conversation, "text", {"text": "one"})
        guide.drop()
        await guide.send(conversation, "reaction", {"target": first.seq, "emoji": "🎁"})
        ann.drop()
        await ann.send(conversation, "edit", {"target": first.seq, "text": "two"})
        await guide.send(conversation, "text", {"text": "a note"}, vis="staff")
        last = await ann.send(conversation, "text", {"text": "three"})
        async with asyncio.timeout(30):
            while not all(screen.current and screen.head >= last.seq for screen in screens):
                await asyncio.sleep(0.02)
            while not (queue.current and queue.entries[conversation].last_seq >= last.seq):
                await asyncio.sleep(0.02)
        for client, screen in zip((ann, guide), screens, strict=True):
            fresh = await client.api.snapshot(conversation)
            assert plain(fresh) == plain(screen.shown)
        assert [m.state.text for m in screens[0].shown.messages if m.seq == first.seq] == ["two"]
        await ann.unfollow(conversation)
        await guide.unwatch(queue.owner)


async def test_the_python_client_stays_contiguous_through_cuts(scene: Scene) -> None:
    async with Liyu(scene.site.url(0)) as ann, Liyu(scene.site.url(1)) as guide:
        await ann.visit(SHOP)
        conversation = await ann.open_conversation(SHOP)
        await guide.sign_in(*GUIDE)
        threads = [await ann.follow(conversation), await guide.follow(conversation)]
        answers = []
        for number in range(30):
            sender = (ann, guide)[number % 2]
            answers.append(sender.post(conversation, "text", {"text": str(number)}))
            if number % 10 == 5:
                ann.drop()
            if number % 10 == 8:
                guide.drop()
            await asyncio.sleep(0.01)
        acks = await asyncio.wait_for(asyncio.gather(*answers), 30)
        last = max(ack.seq for ack in acks)
        async with asyncio.timeout(30):
            while not all(thread.current and thread.head >= last for thread in threads):
                await asyncio.sleep(0.02)
        seen = [[event.cid for event in thread.events if event.kind == "text"] for thread in threads]
        assert seen[0] == seen[1]
        assert sorted(seen[0]) == sorted(ack.cid for ack in acks)
