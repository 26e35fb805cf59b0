"""A link opens one variant of one file of one chain, until it expires."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from liyu.kit.ids import ChainId, FileId
from liyu.platform.files.links import LIFE_MS, NEVER, STEP_MS, LinkExpired, LinkInvalid, LinkSigner

CHAIN, FILE = ChainId("chn_a"), FileId("fil_a")
NOW = 1_800_000_000_123


def parts(url: str) -> tuple[str, int, str]:
    query = parse_qs(urlsplit(url).query)
    return query["c"][0], int(query["e"][0]), query["s"][0]


def test_a_link_is_good_until_it_ends() -> None:
    signer = LinkSigner(b"s" * 32)
    link = signer.sign(CHAIN, FILE, "main", NOW)
    assert urlsplit(link.url).path == "/files/fil_a/main"
    chain, expires_at, signature = parts(link.url)
    assert expires_at == link.expires_at
    assert NOW + LIFE_MS <= expires_at < NOW + LIFE_MS + STEP_MS
    signer.verify(chain, FILE, "main", expires_at, signature, expires_at - 1)
    with pytest.raises(LinkExpired):
        signer.verify(chain, FILE, "main", expires_at, signature, expires_at)


def test_links_repeat_for_a_while_so_that_caches_serve() -> None:
    signer = LinkSigner(b"s" * 32)
    start = NOW // STEP_MS * STEP_MS
    assert signer.sign(CHAIN, FILE, "main", start + 1) == signer.sign(CHAIN, FILE, "main", start + STEP_MS)


@pytest.mark.parametrize(
    ("chain", "file", "variant", "later", "secret"),
    [
        ("chn_b", "fil_a", "main", 0, b"s" * 32),
        ("chn_a", "fil_b", "main", 0, b"s" * 32),
        ("chn_a", "fil_a", "thumb", 0, b"s" * 32),
        ("chn_a", "fil_a", "main", 1, b"s" * 32),
        ("chn_a", "fil_a", "main", 0, b"t" * 32),
    ],
)
def test_nothing_of_a_link_can_be_changed(chain: str, file: str, variant: str, later: int, secret: bytes) -> None:
    _, expires_at, signature = parts(LinkSigner(b"s" * 32).sign(CHAIN, FILE, "main", NOW).url)
    with pytest.raises(LinkInvalid):
        LinkSigner(secret).verify(chain, file, variant, expires_at + later, signature, NOW)


def test_an_expiring_link_cannot_be_made_to_last() -> None:
    signer = LinkSigner(b"s" * 32)
    _, _, signature = parts(signer.sign(CHAIN, FILE, "main", NOW).url)
    with pytest.raises(LinkInvalid):
        signer.verify(CHAIN, FILE, "main", NEVER, signature, NOW)


def test_a_public_link_never_ends() -> None:
    signer = LinkSigner(b"s" * 32)
    chain, expires_at, signature = parts(signer.sign_public(CHAIN, FILE, "main").url)
    signer.verify(chain, FILE, "main", expires_at, signature, NOW * 100)


def test_a_signature_of_strange_letters_is_refused() -> None:
    with pytest.raises(LinkInvalid):
        LinkSigner(b"s" * 32).verify(CHAIN, FILE, "main", NOW, "é" * 22, NOW)
