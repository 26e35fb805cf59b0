"""Kept answers: one request under a key, whoever and however often it is sent, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from liyu.kit.clock import VirtualClock
from liyu.kit.ids import ChainId, PersonId
from liyu.platform.db.port import Database
from liyu.platform.repeats.store import KEPT_MS, Kept, Repeats


@dataclass(frozen=True)
class Caller:
    person: PersonId
    chain: ChainId


ME = Caller(PersonId("per_1"), ChainId("chn_1"))


async def test_the_first_goes_on_and_the_others_find_it(database: Database) -> None:
    repeats = Repeats(database, VirtualClock())
    found = await asyncio.gather(*(repeats.begin(ME, "k", b"f") for _ in range(8)))
    assert found.count(None) == 1
    assert {kept.status for kept in found if kept is not None} == {None}
    await repeats.finish(ME, "k", 201, {"content-type": "application/json"}, "{礼}".encode())
    kept = await repeats.begin(ME, "k", b"f")
    assert kept is not None
    assert (kept.status, kept.headers, kept.body.decode()) == (201, {"content-type": "application/json"}, "{礼}")


async def test_a_key_is_its_persons_own(database: Database) -> None:
    repeats = Repeats(database, VirtualClock())
    callers = (ME, Caller(PersonId("per_2"), ME.chain), Caller(ME.person, ChainId("chn_2")))
    assert [await repeats.begin(caller, "k", b"f") for caller in callers] == [None] * 3


async def test_a_forgotten_or_old_key_is_free_again(database: Database) -> None:
    clock = VirtualClock()
    repeats = Repeats(database, clock)
    await repeats.begin(ME, "undone", b"f")
    await repeats.forget(ME, "undone")
    assert await repeats.begin(ME, "undone", b"f") is None
    clock.advance(KEPT_MS - 1)
    assert isinstance(await repeats.begin(ME, "undone", b"f"), Kept)
    assert await repeats.sweep() == 0
    clock.advance(1)
    assert await repeats.begin(ME, "undone", b"f") is None
    clock.advance(KEPT_MS)
    assert await repeats.sweep() == 1
