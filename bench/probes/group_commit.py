"""The least that a durable, ordered, deduplicated message costs: WebSocket in, group commit, ack, one frame to readers.

No access checks, no refusals, no visibility, no inboxes. The steps on the database are those of the contract: lock the
conversations, look the idempotency keys up, number, insert, update; ``synchronous=FULL`` on SQLite, ``fsync`` and
``synchronous_commit`` on PostgreSQL. ``python -m bench.probes.group_commit sqlite FILE`` or ``postgres DSN``;
prints its port.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import msgspec
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

CONVERSATIONS = 1_000
GROUP = 500

_LOCK = "select id, last_seq from conversation where id = any($1::int[]) order by id for update"
_KNOWN = (
    "select x.conv, x.cid, (select e.seq from event e where e.conv = x.conv and e.actor = 1 and e.cid = x.cid)"
    " from unnest($1::int[], $2::text[]) as x(conv, cid)"
)
_INSERT = (
    "insert into event (conv, seq, actor, cid, body)"
    " select * from unnest($1::int[], $2::bigint[], $3::int[], $4::text[], $5::text[])"
)
_UPDATE = "update conversation c set last_seq = x.s from unnest($1::int[], $2::bigint[]) as x(id, s) where c.id = x.id"


class Send(msgspec.Struct):
    """What a client sends."""

    conv: int
    cid: str
    body: str


Group = list[tuple[WSTransport, Send]]
Commit = Callable[[Group], Awaitable[list[int]]]


class Server:
    """Collects what arrives while the last commit runs; ``commit`` returns a number per message."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._decoder = msgspec.json.Decoder(Send)
        self._pending: Group = []
        self._wake = asyncio.Event()
        self._readers: defaultdict[int, set[WSTransport]] = defaultdict(set)

    def receive(self, transport: WSTransport, message: bytes) -> None:
        if message[:1] == b"s":
            self._readers[int(message[1:])].add(transport)
            return
        self._pending.append((transport, self._decoder.decode(message)))
        self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            group = self._pending[:GROUP]
            del self._pending[:GROUP]
            if not self._pending:
                self._wake.clear()
            self._publish(group, await self._commit(group))

    def _publish(self, group: Group, numbers: list[int]) -> None:
        visible: defaultdict[int, list[bytes]] = defaultdict(list)
        for (transport, sent), seq in zip(group, numbers, strict=True):
            transport.send(WSMsgType.TEXT, b'{"t":"ack","cid":"%b","seq":%d}' % (sent.cid.encode(), seq))
            if sent.conv in self._readers:
                visible[sent.conv].append(
                    b'{"seq":%d,"cid":"%b","body":"%b"}' % (seq, sent.cid.encode(), sent.body.encode())
                )
        for conversation, events in visible.items():
            frame = b'{"t":"events","list":[' + b",".join(events) + b"]}"
            for reader in self._readers[conversation]:
                reader.send(WSMsgType.TEXT, frame)


class Connection(WSListener):
    """One socket of the probe."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT:
            self._server.receive(transport, frame.get_payload_as_bytes())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()


def sqlite_commit(path: str) -> Commit:
    """Groups on one thread, one transaction each."""
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    execute = database.execute
    execute("pragma journal_mode=wal")
    execute("pragma synchronous=full")
    execute("create table conversation (id integer primary key, last_seq integer not null)")
    execute(
        "create table event (conv integer, seq integer, actor integer, cid text, body text, at integer,"
        " primary key (conv, seq), unique (conv, actor, cid)) without rowid"
    )
    database.executemany("insert into conversation values (?, 0)", [(n,) for n in range(CONVERSATIONS)])
    thread = ThreadPoolExecutor(1)

    def work(group: Group) -> list[int]:
        heads: dict[int, int] = {}
        rows, numbers = [], []
        execute("begin immediate")
        for _, sent in group:
            known = execute(
                "select seq from event where conv=? and actor=1 and cid=?", (sent.conv, sent.cid)
            ).fetchone()
            if known is not None:
                numbers.append(known[0])
                continue
            if sent.conv not in heads:
                heads[sent.conv] = execute("select last_seq from conversation where id=?", (sent.conv,)).fetchone()[0]
            heads[sent.conv] += 1
            numbers.append(heads[sent.conv])
            rows.append((sent.conv, heads[sent.conv], 1, sent.cid, sent.body, 0))
        database.executemany("insert into event values (?, ?, ?, ?, ?, ?)", rows)
        database.executemany("update conversation set last_seq=? where id=?", [(v, k) for k, v in heads.items()])
        execute("commit")
        return numbers

    async def commit(group: Group) -> list[int]:
        return await asyncio.get_running_loop().run_in_executor(thread, work, group)

    return commit


async def postgres_commit(dsn: str) -> Commit:
    """Groups in one transaction each, set by set."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "drop table if exists event; drop table if exists conversation;"
        "create table conversation (id int primary key, last_seq bigint not null);"
        "create table event (conv int, seq bigint, actor int, cid text, body text, at timestamptz default now(),"
        " primary key (conv, seq), unique (conv, actor, cid));"
        f"insert into conversation select i, 0 from generate_series(0, {CONVERSATIONS - 1}) i"
    )

    async def commit(group: Group) -> list[int]:
        async with connection.transaction():
            wanted = sorted({sent.conv for _, sent in group})
            heads = {row[0]: row[1] for row in await connection.fetch(_LOCK, wanted)}
            keys = [sent.conv for _, sent in group], [sent.cid for _, sent in group]
            known = {(row[0], row[1]): row[2] for row in await connection.fetch(_KNOWN, *keys) if row[2] is not None}
            rows, numbers = [], []
            for _, sent in group:
                seq = known.get((sent.conv, sent.cid))
                if seq is None:
                    heads[sent.conv] += 1
                    seq = known[sent.conv, sent.cid] = heads[sent.conv]
                    rows.append((sent.conv, seq, 1, sent.cid, sent.body))
                numbers.append(seq)
            if rows:
                await connection.execute(_INSERT, *map(list, zip(*rows, strict=True)))
                await connection.execute(_UPDATE, wanted, [heads[one] for one in wanted])
        return numbers

    return commit


async def main(kind: str, where: str) -> None:
    """Serve until the process is ended."""
    commit = sqlite_commit(where) if kind == "sqlite" else await postgres_commit(where)
    server = Server(commit)

    def accept(_request: WSUpgradeRequest) -> Connection:
        return Connection(server)

    listening = await ws_create_server(accept, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await server.run()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:3]))
