"""A planned stop, a full node: clients are told what to do, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from liyu.client import Liyu
from tests.api.gateway.raw import opened, visitor
from tests.api.gateway.sites import SETTINGS, SHOP, merged
from tests.servers import free_port, running_shop

STOP_S = 20.0


@pytest.mark.parametrize("websocket", ["picows", "uvicorn"])
async def test_sigterm_drains_and_the_clients_come_back(demo_data: Path, tmp_path: Path, websocket: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    settings = merged(SETTINGS, {"gateway": {"websocket": websocket}, "server": {"port": free_port()}})
    with running_shop(data, settings) as shop:
        async with visitor(shop.url, SHOP) as ann, Liyu(shop.url) as client:
            conversation = (await ann.conversation(SHOP))["id"]
            await client.visit(SHOP)
            own = await client.open_conversation(SHOP)
            thread = await client.follow(own)
            async with ann.socket() as raw:
                await raw.follow(conversation, 0)
                for number in range(20):
                    text = {"text": str(number)}
                    await raw.say(t="send", conv=conversation, cid=f"m{number}", kind="text", body=text)
                await raw.say(t="ping")
                await raw.until("pong")  # the server has read all of them
                shop.process.send_signal(signal.SIGTERM)
                assert await raw.until_closed() == 4601
                assert [frame["retry_ms"] for frame in raw.frames if frame["t"] == "drain"] == [500]
                acked = {frame["cid"] for frame in raw.frames if frame["t"] == "ack"}
                assert acked == {f"m{number}" for number in range(20)}, "what was under way is finished first"
            assert await asyncio.to_thread(shop.process.wait, STOP_S) == 0
            answer = client.post(own, "text", {"text": "said while the shop was away"})
            with running_shop(data, settings, demo=False) as again:
                assert again.url == shop.url
                ack = await asyncio.wait_for(answer, STOP_S)
                async with asyncio.timeout(STOP_S):
                    while not (thread.current and thread.head >= ack.seq):
                        await asyncio.sleep(0.02)
                events = await ann.call("GET", f"/conversations/{conversation}/events?after=0&limit=100")
                assert acked <= {event["cid"] for event in events["list"]}


@pytest.mark.parametrize("websocket", ["picows", "uvicorn"])
async def test_a_full_node_asks_newcomers_to_wait_and_keeps_the_others(
    demo_data: Path, tmp_path: Path, websocket: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    settings = merged(SETTINGS, {"gateway": {"websocket": websocket, "sockets": 1}})
    with running_shop(data, settings) as shop:
        async with visitor(shop.url, SHOP) as ann, ann.socket() as first:
            async with opened(shop.url) as late:
                error = await late.until("error")
                assert (error["code"], error["retryable"]) == ("node.busy", True)
                assert error["retry_after_ms"] > 0
                assert await late.until_closed() == 4602
            await first.say(t="ping")
            await first.until("pong")
        async with asyncio.timeout(STOP_S):
            while True:
                async with opened(shop.url) as raw:
                    await raw.say(t="hello", token="lys_nobody")
                    if (await raw.until("error"))["code"] != "node.busy":
                        break
