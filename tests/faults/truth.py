"""Reads the log as the database holds it, past every service: what the checker measures against."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

import asyncpg

from tests.faults.checker import Entry, Truth

_HEADS = "select id, epoch, last_seq from conversation"
_EVENTS = "select conversation_id, seq, actor_id, client_id, body, visibility from event order by conversation_id, seq"


async def read_truth(database: str) -> dict[str, Truth]:
    """Every conversation. ``database``: PostgreSQL's DSN of a superuser, or the path of an SQLite file."""
    if database.startswith("postgresql://"):
        connection = await asyncpg.connect(database)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return _assemble(await connection.fetch(_HEADS), await connection.fetch(_EVENTS))
        finally:
            await connection.close()
    file = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        file.execute("begin")
        return _assemble(file.execute(_HEADS).fetchall(), file.execute(_EVENTS).fetchall())
    finally:
        file.close()


def _assemble(heads: Iterable[tuple[str, int, int]], events: Iterable[tuple[object, ...]]) -> dict[str, Truth]:
    logs: dict[str, list[Entry]] = defaultdict(list)
    for conversation, seq, actor, cid, body, vis in events:
        logs[str(conversation)].append(Entry(int(str(seq)), str(actor), str(cid), str(body), str(vis)))
    return {name: Truth(name, epoch, last_seq, logs[name]) for name, epoch, last_seq in heads}
