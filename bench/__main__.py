"""``python -m bench [ONLY]``: measure, print one JSON line a figure, and refresh ``docs/figures.md``.

``ONLY``: the beginning of the figures' names; also the variable ``ONLY`` of ``make bench``. Figures that were not
measured in this run stay in the document as they were, with their own date.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback

import uvloop

from bench import machine
from bench.document import Document
from bench.figure import Measurement
from bench.figures import application, durable, growing, resuming, shelves, sockets

MEASUREMENTS: tuple[Measurement, ...] = (
    *durable.MEASUREMENTS,
    *sockets.MEASUREMENTS,
    *resuming.MEASUREMENTS,
    *growing.MEASUREMENTS,
    *shelves.MEASUREMENTS,
    *application.MEASUREMENTS,
)


def chosen(only: str) -> list[Measurement]:
    """The measurements with a figure that begins with ``only``."""
    return [each for each in MEASUREMENTS if any(name.startswith(only) for name in each.names)]


async def measure(only: str) -> int:
    """Run what was chosen; returns the exit code."""
    document = Document.read()
    failed = 0
    for measurement in chosen(only):
        try:
            async for found in measurement.run():
                if found.figure.startswith(only):
                    print(found.line(), flush=True)
                    document.put(found)
        except Exception:
            failed = 1
            print(f"{', '.join(measurement.names)} could not be measured:", file=sys.stderr)
            traceback.print_exc()
        await asyncio.sleep(0)
    document.write()
    return failed


def main() -> int:
    """Pin the load, then measure."""
    only = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ONLY", "")
    if not chosen(only):
        print(f"no figure begins with {only!r}", file=sys.stderr)
        return 2
    machine.load_here()
    return uvloop.run(measure(only))


if __name__ == "__main__":
    raise SystemExit(main())
