"""What text the HTTP edge lets in."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from liyu.http.fields import Exact, Id, Line, Name, Paragraph, Secret, Slug


class Everything(BaseModel):
    name: Name = "x"
    line: Line = ""
    paragraph: Paragraph = ""
    secret: Secret = "lys_12345678"
    exact: Exact = ""
    id: Id = "shp_00dem000000000000000000001"
    slug: Slug = "pingjiang"


def test_control_characters_and_overrides_vanish_from_lines() -> None:
    assert Everything(name=" 陈\x07静\u202e\n ").name == "陈静"
    assert Everything(line="a\tb\r\nc").line == "a b  c"
    assert Everything(name="👩‍👧").name == "👩‍👧"  # the joiner that holds a family together stays


def test_paragraphs_keep_their_lines() -> None:
    assert Everything(paragraph="a\r\nb\rc\u2028d\x1b").paragraph == "a\nb\nc\nd"


@pytest.mark.parametrize("field", ["name", "line", "paragraph", "exact", "secret"])
@pytest.mark.parametrize("text", ["a\x00b-and-more", "a\ud800b-and-more"])
def test_what_no_database_can_store_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        Everything(**{field: text})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "\x01\x02"),
        ("name", "x" * 81),
        ("line", "x" * 201),
        ("paragraph", "x" * 2001),
        ("secret", "short"),
        ("secret", "with a space"),
        ("secret", "x" * 4097),
        ("id", "shp_1"),
        ("id", "shp_00demo00000000000000000001"),
        ("slug", "Ping"),
        ("slug", "-a"),
        ("slug", "a--b"),
        ("slug", "x" * 41),
    ],
)
def test_shapes_that_are_refused(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        Everything(**{field: text})


def test_a_password_is_kept_exactly() -> None:
    assert Everything(exact="  \t空格 ").exact == "  \t空格 "
