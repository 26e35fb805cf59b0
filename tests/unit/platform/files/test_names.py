"""Names that people gave to files do no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liyu.platform.files.names import FALLBACK, MAX_NAME, attachment_header, safe_name, with_extension


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("生日快乐.jpg", "生日快乐.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ('quo"te;.pdf', "quo_te;.pdf"),
        ("con.txt", "_con.txt"),
        ("...", FALLBACK),
        ("", FALLBACK),
        ("\ud800.png", "png"),
        ("a" * 300 + ".pdf", "a" * (MAX_NAME - 4) + ".pdf"),
    ],
)
def test_harmless(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.text())
def test_every_name_fits_a_disk_and_a_header(name: str) -> None:
    safe = safe_name(name)
    assert 1 <= len(safe) <= MAX_NAME
    assert not set(safe) & set('/\\\x00\r\n"<>:|?*')
    assert safe not in (".", "..")
    assert safe_name(safe) == safe
    header = attachment_header(safe)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2


def test_the_header_carries_both_forms() -> None:
    assert attachment_header("生日 1.pdf") == (
        "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E7%94%9F%E6%97%A5%201.pdf"
    )


def test_a_new_extension_replaces_the_old_one() -> None:
    assert with_extension("cat.jpeg", ".webp") == "cat.webp"
    assert with_extension("blob", ".m4a") == "blob.m4a"
    assert len(with_extension("x" * MAX_NAME, ".webm")) == MAX_NAME
