"""Attempts, counted in the database so that all nodes count together."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, update

from liyu.identity import tables as t
from liyu.identity.store.rows import insert_new
from liyu.identity.throttling import Rule, Tries, give_back, take


def count_attempt(connection: Connection, rules: Mapping[str, Rule], now: int) -> int:
    """Count one attempt under every key of ``rules``. Returns the wait in milliseconds; above 0 nothing may go on."""
    wait = 0
    for key in sorted(rules):  # always in this order, so that two sign-ins cannot lock each other out
        insert_new(connection, t.throttle, {"key": key, "window_at": now, "attempts": 0, "free_at": 0})
        tries, key_wait = take(_locked(connection, key), rules[key], now)
        _keep(connection, key, tries)
        wait = max(wait, key_wait)
    return wait


def forget(connection: Connection, key: str) -> None:
    """Start afresh under ``key``."""
    connection.execute(delete(t.throttle).where(t.throttle.c.key == key))


def uncount(connection: Connection, key: str) -> None:
    """Take one counted attempt back."""
    row = connection.execute(select(t.throttle).where(t.throttle.c.key == key).with_for_update()).one_or_none()
    if row is not None:
        _keep(connection, key, give_back(Tries(row.window_at, row.attempts, row.free_at)))


def purge(connection: Connection, before: int) -> None:
    """Drop what nobody counts any more."""
    connection.execute(delete(t.throttle).where(t.throttle.c.window_at < before, t.throttle.c.free_at < before))


def _locked(connection: Connection, key: str) -> Tries:
    row = connection.execute(select(t.throttle).where(t.throttle.c.key == key).with_for_update()).one()
    return Tries(row.window_at, row.attempts, row.free_at)


def _keep(connection: Connection, key: str, tries: Tries) -> None:
    connection.execute(
        update(t.throttle)
        .where(t.throttle.c.key == key)
        .values(window_at=tries.window_at, attempts=tries.attempts, free_at=tries.free_at)
    )
