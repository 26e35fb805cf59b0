"""Embedding sites: their keys, and their customers' arrival."""

from __future__ import annotations

import base64
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from liyu.http.fields import Id, Name, Secret
from liyu.identity.schemas.people import SHOP_EXAMPLE
from liyu.identity.site_tokens import Algorithm, SiteKey

KEY_EXAMPLE = "key_01k3v8y6x2m4q7r9t1w5z0a3bc"
#: A web origin: scheme, host, perhaps a port.
Origin = Annotated[
    str, StringConstraints(pattern=r"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$", max_length=200)
]


class SiteKeyIn(BaseModel):
    """A key to make."""

    shop: Id = Field(description="The shop that the site embeds.", examples=[SHOP_EXAMPLE])
    name: Name = Field(description="What the key is for.", examples=["官网"])
    algorithm: Algorithm = Field(default="HS256", description="The one algorithm of this key.", examples=["HS256"])
    origins: list[Origin] = Field(
        min_length=1, max_length=20, description="Pages that may use it.", examples=[["https://gifts.example"]]
    )


class SiteKeyOut(BaseModel):
    """A key, without its secret."""

    id: str = Field(description="The key's id, to be named as `kid` in the token's header.", examples=[KEY_EXAMPLE])
    shop: str = Field(description="The shop; also the token's `aud`.", examples=[SHOP_EXAMPLE])
    name: str = Field(description="What the key is for.", examples=["官网"])
    algorithm: Algorithm = Field(description="The one algorithm of this key.", examples=["HS256"])
    origins: list[str] = Field(description="Pages that may use it.", examples=[["https://gifts.example"]])
    created_at: int = Field(description="When it was made, in milliseconds since 1970.", examples=[1795420000000])
    expires_at: int | None = Field(
        description="After a rotation: until when it still counts, in milliseconds since 1970.", examples=[None]
    )


class SiteKeyMade(SiteKeyOut):
    """A key just made."""

    secret: str = Field(description="The shared secret in base 64. It is shown this once.", examples=["q83v…=="])


class SiteKeyList(BaseModel):
    """A shop's keys."""

    items: list[SiteKeyOut] = Field(description="The keys that were not revoked, newest first.")
    next_cursor: str | None = Field(default=None, description="Always `null`: there is one page.", examples=[None])


class Rotation(BaseModel):
    """How a key is replaced."""

    overlap_ms: int = Field(
        default=86_400_000,
        ge=0,
        le=30 * 86_400_000,
        description="For how long the old key still counts, in milliseconds.",
        examples=[86400000],
    )


class SiteSessionIn(BaseModel):
    """A token of the embedding site."""

    token: Secret = Field(
        description="A JSON Web Token: header `kid`; claims `aud` (the shop's id), `sub`, `jti`, `exp` (at most five "
        "minutes ahead), and perhaps `name`, `locale`.",
        examples=["eyJhbGciOiJIUzI1NiIsImtpZCI6ImtleV8…"],
    )
    origin: Origin | None = Field(
        default=None,
        description="The page on which the widget stands, as the browser told the widget.",
        examples=["https://gifts.example"],
    )


def site_key_of(key: SiteKey) -> SiteKeyOut:
    """The answer for a key."""
    return SiteKeyOut(
        id=key.id,
        shop=key.shop,
        name=key.name,
        algorithm=key.algorithm,
        origins=list(key.origins),
        created_at=key.created_at,
        expires_at=key.expires_at,
    )


def site_key_made(key: SiteKey) -> SiteKeyMade:
    """The answer for a key just made, with its secret."""
    return SiteKeyMade(**site_key_of(key).model_dump(), secret=base64.b64encode(key.secret).decode())
