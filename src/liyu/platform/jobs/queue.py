"""Writing, leasing and ending jobs: queries over the table, to be run inside a unit of work.

A job is done at least once: its handler must bear being run again. A lease lets one worker have it for a while; when
the worker dies, the lease ends and another takes over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from liyu.kit.ids import ChainId, JobId, new_id
from liyu.platform.jobs.tables import job

MAX_ATTEMPTS = 12  # with doubling waits from one second that is about an hour
FIRST_WAIT_MS = 1_000
LONGEST_WAIT_MS = 900_000

j = job.c


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job. ``attempt`` counts from 1."""

    id: JobId
    chain: ChainId
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempt: int
    lease: str


def enqueue(
    connection: Connection,
    *,
    chain: ChainId,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    now_ms: int,
    run_at_ms: int | None = None,
) -> None:
    """Write a job in the transaction that causes it. One that waits under the same key takes the new payload.

    ``run_at_ms``: not before; ``None``: at once.
    """
    insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
    new = insert(job).values(
        id=new_id("job"), chain_id=chain, kind=kind, key=key, payload=dict(payload),
        run_at=now_ms if run_at_ms is None else run_at_ms, attempts=0, lease_until=0, lease="", error="",
        failed_at=None, created_at=now_ms,
    )  # fmt: skip
    renewed = {name: new.excluded[name] for name in ("payload", "run_at", "attempts", "lease", "lease_until")}
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["chain_id", "kind", "key"], set_=renewed | {"failed_at": None, "error": ""}
        )
    )


def lease(connection: Connection, kinds: Sequence[str], *, now_ms: int, until_ms: int, limit: int) -> list[Job]:
    """Take up to ``limit`` jobs that are due and that nobody has, until ``until_ms``."""
    due = (
        sa.select(job)
        .where(j.kind.in_(kinds), j.failed_at.is_(None), j.run_at <= now_ms, j.lease_until <= now_ms)
        .order_by(j.run_at, j.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    token = new_id("lea")
    taken = []
    for row in connection.execute(due).all():
        connection.execute(
            job.update().where(j.id == row.id).values(lease=token, lease_until=until_ms, attempts=row.attempts + 1)
        )
        taken.append(Job(row.id, row.chain_id, row.kind, row.key, row.payload, row.attempts + 1, token))
    return taken


def finish(connection: Connection, done: Job) -> bool:
    """The job is done. False when the lease was lost meanwhile: somebody else has it, or it was written anew."""
    found = connection.execute(job.delete().where(j.id == done.id, j.lease == done.lease))
    return found.rowcount > 0


def put_back(connection: Connection, failed: Job, error: str, *, now_ms: int, again_at_ms: int | None) -> None:
    """The job failed: try again at ``again_at_ms``, or never (``None``)."""
    values: dict[str, Any] = {"lease": "", "lease_until": 0, "error": error[:500]}
    values |= {"failed_at": now_ms} if again_at_ms is None else {"run_at": again_at_ms}
    connection.execute(job.update().where(j.id == failed.id, j.lease == failed.lease).values(values))


def wait_ms(attempt: int) -> int:
    """How long to wait after the ``attempt``-th failure, before jitter."""
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(attempt - 1, 20))
