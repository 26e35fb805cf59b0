"""How text becomes terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liyu.platform.search.plan import edits, plan
from liyu.platform.search.text import (
    QUERY_UNITS,
    Unit,
    document_terms,
    exact_terms,
    normal,
    query_units,
    runs,
    stem,
    syllables,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("胭脂小茶壶160ML", ["胭脂小茶壶", "160ml"]),
        ("Café Crème", ["cafe", "creme"]),
        ("ＡＢＣ　１２", ["abc", "12"]),
        ("it's T-Light!", ["its", "t", "light"]),
        ("🎁，。", []),
        ("", []),
    ],
)
def test_runs(text: str, expected: list[str]) -> None:
    assert list(runs(text)) == expected


def test_chinese_is_cut_into_characters_and_pairs() -> None:
    assert exact_terms("小茶壶") == {"小", "茶", "壶", "小茶", "茶壶"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("lanterns", "lantern"),
        ("boxes", "box"),
        ("candies", "candy"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("brushes", "brush"),
        ("is", "is"),
    ],
)
def test_plural_endings_fall(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_pinyin_is_toneless_and_knows_words() -> None:
    assert syllables("长命银铃") == ("chang", "ming", "yin", "ling")
    assert syllables("绿茶") == ("lv", "cha")
    assert syllables("行远") == ("xing", "yuan")


def test_a_title_is_known_by_pinyin_from_each_character_and_by_initials() -> None:
    terms = document_terms(["胭脂小茶壶"], [], [])
    assert {"yanzhi", "xiaochahu", "chahu", "yzxch", "xch", "ch", "cha"} <= terms.starts
    assert {"yanzhixiaocha", "chahu", "cha"} <= terms.fuzzy


def test_texts_are_found_by_their_words_but_not_by_pinyin() -> None:
    terms = document_terms(["茶"], ["恋人"], ["送给妈妈 with lanterns"])
    assert {"妈妈", "lantern"} <= terms.all
    assert "lianren" in terms.starts
    assert "mama" not in terms.starts


def test_a_sentence_keeps_what_it_names() -> None:
    assert query_units("我想买一个送给妈妈的茶壶") == [Unit(text, latin=False) for text in ("妈妈", "茶壶")]
    assert query_units("a gift for my teacher") == [Unit("teacher", latin=True)]
    assert query_units("的") == [Unit("的", latin=False)]
    assert query_units("gift") == [Unit("gift", latin=True)]


@pytest.mark.parametrize(("word", "count"), [("cha", 0), ("chah", 1), ("lantern", 1), ("notebook", 2)])
def test_longer_words_may_have_more_errors(word: str, count: int) -> None:
    assert edits(word) == count


@given(st.text(max_size=300))
def test_any_text_gives_a_bounded_query(text: str) -> None:
    units = query_units(text)
    assert len(units) <= QUERY_UNITS
    assert all(unit.text for unit in units)
    if units:
        plan(units)


@given(st.text(max_size=100))
def test_normal_text_stays_normal(text: str) -> None:
    assert list(runs(normal(text))) == list(runs(text))
