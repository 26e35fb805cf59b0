"""SQLite's log is copied into its file beside the writers, long before it is long, and nothing is lost by it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from liyu.platform.db.port import ALL_CHAINS
from liyu.platform.db.sqlite import CHECKPOINT_COMMITS, SqliteDatabase


async def test_the_log_is_copied_while_writing_goes_on(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "shop.sqlite3")
    await database.start()
    await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("create table note (n integer, words text)")))
    before = (tmp_path / "shop.sqlite3").stat().st_size
    words = {"words": "字" * 2_000}
    for _ in range(CHECKPOINT_COMMITS * 3):
        await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("insert into note values (1, :words)"), words))
    read = await database.read(ALL_CHAINS, lambda c: c.execute(sa.text("select count(*) from note")).scalar())
    assert read == CHECKPOINT_COMMITS * 3
    assert database._copying is not None
    await asyncio.wait([database._copying])
    assert before < (tmp_path / "shop.sqlite3").stat().st_size, "copied before the end"
    await database.stop()
    again = SqliteDatabase(tmp_path / "shop.sqlite3")
    await again.start()
    kept = await again.read(ALL_CHAINS, lambda c: c.execute(sa.text("select count(*) from note")).scalar())
    assert kept == CHECKPOINT_COMMITS * 3
    await again.stop()


async def test_a_copy_that_cannot_be_made_harms_nobody(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "shop.sqlite3")
    await database.start()
    await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("create table note (n integer)")))
    database.path = tmp_path / "nowhere" / "shop.sqlite3"
    for _ in range(CHECKPOINT_COMMITS * 2):
        await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("insert into note values (1)")))
    await database.stop()
