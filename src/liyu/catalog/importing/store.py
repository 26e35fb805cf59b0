"""All SQL of imports: files waiting, progress, problems of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.problems import Problem
from liyu.catalog.tables import import_errors, imports
from liyu.kit.ids import ChainId, PersonId

State = Literal["ready", "running", "done", "failed"]
COUNTS = ("created", "updated", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class Import:
    """An import and how far it is. Times in ms since 1970."""

    id: str
    chain: ChainId
    person: PersonId
    name: str
    mapping: ColumnMapping
    state: State
    rows_total: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    refused: int
    created_at: int
    beat_at: int
    ended_at: int | None


def insert(connection: Connection, new: Import, content: bytes) -> None:
    """Keep a file that may be imported."""
    connection.execute(
        sa.insert(imports).values(
            id=new.id,
            chain_id=new.chain,
            person_id=new.person,
            name=new.name,
            content=content,
            mapping=_stored(new.mapping),
            state=new.state,
            rows_total=new.rows_total,
            rows_done=0,
            created=0,
            updated=0,
            unchanged=0,
            refused=0,
            created_at=new.created_at,
            beat_at=new.created_at,
            ended_at=None,
        )
    )


def find(connection: Connection, chain: ChainId, id_: str) -> Import | None:
    """The import of this id."""
    row = connection.execute(_select().where(imports.c.chain_id == chain, imports.c.id == id_)).first()
    return None if row is None else _import(row)


def content(connection: Connection, chain: ChainId, id_: str) -> bytes | None:
    """The file; ``None`` when the run has ended."""
    found: bytes | None = connection.execute(
        sa.select(imports.c.content).where(imports.c.chain_id == chain, imports.c.id == id_)
    ).scalar()
    return found


def newest(connection: Connection, chain: ChainId, before: str | None, limit: int) -> list[Import]:
    """The chain's imports, newest first, older than the id ``before``."""
    query = _select().where(imports.c.chain_id == chain).order_by(imports.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(imports.c.id < before)
    return [_import(row) for row in connection.execute(query)]


def silent(connection: Connection, before: int) -> list[Import]:
    """Runs of any chain whose node has given no sign of life since ``before``."""
    query = _select().where(imports.c.state == "running", imports.c.beat_at < before)
    return [_import(row) for row in connection.execute(query)]


def set_mapping(connection: Connection, chain: ChainId, id_: str, mapping: ColumnMapping) -> bool:
    """Keep the mapping; false when the import has been started."""
    done = connection.execute(
        sa.update(imports)
        .where(imports.c.chain_id == chain, imports.c.id == id_, imports.c.state == "ready")
        .values(mapping=_stored(mapping))
    )
    return done.rowcount == 1


def begin(connection: Connection, chain: ChainId, id_: str, now: int) -> bool:
    """Start a run; false when it was started before."""
    done = connection.execute(
        sa.update(imports)
        .where(imports.c.chain_id == chain, imports.c.id == id_, imports.c.state == "ready")
        .values(state="running", beat_at=now)
    )
    return done.rowcount == 1


def adopt(connection: Connection, run: Import, now: int) -> bool:
    """Take over a silent run from its beginning; false when another node was faster. Its problems are found anew."""
    done = connection.execute(
        sa.update(imports)
        .where(imports.c.id == run.id, imports.c.state == "running", imports.c.beat_at == run.beat_at)
        .values(beat_at=now, rows_done=0, **dict.fromkeys(COUNTS, 0))
    )
    if done.rowcount == 1:
        connection.execute(sa.delete(import_errors).where(import_errors.c.import_id == run.id))
    return done.rowcount == 1


def progress(
    connection: Connection,
    chain: ChainId,
    id_: str,
    rows: int,
    counts: Mapping[str, int],
    problems: Sequence[Problem],
    now: int,
) -> None:
    """Add what a batch did, in the transaction of the batch."""
    added: dict[str, Any] = {name: imports.c[name] + counts.get(name, 0) for name in COUNTS}
    refused = connection.execute(
        sa.update(imports)
        .where(imports.c.chain_id == chain, imports.c.id == id_)
        .values(rows_done=imports.c.rows_done + rows, beat_at=now, **added)
        .returning(imports.c.refused)
    ).scalar_one()
    first = refused - len(problems) + 1
    rows_ = [
        {
            "import_id": id_,
            "number": first + place,
            "chain_id": chain,
            "row": problem.row,
            "field": problem.field,
            "code": problem.code,
            "details": dict(problem.details),
        }
        for place, problem in enumerate(problems)
    ]
    if rows_:
        connection.execute(sa.insert(import_errors), rows_)


def end(connection: Connection, chain: ChainId, id_: str, state: State, now: int) -> None:
    """The run is over; its file is no longer needed."""
    connection.execute(
        sa.update(imports)
        .where(imports.c.chain_id == chain, imports.c.id == id_)
        .values(state=state, ended_at=now, beat_at=now, content=None)
    )


def problems(connection: Connection, chain: ChainId, id_: str, after: int, limit: int) -> list[tuple[int, Problem]]:
    """Problems of rows in order with their numbers, those after ``after``."""
    rows = connection.execute(
        sa.select(import_errors)
        .where(import_errors.c.chain_id == chain, import_errors.c.import_id == id_, import_errors.c.number > after)
        .order_by(import_errors.c.number)
        .limit(limit)
    )
    return [(row.number, Problem(row.row, row.field, row.code, row.details)) for row in rows]


def _stored(mapping: ColumnMapping) -> dict[str, Any]:
    return {"columns": dict(mapping.columns), "constants": dict(mapping.constants)}


def _select() -> sa.Select[Any]:
    return sa.select(*(column for column in imports.c if column.name != "content"))


def _import(row: Row[Any]) -> Import:
    return Import(
        id=row.id,
        chain=ChainId(row.chain_id),
        person=PersonId(row.person_id),
        name=row.name,
        mapping=ColumnMapping(row.mapping["columns"], row.mapping["constants"]),
        state=row.state,
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        created=row.created,
        updated=row.updated,
        unchanged=row.unchanged,
        refused=row.refused,
        created_at=row.created_at,
        beat_at=row.beat_at,
        ended_at=row.ended_at,
    )
