"""The language of a request: what is asked, then what is accepted, then Chinese."""

from __future__ import annotations

import pytest

from liyu.http.language import chosen


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "zh-CN"),
        (None, "*", "zh-CN"),
        (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, "zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        (None, "en;q=0.2,zh;q=0.7", "zh-CN"),
        (None, "fr-FR,fr;q=0.9", "en"),
        (None, "en;q=nonsense", "zh-CN"),
        ("en", "zh", "en"),
        ("zh-CN", "en", "zh-CN"),
        ("xx", "zh", "en"),
        ("", "en", "en"),
    ],
)
def test_language(asked: str | None, accepted: str, language: str) -> None:
    assert chosen(asked, accepted) == language
