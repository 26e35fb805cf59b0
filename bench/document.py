"""``docs/figures.md``, written from ``docs/figures.jsonl``: the last measurement of every figure, as it is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from bench import machine
from bench.figure import Figure
from bench.targets import TARGETS

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
LINES: Final = DOCS / "figures.jsonl"
PAGE: Final = DOCS / "figures.md"

_HEAD: Final = """# Figures

Written by `make bench` (`make bench ONLY=gateway` refreshes one prefix). Machines are shared and noisy: what counts is
the ratio to what was measured beside it in the same run; absolute values are for orientation. A figure is never a test
with a time in it. What falls short of its target stands here as it was measured.
"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, when it was measured, and on what."""

    figure: Figure
    day: str
    machine: str


@dataclass
class Document:
    """The figures by name and peer."""

    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Document:
        """What was measured before."""
        document = cls()
        if LINES.exists():
            for line in LINES.read_bytes().splitlines():
                one = msgspec.json.decode(line, type=Kept)
                document.kept[one.figure.figure, one.figure.peer or ""] = one
        return document

    def put(self, found: Figure) -> None:
        """Replace a figure by a newer one."""
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        self.kept[found.figure, found.peer or ""] = Kept(figure=found, day=today, machine=machine.described())

    def write(self) -> None:
        """Both files."""
        rows = [self.kept[key] for key in sorted(self.kept)]
        LINES.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        PAGE.write_text(page(rows))


def page(rows: list[Kept]) -> str:
    """The document."""
    parts = [_HEAD]
    for area in dict.fromkeys(row.figure.figure.partition(".")[0] for row in rows):
        parts.append(f"\n## {area}\n")
        parts.append("| Figure | Value | To reach | Beside | Its value | Ratio | Conditions |")
        parts.append("|---|---|---|---|---|---|---|")
        parts += [_row(row) for row in rows if row.figure.figure.partition(".")[0] == area]
    return "\n".join(parts) + "\n"


def _row(row: Kept) -> str:
    found = row.figure
    target = TARGETS.get(found.figure, "")
    beside = "–" if found.peer is None else found.peer
    value = "–" if found.peer_value is None else number(found.peer_value)
    ratio = "–" if found.ratio is None else f"{found.ratio:g}"
    return (
        f"| `{found.figure}` | {number(found.value)} {found.unit} | {target} | {beside} | {value} | {ratio} | "
        f"{found.conditions}; n = {found.n:,}; {row.machine}; {row.day} |"
    )


def number(value: float) -> str:
    """A number as people read it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"
