"""Notes are taken at once, written together, and never more than may be pending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging.model import Answered
from liyu.platform.db.metadata import metadata
from liyu.platform.db.sqlite import SqliteDatabase
from liyu.routing import store
from liyu.routing.notes import Notes
from liyu.routing.tables import answered_wait

HOME, OTHER, SHOP = ChainId("chn_home"), ChainId("chn_other"), ShopId("shp_1")


def ended(asked_at: int, waited_ms: int, chain: ChainId = HOME) -> Answered:
    return Answered(ConversationId("cnv_1"), chain, SHOP, asked_at, PersonId("per_1"), asked_at + waited_ms)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    found = SqliteDatabase(tmp_path / "liyu.db")
    await found.start()
    await found.write(HOME, lambda connection: metadata.create_all(connection, [answered_wait]))
    yield found
    await found.stop()


async def waits(database: SqliteDatabase, chain: ChainId) -> list[int]:
    return await database.read(chain, lambda connection: store.recent_waits(connection, chain, SHOP))


async def test_each_wait_is_kept_once_in_its_chain(database: SqliteDatabase) -> None:
    notes = Notes(database)
    notes.take([ended(1, 30), ended(5, 20), ended(9, 70, OTHER)])
    await notes.flush()
    notes.take([ended(5, 20), ended(7, 10)])
    await notes.stop()
    assert await waits(database, HOME) == [30, 20, 10]
    assert await waits(database, OTHER) == [70]


async def test_what_is_too_much_is_dropped_and_nothing_is_taken_after_the_end(database: SqliteDatabase) -> None:
    notes = Notes(database, most=2)
    notes.take([ended(1, 30), ended(2, 30), ended(3, 30)])
    await notes.stop()
    notes.take([ended(4, 30)])
    assert await waits(database, HOME) == [30, 30]


async def test_a_database_that_refuses_holds_nobody_up(database: SqliteDatabase) -> None:
    notes = Notes(database)
    await database.write(HOME, lambda connection: connection.execute(sa.text("drop table answered_wait")).close())
    notes.take([ended(1, 30)])
    await notes.stop()
