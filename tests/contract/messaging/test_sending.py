"""Sending on both twins: numbers, idempotency, refusals, groups."""

from __future__ import annotations

import asyncio

from tests.contract.messaging.world import World


async def test_a_message_is_numbered_and_read_back(world: World) -> None:
    customer = world.person()
    conversation = await world.open(customer)
    ack = await world.say(customer, conversation, "你好")
    snapshot = await world.messaging.snapshot(customer, conversation)
    assert snapshot.head == ack.seq
    assert [message.kind for message in snapshot.messages] == ["member.joined", "text"]
    acks = await asyncio.gather(*(world.say(customer, conversation, str(n)) for n in range(20)))
    assert [ack.seq for ack in acks] == list(range(3, 23))
