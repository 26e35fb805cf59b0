"""What a row says, and what is wrong with it."""

from __future__ import annotations

import pytest

from liyu.catalog.importing.columns import ColumnMapping, checked, guessed
from liyu.catalog.importing.deciding import Entry, decide, decided, price
from liyu.catalog.importing.errors import BadMapping
from liyu.catalog.importing.problems import SENTENCES, Problem, Refused
from liyu.catalog.importing.reading import read_table


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("268", "CNY", 26800),
        ("268.5", "CNY", 26850),
        ("¥268.00", "CNY", 26800),
        ("￥１２８", "CNY", 12800),
        ("268元", "CNY", 26800),
        ("1,299", "CNY", 129900),
        ("1,299.50", "GBP", 129950),
        ("2,55", "EUR", 255),
        ("£2.95", "GBP", 295),
        ("1 299", "CNY", 129900),
        ("0", "CNY", 0),
        (".5", "CNY", 50),
        ("980", "JPY", 980),
        ("", "CNY", None),
        ("  ", "CNY", None),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, currency: str, minor: int | None) -> None:
    assert price(2, text, currency) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("free", "bad_price"),
        ("免费", "bad_price"),
        ("-5", "negative_price"),
        ("1e5", "bad_price"),
        ("NaN", "bad_price"),
        ("inf", "bad_price"),
        ("=1+1", "bad_price"),
        ("12.345", "bad_decimals"),
        ("1,29,9", "bad_price"),
        ("99999999999", "price_too_high"),
        ("9" * 500, "bad_price"),
        ("12 34 56", "bad_price"),
    ],
)
def test_bad_prices_are_named(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        price(2, text, "CNY")
    assert refused.value.problem.code == code


def test_a_full_row_of_the_template() -> None:
    entry = decide(
        2,
        {
            "sku": " LY-1 ",
            "product": "teapot",
            "title_zh": "胭脂\n小茶壶",
            "title_en": "Rouge teapot",
            "selling_points_zh": "断水干净|手小也握得住",
            "variant_zh": "红",
            "price": "239",
            "for_whom": "妈妈、恋人, lover|师父",
            "status": "Hidden",
            "rank": "5",
            "stock_main": "8",
            "stock_pingjiang": "2.0",
            "stock_wukang": "",
        },
        "CNY",
    )
    assert entry.sku == "LY-1"
    assert entry.texts["zh-CN"] == {"title": "胭脂 小茶壶", "selling_points": ["断水干净", "手小也握得住"]}
    assert entry.attributes == {"for_whom": ("mother", "lover", "师父")}
    assert (entry.status, entry.rank, entry.price_minor) == ("hidden", 5, 23900)
    assert entry.stock == {"main": 8, "pingjiang": 2}


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ({"sku": ""}, "sku", "missing_sku"),
        ({"sku": "x" * 61}, "sku", "too_long"),
        ({"sku": "a", "stock_main": "-1"}, "stock_main", "bad_stock"),
        ({"sku": "a", "stock_main": "1.5"}, "stock_main", "bad_stock"),
        ({"sku": "a", "stock_main": "9999999"}, "stock_main", "bad_stock"),
        ({"sku": "a", "stock_main": "=3"}, "stock_main", "bad_stock"),
        ({"sku": "a", "currency": "人民币"}, "currency", "bad_currency"),
        ({"sku": "a", "status": "sold"}, "status", "bad_status"),
        ({"sku": "a", "rank": "first"}, "rank", "bad_rank"),
        ({"sku": "a", "title_zh": "长" * 81}, "title_zh", "too_long"),
        ({"sku": "a", "for_whom": "|".join(map(str, range(21)))}, "for_whom", "too_many"),
        ({"sku": "a", "title_zh": "a\ud800"}, "title_zh", "bad_text"),
    ],
)
def test_each_fault_names_its_field(row: dict[str, str], field: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(2, row, "CNY")
    assert (refused.value.problem.field, refused.value.problem.code) == (field, code)


def test_every_problem_can_be_said_in_both_languages() -> None:
    details = {
        "value": "x",
        "currency": "CNY",
        "places": 2,
        "known": "GBP",
        "reserved": 1,
        "field": "title_zh",
        "limit": 80,
        "first": 2,
    }
    for code in SENTENCES:
        problem = Problem(2, "", code, details)
        assert problem.sentence("zh-CN") != problem.sentence("en")
        assert "{" not in problem.sentence("zh-CN") + problem.sentence("en")


def test_a_formula_stays_text_and_the_second_of_two_skus_is_refused() -> None:
    content = 'sku,title_en,price\nA1,"=HYPERLINK(""http://evil"")",1\nA1,Again,2\n,None,3\nA2,Cut\nA3,a,1,surplus\n'
    table = read_table(content.encode(), most_rows=10)
    mapping = ColumnMapping(guessed(table.columns, []), {"currency": "GBP"})
    rows = list(decided(table, mapping, "CNY"))
    assert isinstance(rows[0], Entry)
    assert rows[0].texts["en"]["title"] == '=HYPERLINK("http://evil")'
    assert rows[0].currency == "GBP"
    assert [(row.row, row.code) for row in rows if isinstance(row, Problem)] == [
        (3, "duplicate_sku"),
        (4, "missing_sku"),
        (6, "too_few_cells"),
    ]
    assert isinstance(rows[3], Entry)
    assert rows[3].price_minor is None


def test_columns_are_recognised_by_many_names() -> None:
    assert guessed(["StockCode", "Description", "Price", "Country"], ["main", "pingjiang"]) == {
        "sku": "StockCode",
        "title_en": "Description",
        "price": "Price",
    }
    assert guessed(["货号", "商品名称", "售价", "库存", "寓意", "颜色"], ["main"]) == {
        "sku": "货号",
        "title_zh": "商品名称",
        "price": "售价",
        "stock_main": "库存",
        "meaning_zh": "寓意",
        "colours": "颜色",
    }


@pytest.mark.parametrize(
    ("columns", "constants"),
    [
        ({"title_en": "a"}, {}),
        ({"sku": "missing"}, {}),
        ({"sku": "a", "colour of hair": "b"}, {}),
        ({"sku": "a"}, {"stock_nowhere": "1"}),
    ],
)
def test_a_mapping_must_fit_the_file(columns: dict[str, str], constants: dict[str, str]) -> None:
    with pytest.raises(BadMapping):
        checked(ColumnMapping(columns, constants), ["a", "b"], ["main"])
