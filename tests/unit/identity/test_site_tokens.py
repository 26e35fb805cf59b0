"""Tokens of embedding sites: everything that must be refused, on literal times."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from liyu.identity.errors import BadSiteToken
from liyu.identity.site_tokens import SiteKey, key_id_of, verify
from liyu.kit.ids import ChainId, ShopId

NOW = 1_790_000_000_000
SHOP = ShopId("shp_1")
SECRET = b"s" * 64
KEY = SiteKey("key_1", ChainId("chn_1"), SHOP, "官网", "HS256", SECRET, ("https://gifts.example",), NOW)


def token(
    secret: bytes = SECRET, algorithm: str | None = "HS256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    body = {"aud": SHOP, "sub": "c-17", "jti": "j-1", "exp": NOW / 1000 + 300} | claims
    sent = {name: value for name, value in body.items() if value is not ...}
    return jwt.encode(sent, secret if algorithm else None, algorithm or "none", header or {"kid": "key_1"})  # type: ignore[arg-type]


def test_a_good_token() -> None:
    claims = verify(token(name="阿柚", locale="en"), KEY, NOW)
    assert (claims.subject, claims.jti, claims.name, claims.locale) == ("c-17", "j-1", "阿柚", "en")
    assert claims.expires_at == NOW + 300_000
    assert key_id_of(token()) == "key_1"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": NOW / 1000}, "exp"),
        ({"exp": NOW / 1000 + 301}, "exp"),
        ({"exp": ...}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"exp": -1}, "exp"),
        ({"aud": "shp_2"}, "aud"),
        ({"aud": ...}, "aud"),
        ({"sub": ...}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 201}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"jti": ...}, "jti"),
        ({"jti": "x" * 129}, "jti"),
        ({"jti": ""}, "jti"),
        ({"iat": NOW / 1000 + 61}, "iat"),
        ({"nbf": NOW / 1000 + 3600}, "nbf"),
    ],
)
def test_claims_that_are_refused(claims: dict[str, Any], why: str) -> None:
    with pytest.raises(BadSiteToken) as refused:
        verify(token(**claims), KEY, NOW)
    assert refused.value.details["why"] == why


@pytest.mark.parametrize(
    "forged",
    [
        token(secret=b"t" * 64),
        token(algorithm=None),
        token(algorithm="HS512"),
        token(algorithm="HS384"),
        token()[:-4] + "AAAA",
        "a.b.c",
        "x" * 50,
        "",
    ],
)
def test_signatures_and_algorithms_that_are_not_the_keys_own(forged: str) -> None:
    with pytest.raises(BadSiteToken):
        verify(forged, KEY, NOW)


@pytest.mark.parametrize("claims", [{"sub": 17}, {"jti": 5}, {"sub": None}])
def test_claims_of_the_wrong_kind(claims: dict[str, Any]) -> None:
    head, _, _ = token().split(".")
    body = json.loads(base64.urlsafe_b64decode(token().split(".")[1] + "==")) | claims
    payload = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{payload}".encode(), SECRET
    )
    signed = f"{head}.{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(BadSiteToken):
        verify(signed, KEY, NOW)


@pytest.mark.parametrize("header", [{"kid": ""}, {}])
def test_the_key_must_be_named(header: dict[str, Any]) -> None:
    made = jwt.encode({"sub": "x"}, SECRET, "HS256", header or None)
    if header:
        assert key_id_of(made) == ""
    else:
        with pytest.raises(BadSiteToken):
            key_id_of(made)


def test_when_a_key_counts() -> None:
    assert KEY.counts_at(NOW)
    rotated = SiteKey(**{name: getattr(KEY, name) for name in KEY.__slots__} | {"expires_at": NOW + 1})
    assert rotated.counts_at(NOW)
    assert not rotated.counts_at(NOW + 1)
    revoked = SiteKey(**{name: getattr(KEY, name) for name in KEY.__slots__} | {"revoked_at": NOW})
    assert not revoked.counts_at(NOW)


@pytest.mark.parametrize("depth", [900, 3_000])
def test_a_header_nested_beyond_reason_is_refused(depth: int) -> None:
    header = base64.urlsafe_b64encode(b'{"kid":' + b"[" * depth + b"]" * depth + b"}").rstrip(b"=").decode()
    with pytest.raises(BadSiteToken):
        key_id_of(header + ".e30.x")
