"""Two nodes on PostgreSQL and Redis under faults: a node that stands still, a bus that is gone."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from liyu.client import Liyu
from tests.api.gateway.sites import GUIDE, SHOP, two_nodes
from tests.servers import Postgres, running_redis

WAIT_S = 60.0
pytestmark = pytest.mark.matrix


class Talk:
    """A visitor on the first node and a guide on the second, who write at the same time."""

    def __init__(self, ann: Liyu, guide: Liyu, conversation: str) -> None:
        self.ann, self.guide, self.conversation = ann, guide, conversation
        self.answers: list[asyncio.Future[object]] = []

    async def write(self, count: int, pause_s: float = 0.02) -> None:
        for number in range(count):
            for client in (self.ann, self.guide):
                self.answers.append(client.post(self.conversation, "text", {"text": f"{number}"}))  # type: ignore[arg-type]
            await asyncio.sleep(pause_s)

    async def settle(self) -> None:
        """Everything is acknowledged and on both screens; then both screens and the database say the same."""
        acks = await asyncio.wait_for(asyncio.gather(*self.answers), WAIT_S)
        last = max(ack.seq for ack in acks)  # type: ignore[attr-defined]
        threads = [client.threads[self.conversation] for client in (self.ann, self.guide)]
        async with asyncio.timeout(WAIT_S):
            while not all(thread.current and thread.head >= last for thread in threads):
                await asyncio.sleep(0.05)
        _, _, stored = await self.guide.api.history(self.conversation, 0)
        said = [event.cid for event in stored if event.kind == "text"]
        assert len(said) == len(set(said))
        assert set(said) == {ack.cid for ack in acks}  # type: ignore[attr-defined]
        for thread in threads:
            assert [event.cid for event in thread.events if event.kind == "text"] == said


async def begin(ann: Liyu, guide: Liyu) -> Talk:
    await ann.visit(SHOP)
    await guide.sign_in(*GUIDE)
    conversation = await ann.open_conversation(SHOP)
    await ann.follow(conversation)
    await guide.follow(conversation)
    return Talk(ann, guide, conversation)


async def test_a_node_that_stands_still_catches_up(postgres: Postgres, tmp_path: Path) -> None:
    with two_nodes(postgres, await postgres.create(), tmp_path) as site:
        async with Liyu(site.url(0)) as ann, Liyu(site.url(1)) as guide:
            talk = await begin(ann, guide)
            writing = asyncio.create_task(talk.write(100, 0.05))
            await asyncio.sleep(1)
            os.kill(site.nodes[1].pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(6)  # longer than two ping intervals: its client gives the connection up
            finally:
                os.kill(site.nodes[1].pid, signal.SIGCONT)
            await writing
            await talk.settle()


async def test_a_bus_that_is_killed_in_the_middle_costs_latency_only(postgres: Postgres, tmp_path: Path) -> None:
    with two_nodes(postgres, await postgres.create(), tmp_path) as site:
        assert site.redis is not None
        async with Liyu(site.url(0)) as ann, Liyu(site.url(1)) as guide:
            talk = await begin(ann, guide)
            await talk.write(20)
            site.redis.process.kill()
            site.redis.process.wait()
            await talk.write(40, 0.05)
            await talk.settle()
            with running_redis(port=site.redis.port):
                await talk.write(40, 0.05)
                await talk.settle()
