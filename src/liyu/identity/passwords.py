"""Passwords: Argon2id in threads, with bounded concurrency.

A check costs tens of milliseconds and 64 MiB on purpose, so it must neither stop the event loop nor be bought in any
number by strangers: ``threads`` run at once, ``queue`` wait, the rest is refused with a wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2

from liyu.identity.errors import BusySigningIn, WeakPassword
from liyu.identity.settings import IdentitySettings

T = TypeVar("T")

LONGEST = 256  # characters; longer input only costs time
PASSES, LANES = 3, 4  # RFC 9106, section 4: the second recommended choice, with 64 MiB
QUEUE = 32  # sign-ins that may wait for a thread, about two seconds of them


class Passwords:
    """Hashes and checks passwords. One per process."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=PASSES, memory_cost=settings.password_memory_kib, parallelism=LANES
        )
        self._least = settings.password_min
        self._threads = ThreadPoolExecutor(settings.password_threads, thread_name_prefix="liyu-password")
        self._room = settings.password_threads + QUEUE
        self._waiting = 0
        self._decoy: str | None = None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def refuse_weak(self, password: str, login: str) -> None:
        """Raise ``WeakPassword`` for one that is too short, too long, or the login itself."""
        if not self._least <= len(password) <= LONGEST or password.casefold() == login.casefold():
            raise WeakPassword(least=self._least)

    async def hash(self, password: str) -> str:
        """The encoded Argon2id hash of ``password``. Raises ``BusySigningIn``."""
        return await self._run(lambda: self._hasher.hash(password))

    async def matches(self, encoded: str | None, password: str) -> bool:
        """Whether ``password`` belongs to ``encoded``.

        ``None`` (there is no such person) takes the same time as a wrong password: who exists must not be told
        by a stop-watch. Raises ``BusySigningIn``.
        """

        def check() -> bool:
            if self._decoy is None:
                self._decoy = self._hasher.hash("decoy")
            try:
                self._hasher.verify(encoded or self._decoy, password)
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False
            return encoded is not None

        return await self._run(check)

    def outdated(self, encoded: str) -> bool:
        """Whether ``encoded`` was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._room:
            raise BusySigningIn(retry_after_ms=2_000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
