"""Jobs on both twins: in the transaction of their cause, leased, retried, given up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from liyu.kit.clock import VirtualClock
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.jobs.queue import MAX_ATTEMPTS, Job, enqueue, lease, wait_ms
from liyu.platform.jobs.tables import job
from liyu.platform.jobs.worker import Worker

CHAIN = ChainId("chn_1")


async def put(database: Database, clock: VirtualClock, key: str = "one", **more: Any) -> None:
    await database.write(
        CHAIN,
        lambda c: enqueue(c, chain=CHAIN, kind="note", key=key, payload={"n": 1}, now_ms=clock.now_ms(), **more),
    )


async def waiting(database: Database) -> list[Any]:
    return await database.read(ALL_CHAINS, lambda c: list(c.execute(sa.select(job))))


async def test_a_job_is_done_once(database: Database) -> None:
    clock, done = VirtualClock(), []

    async def note(found: Job) -> None:
        done.append((found.chain, dict(found.payload), found.attempt))

    worker = Worker(database, clock)
    worker.handle("note", note)
    await put(database, clock)
    await put(database, clock)
    assert await worker.step() == 1
    assert (done, await waiting(database)) == ([(CHAIN, {"n": 1}, 1)], [])


async def test_a_job_belongs_to_its_cause(database: Database) -> None:
    clock = VirtualClock()

    def unit(connection: sa.Connection) -> None:
        enqueue(connection, chain=CHAIN, kind="note", key="x", payload={}, now_ms=clock.now_ms())
        raise KeyError

    with pytest.raises(KeyError):
        await database.write(CHAIN, unit)
    assert await waiting(database) == []


async def test_a_later_job_waits(database: Database) -> None:
    clock = VirtualClock()
    worker = Worker(database, clock)
    worker.handle("note", lambda _job: asyncio.sleep(0))
    await put(database, clock, run_at_ms=clock.now_ms() + 1_000)
    assert await worker.step() == 0
    clock.advance(1_000)
    assert await worker.step() == 1


async def test_failures_wait_longer_and_longer_and_are_given_up(database: Database) -> None:
    clock, attempts = VirtualClock(), 0

    async def fail(_job: Job) -> None:
        nonlocal attempts
        attempts += 1
        raise RuntimeError("no")

    worker = Worker(database, clock)
    worker.handle("note", fail)
    await put(database, clock)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert await worker.step() == 1
        assert await worker.step() == 0, "not at once again"
        clock.advance(wait_ms(attempt))
    assert await worker.step() == 0
    assert attempts == MAX_ATTEMPTS
    (kept,) = await waiting(database)
    assert (kept.failed_at is not None, "no" in kept.error) == (True, True)


async def test_a_refusal_for_good_is_given_up_at_once(database: Database) -> None:
    clock = VirtualClock()

    async def refuse(_job: Job) -> None:
        raise Refusal

    worker = Worker(database, clock)
    worker.handle("note", refuse)
    await put(database, clock)
    await worker.step()
    (kept,) = await waiting(database)
    assert (kept.attempts, kept.failed_at) == (1, clock.now_ms())


async def test_a_dead_workers_job_is_taken_over(database: Database) -> None:
    clock, done = VirtualClock(), []

    async def note(found: Job) -> None:
        done.append(found.attempt)

    await put(database, clock)
    now = clock.now_ms()
    taken = await database.write(ALL_CHAINS, lambda c: lease(c, ["note"], now_ms=now, until_ms=now + 5_000, limit=9))
    assert len(taken) == 1
    worker = Worker(database, clock)
    worker.handle("note", note)
    assert await worker.step() == 0, "leased"
    clock.advance(5_000)
    assert await worker.step() == 1
    assert done == [2]


async def test_many_workers_share_without_doing_anything_twice(database: Database) -> None:
    clock, done = VirtualClock(), []

    async def note(found: Job) -> None:
        done.append(found.key)
        await asyncio.sleep(0)

    for n in range(30):
        await put(database, clock, key=str(n))
    workers = [Worker(database, clock) for _ in range(4)]
    for worker in workers:
        worker.handle("note", note)
    while any(await asyncio.gather(*(worker.step() for worker in workers))):
        pass
    assert sorted(done, key=int) == [str(n) for n in range(30)]
    assert await waiting(database) == []
