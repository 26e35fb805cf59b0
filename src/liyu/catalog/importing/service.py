"""Use cases of import: give a file, see what it would do, change the mapping, start it, watch it.

A run goes on in the background of the node that started it. It shows signs of life; a run that has gone silent (its
node stopped) is taken over by another node from the beginning, which is harmless because rows are found by SKU.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from liyu.catalog import access, places
from liyu.catalog import store as products_store
from liyu.catalog.deeds import Deeds, record
from liyu.catalog.importing import columns, store
from liyu.catalog.importing.applying import Outcome, Target, judged, shelf, slug_for, tally
from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.deciding import Entry, decided
from liyu.catalog.importing.errors import ImportUnderWay, ImportUnknown
from liyu.catalog.importing.problems import Problem, Refused
from liyu.catalog.importing.reading import Table, read_table
from liyu.catalog.importing.running import run
from liyu.catalog.importing.store import Import
from liyu.catalog.stock.store import Cause
from liyu.identity.model import Principal
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, LocationId, PersonId, new_id
from liyu.platform.db.port import ALL_CHAINS

log = structlog.get_logger(__name__)

SHOWN = 20  # rows of a preview
SHOWN_PROBLEMS = 100
SILENT_MS = 60_000  # a run without a sign of life for so long belongs to nobody
WATCH_S = 20.0
CURRENCY = "CNY"  # of new products when neither the file nor the mapping names one


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What one row would do."""

    row: int
    sku: str
    title: str
    price_minor: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, with its first rows and first problems."""

    table: Table
    fields: tuple[str, ...]
    counts: dict[str, int]
    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...]


class Imports:
    """The use cases of import."""

    def __init__(self, deeds: Deeds, most_rows: int) -> None:
        self._deeds = deeds
        self._most_rows = most_rows
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

    async def template(self, me: Principal) -> tuple[str, ...]:
        """The columns of our template. Raises ``NotStaff``."""
        access.require_chain(me)
        return columns.template(list(await self._places(me.chain)))

    async def upload(self, me: Principal, name: str, content: bytes) -> tuple[Import, Preview]:
        """Keep a file and show what it would do. Raises ``NotStaff`` and the refusals of files."""
        access.require_chain(me)
        table = await self._read(content)
        known = await self._places(me.chain)
        now = self._deeds.clock.now_ms()
        new = Import(
            id=new_id("imp", at_ms=now),
            chain=me.chain,
            person=me.person,
            name=name,
            mapping=ColumnMapping(columns.guessed(table.columns, list(known)), {}),
            state="ready",
            rows_total=len(table.rows),
            rows_done=0,
            created=0,
            updated=0,
            unchanged=0,
            refused=0,
            created_at=now,
            beat_at=now,
            ended_at=None,
        )
        await self._deeds.database.write(me.chain, lambda connection: store.insert(connection, new, content))
        return new, await self._preview(new, table, known)

    async def remap(self, me: Principal, id_: str, mapping: ColumnMapping) -> tuple[Import, Preview]:
        """Say which column means what. Raises ``ImportUnknown``, ``BadMapping``, ``ImportUnderWay``."""
        found, table = await self._ready(me, id_)
        known = await self._places(me.chain)
        columns.checked(mapping, table.columns, list(known))
        kept = await self._deeds.database.write(
            me.chain, lambda connection: store.set_mapping(connection, me.chain, found.id, mapping)
        )
        if not kept:
            raise ImportUnderWay()
        changed = await self.status(me, id_)
        return changed, await self._preview(changed, table, known)

    async def start_run(self, me: Principal, id_: str) -> Import:
        """Begin; starting twice is harmless. Raises ``ImportUnknown``, ``BadMapping``."""
        found = await self.status(me, id_)
        if found.state != "ready":
            return found
        _, table = await self._ready(me, id_)
        columns.checked(found.mapping, table.columns, list(await self._places(me.chain)))
        now = self._deeds.clock.now_ms()

        def unit(connection: Connection) -> bool:
            begun = store.begin(connection, me.chain, id_, now)
            if begun:
                record(connection, me, now, "import.start", "import", id_, {"rows": found.rows_total})
            return begun

        if await self._deeds.database.write(me.chain, unit):
            self._spawn(found)
        return await self.status(me, id_)

    async def status(self, me: Principal, id_: str) -> Import:
        """How far it is. Raises ``NotStaff``, ``ImportUnknown``."""
        access.require_chain(me)
        found = await self._deeds.database.read(me.chain, lambda connection: store.find(connection, me.chain, id_))
        if found is None:
            raise ImportUnknown()
        return found

    async def newest(self, me: Principal, before: str | None, limit: int) -> list[Import]:
        """The chain's imports, newest first. Raises ``NotStaff``."""
        access.require_chain(me)
        return await self._deeds.database.read(
            me.chain, lambda connection: store.newest(connection, me.chain, before, limit)
        )

    async def problems(self, me: Principal, id_: str, after: int, limit: int) -> list[tuple[int, Problem]]:
        """What was wrong with rows of a run, numbered from 1. Raises ``NotStaff``, ``ImportUnknown``."""
        await self.status(me, id_)
        return await self._deeds.database.read(
            me.chain, lambda connection: store.problems(connection, me.chain, id_, after, limit)
        )

    async def start(self) -> None:
        """Look after runs whose node has stopped, until ``stop``."""
        self._watching = asyncio.create_task(self._watch(), name="catalog.imports")

    async def stop(self) -> None:
        """Let go of what runs: another node, or the next start, goes on with it."""
        tasks = [task for task in (self._watching, *self._runs.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def finished(self, id_: str) -> None:
        """Return when this node's run of the import is over."""
        if (task := self._runs.get(id_)) is not None:
            await asyncio.wait([task])

    async def adopt_silent(self) -> int:
        """Take over runs that gave no sign of life for a while. Returns how many."""
        now = self._deeds.clock.now_ms()
        silent = await self._deeds.database.read(
            ALL_CHAINS, lambda connection: store.silent(connection, now - SILENT_MS)
        )
        mine = [
            left
            for left in silent
            if left.id not in self._runs
            and await self._deeds.database.write(
                left.chain,
                lambda connection, left=left: store.adopt(connection, left, now),  # type: ignore[misc]
            )
        ]
        for left in mine:
            self._spawn(left)
        return len(mine)

    async def _watch(self) -> None:
        while True:
            try:
                await self.adopt_silent()
            except Refusal as refusal:
                log.warning("catalog.imports_unwatched", code=refusal.code)
            await asyncio.sleep(WATCH_S)

    def _spawn(self, found: Import) -> None:
        task = asyncio.create_task(self._run(found), name=f"catalog.import.{found.id}")
        self._runs[found.id] = task
        task.add_done_callback(lambda _: self._runs.pop(found.id, None))

    async def _run(self, found: Import) -> None:
        state: store.State = "failed"
        try:
            content = await self._content(found.chain, found.id)
            table = await self._read(content)
            target = await self._target(found.chain, found.person, found.mapping)
            decisions = await asyncio.to_thread(lambda: list(decided(table, found.mapping, target.currency)))
            await run(self._deeds.database, target, found.id, decisions, lambda _: None)
            await self._deeds.indexing.wrote()
            state = "done"
        except Refusal as refusal:
            log.warning("catalog.import_failed", import_id=found.id, code=refusal.code)
        now = self._deeds.clock.now_ms()
        await self._deeds.database.write(
            found.chain, lambda connection: store.end(connection, found.chain, found.id, state, now)
        )

    async def _ready(self, me: Principal, id_: str) -> tuple[Import, Table]:
        found = await self.status(me, id_)
        if found.state != "ready":
            raise ImportUnderWay()
        return found, await self._read(await self._content(me.chain, id_))

    async def _content(self, chain: ChainId, id_: str) -> bytes:
        content = await self._deeds.database.read(chain, lambda connection: store.content(connection, chain, id_))
        if content is None:
            raise ImportUnknown()
        return content

    async def _read(self, content: bytes) -> Table:
        return await asyncio.to_thread(lambda: read_table(content, most_rows=self._most_rows))

    async def _places(self, chain: ChainId) -> dict[str, LocationId]:
        """Code → id of the places in use, warehouses first: plain stock of a foreign file lies there."""
        await places.listed(self._deeds.database, chain)
        return await self._deeds.database.read(chain, lambda connection: places.codes(connection, chain))

    async def _target(self, chain: ChainId, person: PersonId, mapping: ColumnMapping) -> Target:
        currency = mapping.constants.get("currency", "").strip().upper() or CURRENCY
        cause = Cause(person, self._deeds.clock.now_ms())
        return Target(chain, await self._places(chain), currency, cause)

    async def _preview(self, found: Import, table: Table, known: dict[str, LocationId]) -> Preview:
        """What the import would do, judged against the catalogue as it is now."""
        target = await self._target(found.chain, found.person, found.mapping)
        rows: list[PreviewRow] = []
        problems: list[Problem] = []
        if "sku" in found.mapping.columns:
            decisions = await asyncio.to_thread(lambda: list(decided(table, found.mapping, target.currency)))
            problems = [decision for decision in decisions if isinstance(decision, Problem)]
            entries = [decision for decision in decisions if isinstance(decision, Entry)]
            for start in range(0, len(entries), products_store.BATCH):
                part = entries[start : start + products_store.BATCH]
                some, wrong = await self._deeds.database.read(
                    found.chain,
                    lambda connection, part=part: _judge(connection, part, target),  # type: ignore[misc]
                )
                rows += some
                problems += wrong
        counts = {**tally(row.outcome for row in rows), "refused": len(problems)}
        problems.sort(key=lambda problem: problem.row)
        return Preview(
            table,
            columns.template(list(known)),
            counts,
            tuple(rows[:SHOWN]),
            tuple(problems[:SHOWN_PROBLEMS]),
        )


def _judge(connection: Connection, entries: Sequence[Entry], target: Target) -> tuple[list[PreviewRow], list[Problem]]:
    held = shelf(connection, target, entries)
    rows: list[PreviewRow] = []
    problems: list[Problem] = []
    announced: set[str] = set()
    for entry in entries:
        try:
            outcome = judged(entry, held, target)
        except Refused as refused:
            if refused.problem.code != "missing_title" or slug_for(entry) not in announced:
                problems.append(refused.problem)
                continue
            outcome = "created"
        announced.add(slug_for(entry))
        rows.append(PreviewRow(entry.row, entry.sku, _title(entry), entry.price_minor, outcome))
    return rows, problems


def _title(entry: Entry) -> str:
    return next((str(parts["title"]) for parts in entry.texts.values() if "title" in parts), "")
