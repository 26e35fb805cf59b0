"""Cost follows what is asked for, never the length of the history: every look-up is a probe of an index."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.messaging import log_postgres, log_sqlite, search, store
from liyu.messaging.model import Access
from liyu.messaging.terms import wanted_of
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.db.sqlite import SqliteDatabase
from tests.contract.messaging.world import World

IDS, KEYS = json.dumps(["cnv_1"]), json.dumps([["cnv_1", "per_1", "c1"]])

STATEMENTS: list[tuple[str, tuple[Any, ...]]] = [
    (log_sqlite._HEADS, (IDS,)),
    (log_sqlite._MEMBERS, (IDS,)),
    (log_sqlite._KNOWN, (KEYS,)),
    (log_sqlite._TARGET, ("cnv_1", 1)),
    (log_sqlite._ORDINAL, ("cnv_1", 1)),
    (log_sqlite._OWN, ("cnv_1", 1, "per_1")),
    (log_sqlite._STATE, ("", "cnv_1", 1)),
    (log_sqlite._BLANK_EDITS, ("cnv_1", 1)),
    (log_sqlite._FORGET, ("cnv_1", 1)),
    (log_sqlite._SPOKEN, (1, "cnv_1", "per_1")),
]


@pytest.mark.parametrize(("statement", "values"), STATEMENTS)
async def test_sqlite_probes(sqlite_database: SqliteDatabase, statement: str, values: tuple[Any, ...]) -> None:
    rows = await sqlite_database.on_write_thread(
        lambda raw: raw.execute(f"explain query plan {statement}", values).fetchall()
    )
    scans = [row[3] for row in rows if "SCAN" in row[3] and "VIRTUAL TABLE" not in row[3]]
    assert scans == [], rows


def reads(connection: Connection) -> list[sa.Select[Any]]:
    """What screens ask for."""
    i, e = store.i, store.e
    page = store._entries("q:shp_1").where(i.gone.is_(sa.false())).order_by(i.rev.desc()).limit(51)
    resume = store._entries("q:shp_1").where(i.gone.is_(sa.true()), i.rev > 5).order_by(i.rev).limit(51)
    history = sa.select(e.seq).where(e.conversation_id == "cnv_1", e.seq < 90).order_by(e.seq.desc()).limit(51)
    return [page, resume, history, search._candidates(["cnv_1"], wanted_of("香囊 gift"))]  # type: ignore[list-item]


async def test_screens_sort_nothing_and_scan_nothing(sqlite_database: Database) -> None:
    def plans(connection: Connection) -> list[str]:
        found = []
        for query in reads(connection):
            compiled = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
            found += [row[3] for row in connection.exec_driver_sql(f"explain query plan {compiled}")]
        return found

    lines = await sqlite_database.read(ALL_CHAINS, plans)
    tables = ("inbox", "event", "conversation", "member", "message_term")
    scans = [line for line in lines if line.startswith("SCAN") and line.split()[1].startswith(tables)]
    assert scans == [], lines


async def test_postgresql_probes_keys_however_many_events(world: World) -> None:
    """The plan that was measured to fail is a scan of all events for a group of keys."""
    if world.database.dialect != "postgresql":
        return
    customer = world.person()
    conversation = await world.open(customer)
    for words in range(3):
        await world.say(customer, conversation, str(words))

    def plan(connection: Connection) -> str:
        connection.exec_driver_sql("set local enable_seqscan = off")  # small tables are scanned, rightly
        keys = "array['a'], array['b'], array['c']"
        statement = log_postgres._KNOWN.replace("$1::text[], $2::text[], $3::text[]", keys)
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"explain {statement}"))

    found = await world.database.read(world.chain, plan)
    assert "Index Scan" in found
    assert "Seq Scan on event" not in found
    assert "Nested Loop" in found


async def test_a_reader_pays_for_what_it_reads(world: World) -> None:
    """Pages of a long conversation: each as long as asked, none missing, none twice."""
    customer = world.person()
    conversation = await world.open(customer)
    for words in range(120):
        await world.say(customer, conversation, str(words))
    snapshot = await world.messaging.snapshot(customer, conversation)
    assert (len(snapshot.messages), snapshot.more) == (50, True)
    seen = [message.seq for message in snapshot.messages]
    while True:
        items, more = await world.messaging.history(customer, conversation, seen[0], 30)
        seen = [message.seq for message in items] + seen
        if not more:
            break
    assert seen == list(range(1, 122))
    access: Access = await world.messaging.access(customer, conversation)
    assert access.from_seq == 1
