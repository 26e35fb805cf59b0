"""``python -m tests.faults --seed 1 --minutes 5``: break things while clients write, print the figures ``faults.*``.

Ends with 1 when the promise was broken or a message stayed unanswered.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.faults.cluster import postgres_cluster, sqlite_cluster
from tests.faults.run import COLLEAGUES, SETTINGS, VISITORS, report_lines, run

SYSTEMS = {"sqlite": sqlite_cluster, "postgres": postgres_cluster}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns 0 when the promise was kept and everything was answered."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--system", choices=[*SYSTEMS, "all"], default="all")
    options = parser.parse_args(arguments)
    kept = True
    for name in SYSTEMS if options.system == "all" else [options.system]:
        with (
            tempfile.TemporaryDirectory(prefix="liyu-faults-") as folder,
            SYSTEMS[name](Path(folder), SETTINGS) as cluster,
        ):
            report = asyncio.run(run(cluster, options.seed, options.minutes * 60))
        conditions = (
            f"{name}, seed {options.seed}, {options.minutes:g} min, {VISITORS + COLLEAGUES} clients, "
            f"{report.acked} acknowledged, {report.unanswered} unanswered, struck {report.struck}"
        )
        print(*report_lines(report, conditions), sep="\n", flush=True)
        for sentences in (
            report.verdict.lost,
            report.verdict.doubled,
            report.verdict.reordered,
            report.verdict.divergent,
        ):
            for sentence in sentences[:20]:
                print(sentence, file=sys.stderr)
        kept = kept and report.verdict.kept and not report.unanswered and not report.stale
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
