"""One fault run: clients write and read while faults are injected; afterwards the checker decides.

The seed decides who writes what and which fault strikes when; the timing of the machine remains.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from liyu.identity.demo import DEMO_PEOPLE
from tests.faults.checker import Verdict, check
from tests.faults.cluster import Cluster
from tests.faults.nemesis import Nemesis
from tests.faults.participants import CUSTOMER_CLASSES, STAFF_CLASSES, Participant, arrive, insist
from tests.faults.schedule import Fault, draw
from tests.faults.truth import read_truth

SHOP = "pingjiang"
STAFF = ("chenjing", "shenyan", "guwenlan", "luyiming")
VISITORS = 8
COLLEAGUES = 12
SETTLE_S = 60.0  # after healing, everything must have been answered and every client be current by then

#: Many clients share one address and write more than people do.
SETTINGS: dict[str, dict[str, Any]] = {
    "gateway": {"sends_per_minute": 100_000, "person_sends_per_minute": 100_000, "ping_interval_ms": 2_000},
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a run showed."""

    verdict: Verdict
    acked: int
    written: int
    unanswered: int
    struck: dict[str, int]
    stale: int


async def run(
    cluster: Cluster, seed: int, length_s: float, *, faults: Sequence[Fault] | None = None, settle_s: float = SETTLE_S
) -> Report:
    """Start the cluster, let everybody write for ``length_s`` under ``faults`` (default: all possible), and check."""
    await cluster.start()
    participants = await _gather(cluster, seed)
    nemesis = Nemesis(cluster, participants)
    try:
        over = asyncio.Event()
        writing = [asyncio.create_task(one.write(over)) for one in participants]
        chosen = Nemesis.possible(cluster) if faults is None else list(faults)
        await asyncio.gather(nemesis.run(draw(seed, length_s, chosen)), asyncio.sleep(length_s))
        over.set()
        await asyncio.gather(*writing)
        await nemesis.heal()
        stale = await _settle(participants, settle_s)
        truths = await read_truth(cluster.database)
        acked = [ack for one in participants for ack in one.recorded]
        views = [view for one in participants for view in one.views()]
        verdict = check(acked, truths, views, [shown for one in participants for shown in one.shown])
        unanswered = sum(len(one.unanswered) for one in participants)
        written = sum(len(truth.entries) for truth in truths.values())
        return Report(verdict, len(acked), written, unanswered, dict(nemesis.struck), stale)
    finally:
        for one in participants:
            await one.close()


async def _gather(cluster: Cluster, seed: int) -> list[Participant]:
    """Visitors with a conversation each, and colleagues who follow and write in several of them."""
    ports = [node.port for node in cluster.nodes]
    participants: list[Participant] = []
    conversations: list[str] = []
    for number in range(VISITORS):
        one = await arrive(f"visitor{number}", ports[number % len(ports)], seed + number, classes=CUSTOMER_CLASSES)
        participants.append(one)
        await insist(lambda one=one: one.shop.visit(SHOP))
        conversation = str(await insist(lambda one=one: one.shop.open_conversation(SHOP)))
        one.conversations.append(conversation)
        conversations.append(conversation)
    for number in range(COLLEAGUES):
        one = await arrive(f"staff{number}", ports[number % len(ports)], seed + 100 + number, classes=STAFF_CLASSES)
        participants.append(one)
        login = STAFF[number % len(STAFF)]
        password = next(person.password for person in DEMO_PEOPLE if person.login == login)
        await insist(lambda one=one, login=login, password=password: one.shop.sign_in(login, password))
        one.conversations.extend(conversations[place % VISITORS] for place in range(number, number + 3))
    for one in participants:
        for conversation in one.conversations:
            await one.shop.follow(conversation)
    return participants


async def _settle(participants: Sequence[Participant], settle_s: float) -> int:
    """Wait until every message is answered and every client is current; returns how many clients are not."""
    deadline = time.monotonic() + settle_s
    while True:
        stale = [
            one
            for one in participants
            if one.unanswered or any(not thread.current for thread in one.shop.threads.values())
        ]
        if not stale or time.monotonic() > deadline:
            return len(stale)
        await asyncio.sleep(0.2)


def report_lines(report: Report, conditions: str) -> list[str]:
    """The figures ``faults.*``, one JSON line each."""
    return [
        json.dumps(
            {
                "figure": f"faults.{name}",
                "value": value,
                "unit": "messages",
                "n": report.acked,
                "peer": None,
                "peer_value": None,
                "ratio": None,
                "conditions": conditions,
            },
            ensure_ascii=False,
        )
        for name, value in report.verdict.counts().items()
    ]
