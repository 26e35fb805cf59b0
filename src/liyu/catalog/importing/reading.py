"""From the bytes of a file to a table: encoding, separator, heading, limits. Pure; trusts nothing.

Formulas are only text here: they are stored and shown as they were typed, and ``safe_cell`` takes their power away
wherever we write CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from liyu.catalog.importing.errors import (
    DuplicateColumn,
    FileTooLarge,
    NoRows,
    NotCsv,
    TooManyColumns,
    TooManyRows,
)

MOST_BYTES = 20 << 20  # 200,000 rows of a hundred characters
MOST_COLUMNS = 200
LONGEST_CELL = 20_000  # characters

_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Tried in this order: what is valid UTF-8 is hardly ever anything else; GB18030 is what Chinese Excel writes.
_ENCODINGS = ("utf-8", "gb18030", "cp1252")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as a table. ``rows``: (line of the table, cells), the heading being line 1; empty lines are left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    separator: str


def read_table(content: bytes, *, most_rows: int) -> Table:
    """Read a CSV file. Raises the refusals of ``errors`` that concern a file."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(limit_mb=MOST_BYTES >> 20)
    text, encoding = decoded(content)
    separator = _separator(text)
    try:
        columns, rows = _parsed(text, separator, most_rows)
    except csv.Error:
        raise NotCsv() from None
    if not rows:
        raise NoRows()
    return Table(columns, tuple(rows), encoding, separator)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding. Raises ``NotCsv`` for what is no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding) or _no_text(), encoding
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        raise NotCsv()
    for encoding in _ENCODINGS:
        if (text := _strictly(content, encoding)) is not None:
            return text, encoding
    raise NotCsv()


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _no_text() -> str:
    raise NotCsv()


def _separator(text: str) -> str:
    """The separator that cuts the heading into most columns."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([heading], delimiter=separator), [])))


def _parsed(text: str, separator: str, most_rows: int) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in enumerate(reader, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _heading(cells)
            continue
        if len(rows) >= most_rows:
            raise TooManyRows(limit=most_rows)
        rows.append((line, tuple(unguarded(cell[:LONGEST_CELL]) for cell in cells)))
    if columns is None:
        raise NoRows()
    return columns, rows


def _heading(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; nameless ones get their number."""
    if len(cells) > MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)
    names = tuple(" ".join(cell.split())[:100] or f"#{place}" for place, cell in enumerate(cells, 1))
    for name in names:
        if names.count(name) > 1:
            raise DuplicateColumn(column=name)
    return names


def safe_cell(text: str) -> str:
    """``text`` as it may stand in a CSV file that somebody opens with a spreadsheet: never a formula."""
    return "'" + text if text.startswith(_DANGEROUS) else text


def unguarded(text: str) -> str:
    """A cell without the apostrophe that ``safe_cell`` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV for spreadsheets: UTF-8 with a mark, without formulas."""
    target = io.StringIO()
    csv.writer(target).writerows([[safe_cell(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + target.getvalue().encode()
