"""Secrets: size, form, and what is kept of them."""

from __future__ import annotations

import base64

from liyu.identity.tokens import LINK_BYTES, csrf_of, new_token, same, token_hash


def raw(token: str) -> bytes:
    text = token.partition("_")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_tokens_carry_256_bits_and_links_128() -> None:
    assert len(raw(new_token("lys"))) == 32
    assert len(raw(new_token("lyl", LINK_BYTES))) == 16
    assert new_token("lys") != new_token("lys")


def test_only_a_hash_is_kept() -> None:
    assert token_hash("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert token_hash("\ud800") != token_hash("\ud801")  # whatever a client sends has a hash


def test_the_pages_token_belongs_to_one_session() -> None:
    assert csrf_of("a") == csrf_of("a")
    assert csrf_of("a") != csrf_of("b")
    assert token_hash("a").hex() not in csrf_of("a")


def test_comparison() -> None:
    assert same("礼", "礼")
    assert not same("礼", "遇")
    assert not same("", "x")
