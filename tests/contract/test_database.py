"""Both databases keep the promises of ``liyu.platform.db.port``."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from liyu.platform.db.port import ALL_CHAINS, Database


async def test_a_unit_is_all_or_nothing(database: Database) -> None:
    await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("create table note (n integer)")))

    def half(connection: sa.Connection) -> None:
        connection.execute(sa.text("insert into note values (1)"))
        raise KeyError("stop")

    with pytest.raises(KeyError):
        await database.write(ALL_CHAINS, half)
    assert await database.read(ALL_CHAINS, lambda c: c.execute(sa.text("select count(*) from note")).scalar()) == 0


async def test_a_read_cannot_write(database: Database) -> None:
    await database.write(ALL_CHAINS, lambda c: c.execute(sa.text("create table note (n integer)")))
    with pytest.raises(sa.exc.DBAPIError):
        await database.read(ALL_CHAINS, lambda c: c.execute(sa.text("insert into note values (1)")))
