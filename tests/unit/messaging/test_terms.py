"""Search terms, on literal values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liyu.messaging.terms import Wanted, answers, terms_of, wanted_of


def test_every_character_begins_one_term() -> None:
    assert terms_of("生日礼物") == {"生日", "日礼", "礼物", "物"}
    assert terms_of("Gift-Box ２０２６") == {"gift", "box", "2026"}
    assert terms_of("送妈妈iPhone吗") == {"送妈", "妈妈", "妈", "iphone", "吗"}
    assert terms_of("👍……") == set()


def test_queries() -> None:
    assert wanted_of("生日礼") == [Wanted("生日", False), Wanted("日礼", False)]
    assert wanted_of("茶 gif") == [Wanted("gif", True), Wanted("茶", True)]
    assert wanted_of("") == wanted_of("？！") == []
    assert len(wanted_of("".join(chr(0x4E00 + n) for n in range(100)))) == 12


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("生日礼物", "日礼", True),
        ("生日。礼物", "日礼", False),
        ("a gift box", "box gi", True),
        ("a gift box", "ift", False),
        ("", "x", False),
    ],
)
def test_the_text_itself_decides(text: str, query: str, found: bool) -> None:
    assert answers(text, query) is found


@given(text=st.text(alphabet="生日礼物茶giftbox ,。", max_size=30), start=st.integers(0, 29), length=st.integers(1, 10))
def test_terms_miss_nothing_that_the_text_answers(text: str, start: int, length: int) -> None:
    query = text[start : start + length]
    if not wanted_of(query) or not answers(text, query):
        return
    terms = terms_of(text)
    for wanted in wanted_of(query):
        assert any(term.startswith(wanted.term) if wanted.beginning else term == wanted.term for term in terms)
