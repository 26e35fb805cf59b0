"""Parts of a file, as players ask for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liyu.messaging.attachments.ranges import OutsideFile, Part, wanted_part


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", Part(0, 100, 100)),
        ("bytes=10-19", Part(10, 10, 100)),
        ("bytes=90-1000", Part(90, 10, 100)),
        ("bytes=-7", Part(93, 7, 100)),
        ("bytes=-700", Part(0, 100, 100)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=one-two", None),
    ],
)
def test_parts(header: str | None, expected: Part | None) -> None:
    assert wanted_part(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=1000-2000", "bytes=-0"])
def test_beyond_the_end(header: str) -> None:
    with pytest.raises(OutsideFile):
        wanted_part(header, 100)


@given(st.text(max_size=40) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True), st.integers(0, 10**12))
def test_a_part_always_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = wanted_part(header, size)
    except OutsideFile:
        return
    if part is not None:
        assert part.length >= 1
        assert 0 <= part.start <= part.start + part.length <= size


def test_the_answer_names_the_part() -> None:
    assert Part(10, 5, 100).content_range == "bytes 10-14/100"
