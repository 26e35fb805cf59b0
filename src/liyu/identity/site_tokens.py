"""What the embedding site's token must say. Pure: keys, time and memory of used tokens are given.

The algorithm is a property of the key, never of the token; ``aud`` names the shop, ``exp`` lies at most five minutes
ahead, ``jti`` is good for one use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import jwt

from liyu.identity.errors import BadSiteToken
from liyu.kit.ids import ChainId, ShopId

Algorithm = Literal["HS256", "HS384", "HS512"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)

LONGEST_LIFE_MS: Final = 5 * 60_000
SKEW_MS: Final = 60_000  # a site's clock may be ahead of ours by this much
MAX_SUBJECT: Final = 200
MAX_JTI: Final = 128


@dataclass(frozen=True, slots=True)
class SiteKey:
    """A key of the embedding site. ``expires_at``: after a rotation, until when the old key still counts."""

    id: str
    chain: ChainId
    shop: ShopId
    name: str
    algorithm: Algorithm
    secret: bytes
    origins: tuple[str, ...]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None

    def counts_at(self, now: int) -> bool:
        """Whether tokens under this key are accepted at ``now``."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class SiteClaims:
    """Who the site says its customer is."""

    subject: str
    jti: str
    expires_at: int
    name: str
    locale: str | None


def key_id_of(token: str) -> str:
    """The id of the key that ``token`` claims to be signed with. Raises ``BadSiteToken``."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise BadSiteToken(why="header") from None
    if not isinstance(kid, str):
        raise BadSiteToken(why="kid")
    return kid


def verify(token: str, key: SiteKey, now: int) -> SiteClaims:
    """The claims of ``token``. Raises ``BadSiteToken`` whatever is wrong with it."""
    options: Any = {
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
        "require": ["exp", "aud", "sub", "jti"],
    }
    try:
        claims = jwt.decode(token, key.secret, algorithms=[key.algorithm], audience=key.shop, options=options)
    except jwt.InvalidAudienceError:
        raise BadSiteToken(why="aud") from None
    except jwt.MissingRequiredClaimError as error:
        raise BadSiteToken(why=error.claim) from None
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise BadSiteToken(why="signature") from None
    return SiteClaims(
        subject=_text(claims, "sub", MAX_SUBJECT),
        jti=_text(claims, "jti", MAX_JTI),
        expires_at=_expiry(claims, now),
        name=_optional(claims, "name"),
        locale=_optional(claims, "locale") or None,
    )


def _expiry(claims: dict[str, Any], now: int) -> int:
    expires_at = _moment(claims, "exp")
    if expires_at <= now or expires_at > now + LONGEST_LIFE_MS:
        raise BadSiteToken(why="exp")
    for name in ("iat", "nbf"):
        if name in claims and _moment(claims, name) > now + SKEW_MS:
            raise BadSiteToken(why=name)
    return expires_at


def _moment(claims: dict[str, Any], name: str) -> int:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise BadSiteToken(why=name)
    return int(value * 1000)


def _text(claims: dict[str, Any], name: str, longest: int) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not _storable(value):
        raise BadSiteToken(why=name)
    return value


def _optional(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) and _storable(value) else ""


def _storable(value: str) -> bool:
    return value.isprintable() and not any("\ud800" <= sign <= "\udfff" for sign in value)
