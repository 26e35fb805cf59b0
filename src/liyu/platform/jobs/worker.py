"""The worker: leases jobs that are due and runs their handlers. Any number of workers on any number of nodes."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from liyu.kit.clock import Clock
from liyu.kit.errors import Refusal
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.jobs.queue import MAX_ATTEMPTS, Job, finish, lease, put_back, wait_ms

LEASE_MS = 120_000  # a handler that takes longer is cancelled, and its job tried again
BATCH = 8
POLL_S = 2.0  # how soon a job written by another node is noticed

Handler = Callable[[Job], Awaitable[None]]

_log = logging.getLogger(__name__)


class Worker:
    """Runs handlers by kind. A kind without a handler is left to workers that have one."""

    def __init__(self, database: Database, clock: Clock, *, lease_ms: int = LEASE_MS) -> None:
        self._database = database
        self._clock = clock
        self._lease_ms = lease_ms
        self._handlers: dict[str, Handler] = {}
        self._woken = asyncio.Event()

    def handle(self, kind: str, handler: Handler) -> None:
        """Run jobs of ``kind`` by ``handler``, which must bear being run again. A ``Refusal`` that is not retryable
        gives the job up."""
        self._handlers[kind] = handler

    def wake(self) -> None:
        """A job was just written: look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled: do what is due."""
        while True:
            try:
                if await self.step() == BATCH:
                    continue
            except Refusal as refusal:  # the database is away: what is leased comes back by itself
                _log.warning("jobs wait: %s", refusal.code)
            self._woken.clear()
            try:
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def step(self) -> int:
        """Do up to ``BATCH`` jobs that are due; how many were tried."""
        if not self._handlers:
            return 0
        now, kinds = self._clock.now_ms(), list(self._handlers)
        until = now + self._lease_ms
        jobs = await self._database.write(
            ALL_CHAINS, lambda c: lease(c, kinds, now_ms=now, until_ms=until, limit=BATCH)
        )
        for job in jobs:
            await self._do(job)
        return len(jobs)

    async def _do(self, job: Job) -> None:
        try:
            async with asyncio.timeout(self._lease_ms / 1000):
                await self._handlers[job.kind](job)
        except Refusal as refusal:
            await self._failed(job, refusal.code, forever=not refusal.retryable)
        except Exception as error:
            _log.exception("a job failed: %s", job.kind)
            await self._failed(job, repr(error), forever=False)
        else:
            await self._database.write(job.chain, lambda connection: finish(connection, job))

    async def _failed(self, job: Job, error: str, *, forever: bool) -> None:
        now = self._clock.now_ms()
        gives_up = forever or job.attempt >= MAX_ATTEMPTS
        again = None if gives_up else now + round(wait_ms(job.attempt) * (0.5 + random.random() / 2))  # noqa: S311
        await self._database.write(
            job.chain, lambda connection: put_back(connection, job, error, now_ms=now, again_at_ms=again)
        )
