"""The database port: what a domain may ask of either database.

A query is a plain synchronous function over a SQLAlchemy Core ``Connection``; the adapter decides on which thread or
greenlet it runs. Writes are units of work: one function, one transaction, everything or nothing. ``chain`` is the
tenant whose rows the transaction may touch; on PostgreSQL row-level security enforces it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol, TypeVar

from sqlalchemy import Connection

from liyu.kit.errors import Reason, Refusal

T = TypeVar("T")

#: In place of a chain's id: the whole installation. Only for signing in, migration, maintenance and workers.
ALL_CHAINS: Final = "*"


class DatabaseUnavailable(Refusal):
    """The database cannot be reached, or is too busy. Nothing was changed."""

    code = "database.unavailable"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "店里的系统正忙，请稍后再试。您写的内容还在。"
    en = "The shop's system is busy. Please try again shortly; what you wrote is kept."


class StorageFull(Refusal):
    """The disk is full. Nothing was changed."""

    code = "database.full"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "店里的存储空间满了，暂时存不下。您写的内容还在，请稍后再发。"
    en = "The shop's storage is full, so this could not be kept. What you wrote is still here; please send it later."


class Database(Protocol):
    """One of the twins. Safe to share by all tasks of one event loop."""

    dialect: Literal["sqlite", "postgresql"]

    async def start(self) -> None:
        """Open connections. Raises ``DatabaseUnavailable``."""
        ...

    async def stop(self) -> None:
        """Finish what is queued and close."""
        ...

    async def read(self, chain: str | Sequence[str], query: Callable[[Connection], T]) -> T:
        """Run ``query`` in one read-only, repeatable snapshot and return what it returns."""
        ...

    async def write(self, chain: str | Sequence[str], unit: Callable[[Connection], T]) -> T:
        """Run ``unit`` in one transaction of its own; return after the commit. An exception rolls everything back.

        On PostgreSQL a unit that lost a serialisation or deadlock race is run again, up to three times: a unit
        must therefore have no effect outside its connection.
        """
        ...
