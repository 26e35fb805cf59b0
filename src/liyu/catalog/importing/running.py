"""One import run: batches of rows, each a transaction with its progress. Repeating a batch changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from liyu.catalog.importing import store
from liyu.catalog.importing.applying import Target, apply, tally
from liyu.catalog.importing.deciding import Entry
from liyu.catalog.importing.problems import Problem, Refused
from liyu.platform.db.port import Database

BATCH = 100  # rows of one transaction: others wait for it a few tens of milliseconds

#: Told after each batch: rows done so far.
Told = Callable[[int], None]
#: Told what was wrong with rows, once their batch stands.
Complained = Callable[[Sequence[Problem]], None]


async def run(
    database: Database,
    target: Target,
    import_id: str | None,
    decisions: Sequence[Entry | Problem],
    told: Told,
    complained: Complained = lambda _: None,
) -> dict[str, int]:
    """Take in all rows; return how many were created, updated, unchanged and refused.

    ``import_id``: where progress and problems are recorded; ``None``: nowhere. A row that is refused does not keep
    its neighbours out.
    """
    total = dict.fromkeys(store.COUNTS, 0)
    for start in range(0, len(decisions), BATCH):
        part = decisions[start : start + BATCH]
        for counts in await _batch(database, target, import_id, part, complained):
            for name, count in counts.items():
                total[name] += count
        told(min(start + BATCH, len(decisions)))
    return total


async def _batch(
    database: Database,
    target: Target,
    import_id: str | None,
    part: Sequence[Entry | Problem],
    complained: Complained,
) -> list[dict[str, int]]:
    try:
        return [await _take_in(database, target, import_id, part, complained)]
    except Refused as refused:
        problem = refused.problem
    except IntegrityError:  # somebody else took a SKU or an address in the meantime
        problem = Problem(part[0].row, "sku", "taken")
    if len(part) == 1:
        return [await _take_in(database, target, import_id, [problem], complained)]
    return [counts for one in part for counts in await _batch(database, target, import_id, [one], complained)]


async def _take_in(
    database: Database,
    target: Target,
    import_id: str | None,
    part: Sequence[Entry | Problem],
    complained: Complained,
) -> dict[str, int]:
    entries = [decision for decision in part if isinstance(decision, Entry)]
    problems = [decision for decision in part if isinstance(decision, Problem)]

    def unit(connection: Connection) -> tuple[dict[str, int], list[Problem]]:
        outcomes, more = apply(connection, entries, target)
        wrong = sorted([*problems, *more], key=lambda problem: problem.row)
        counts = {**tally(outcomes.values()), "refused": len(wrong)}
        if import_id is not None:
            store.progress(connection, target.chain, import_id, len(part), counts, wrong, target.cause.at)
        return counts, wrong

    counts, wrong = await database.write(target.chain, unit)
    complained(wrong)
    return counts
