"""People as the API shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from liyu.http.fields import Exact, Name, Slug
from liyu.identity.clients import Issued
from liyu.identity.model import Role
from liyu.identity.profiles import Profile

PERSON_EXAMPLE = "per_01k3v8y6x2m4q7r9t1w5z0a3bc"
SHOP_EXAMPLE = "shp_01k3v8y6x2m4q7r9t1w5z0a3bc"
CHAIN_EXAMPLE = "chn_01k3v8y6x2m4q7r9t1w5z0a3bc"

Locale = Literal["zh-CN", "en"]
#: One of the avatars that the applications carry, by name.
Avatar = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class ChainRef(BaseModel):
    """The chain that a shop or a person belongs to."""

    id: str = Field(description="The chain's id.", examples=[CHAIN_EXAMPLE])
    name: str = Field(description="The chain's name.", examples=["礼遇"])


class ShopRef(BaseModel):
    """A shop in short."""

    id: str = Field(description="The shop's id.", examples=[SHOP_EXAMPLE])
    slug: str = Field(description="The permanent part of the shop's address `/s/<slug>`.", examples=["pingjiang"])
    name: str = Field(description="The shop's name.", examples=["平江路店"])


class GrantRef(BaseModel):
    """A role and where it holds."""

    role: Role = Field(description="What the person is there for.", examples=["guide"])
    shop: str | None = Field(description="The shop; `null` for every shop of the chain.", examples=[SHOP_EXAMPLE])


class Me(BaseModel):
    """The person who is signed in."""

    id: str = Field(description="The person's id.", examples=[PERSON_EXAMPLE])
    kind: Literal["visitor", "customer", "friend", "staff"] = Field(
        description="Anonymous visitor, known customer, friend by link, or staff.", examples=["staff"]
    )
    name: str = Field(description="The name that others see; empty for an anonymous visitor.", examples=["陈静"])
    avatar: str | None = Field(description="Name of an avatar picture, if there is one.", examples=["p-chen"])
    locale: str = Field(description="Language, `zh-CN` or `en`.", examples=["zh-CN"])
    vip: bool = Field(description="Whether the shop marked this person as a VIP.", examples=[False])
    chain: ChainRef = Field(description="The chain that this session belongs to.")
    grants: list[GrantRef] = Field(description="Roles; empty for everybody but staff.")
    shops: list[ShopRef] = Field(description="The shops that a member of staff serves; empty for everybody else.")


class SignedIn(Me):
    """A session was opened. The tokens are filled only for `X-Liyu-Client: widget`; pages get cookies instead."""

    token: str | None = Field(
        default=None, description="For `Authorization: Bearer`; keep it in memory only.", examples=["lys_3fJ0…"]
    )
    token_expires_at: int | None = Field(
        default=None, description="When `token` ends, in milliseconds since 1970.", examples=[1795500000000]
    )
    refresh: str | None = Field(
        default=None,
        description="To be exchanged once, at `POST /sessions/refresh`. A second use signs the device out.",
        examples=["lyr_9aQ2…"],
    )


class Visit(BaseModel):
    """A browser arrives."""

    shop: Slug = Field(description="The shop's slug.", examples=["pingjiang"])


class SignIn(BaseModel):
    """Login and password."""

    login: Exact = Field(description="The login, in any case.", min_length=1, max_length=120, examples=["chenjing"])
    password: Exact = Field(description="The password.", min_length=1, max_length=256, examples=["pingjiang-2026"])


class ProfileChange(BaseModel):
    """What a person may change of itself. Absent fields stay."""

    name: Name | None = Field(default=None, description="The name that others see.", examples=["周屿"])
    locale: Locale | None = Field(default=None, description="Language.", examples=["en"])
    avatar: Avatar | None = Field(default=None, description="Name of an avatar picture.", examples=["p-zhou"])


def me_of(profile: Profile) -> Me:
    """The answer for a profile."""
    principal = profile.principal
    return Me(
        id=principal.person,
        kind=principal.kind,
        name=principal.name,
        avatar=principal.avatar,
        locale=principal.locale,
        vip=principal.vip,
        chain=ChainRef(id=profile.chain.id, name=profile.chain.name),
        grants=[GrantRef(role=grant.role, shop=grant.shop) for grant in principal.grants],
        shops=[ShopRef(id=shop.id, slug=shop.slug, name=shop.name) for shop in profile.shops],
    )


def signed_in(profile: Profile, issued: Issued) -> SignedIn:
    """The answer for a session just opened."""
    answer = SignedIn(**me_of(profile).model_dump())
    if issued.refresh is None:
        return answer
    return answer.model_copy(
        update={"token": issued.token, "token_expires_at": issued.expires_at, "refresh": issued.refresh}
    )
