"""Files as they come: encodings, separators, and what is no CSV at all."""

from __future__ import annotations

import pytest

from liyu.catalog.importing.errors import (
    DuplicateColumn,
    FileTooLarge,
    NoRows,
    NotCsv,
    TooManyColumns,
    TooManyRows,
)
from liyu.catalog.importing.reading import MOST_BYTES, read_table, unguarded, written
from liyu.kit.errors import Refusal

TEXT = "货号,名称,价格\nA1,白瓷一人茶,218\nA2,“桂雨”香薰烛,168.00\n"


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
    ],
)
def test_chinese_is_read_in_every_usual_encoding(encoded: bytes, encoding: str) -> None:
    table = read_table(encoded, most_rows=10)
    assert table.encoding == encoding
    assert table.columns == ("货号", "名称", "价格")
    assert table.rows[1] == (3, ("A2", "“桂雨”香薰烛", "168.00"))


def test_a_pound_sign_of_western_windows_is_read() -> None:
    table = read_table("sku,price\nA1,£2.95\n".encode("cp1252"), most_rows=10)
    assert table.rows == ((2, ("A1", "£2.95")),)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    content = f"sku{separator}title\nA1{separator}Cup\n".encode()
    assert read_table(content, most_rows=10).columns == ("sku", "title")


def test_quoted_cells_keep_line_ends_and_empty_lines_are_left_out() -> None:
    table = read_table(b'\n\nsku,text\r\n\r\nA1,"two\nlines, one ""cell"""\r\n,\r\nA2,x\r\n', most_rows=10)
    assert [cells for _, cells in table.rows] == [("A1", 'two\nlines, one "cell"'), ("A2", "x")]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NoRows),
        (b"\n \n", NoRows),
        (b"sku,title\n", NoRows),
        (b"PK\x03\x04rest of a spreadsheet", NotCsv),
        (b"sku\nA\x00B\n", NotCsv),
        (b"\xff\xfe\x00", NotCsv),
        (b"sku,SKU,sku\n1,2,3\n", DuplicateColumn),
        (b",".join(b"c%d" % number for number in range(201)) + b"\nx\n", TooManyColumns),
        (b"sku\n" + b"x\n" * 11, TooManyRows),
        (b"x" * (MOST_BYTES + 1), FileTooLarge),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        read_table(content, most_rows=10)
    assert "{" not in refused.value.message("zh-CN") + refused.value.message("en")


def test_a_huge_cell_is_cut_not_kept() -> None:
    table = read_table(b"sku,title\nA1," + b"x" * 100_000 + b"\n", most_rows=10)
    assert len(table.rows[0][1][1]) == 20_000


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@SUM", "\tx", "'quoted", "plain", "白瓷"])
def test_what_we_write_is_no_formula_and_reads_back_the_same(cell: str) -> None:
    content = written([["sku", "title"], ["A1", cell]])
    assert not any(part.startswith(("=", "+", "-", "@")) for part in content.decode("utf-8-sig").split(","))
    assert read_table(content, most_rows=10).rows[0][1][1] == cell


def test_only_our_own_guard_is_taken_away() -> None:
    assert unguarded("'=1") == "=1"
    assert unguarded("'tis") == "'tis"
