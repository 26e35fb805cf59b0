"""What the link endpoints accept and answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from liyu.http.fields import Exact, Id, Line, Secret
from liyu.identity.links.entering import Preview
from liyu.identity.links.making import Wish
from liyu.identity.links.model import MAX_USES, Link, Made
from liyu.identity.model import Grant, Role
from liyu.identity.schemas.people import PERSON_EXAMPLE, SHOP_EXAMPLE, ChainRef, GrantRef, ShopRef
from liyu.kit.ids import ChainId, ShopId

LINK_EXAMPLE = "lnk_01k3v8y6x2m4q7r9t1w5z0a3bc"
OBJECT_EXAMPLE = "cnv_01k3v8y6x2m4q7r9t1w5z0a3bc"
YEAR_MS = 400 * 86_400_000

ObjectKind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
PurposeName = Literal["friend", "recipient", "invitation", "owner"]


class RoleIn(BaseModel):
    """A role that an invitation gives."""

    role: Role = Field(description="The role.", examples=["guide"])
    shop: Id | None = Field(
        default=None, description="The shop; `null` for every shop of the chain.", examples=[SHOP_EXAMPLE]
    )


class LinkIn(BaseModel):
    """A link to make."""

    purpose: Literal["friend", "recipient", "invitation"] = Field(
        description="`friend` and `recipient` open one object; `invitation` makes a member of staff.",
        examples=["friend"],
    )
    object_kind: ObjectKind | None = Field(
        default=None, description="What a friend's or recipient's link opens.", examples=["conversation"]
    )
    object_id: Id | None = Field(default=None, description="Id of what it opens.", examples=[OBJECT_EXAMPLE])
    grants: list[RoleIn] = Field(
        default=[], max_length=10, description="The roles that an invitation gives.", examples=[[]]
    )
    lifetime_ms: int | None = Field(
        default=None,
        ge=60_000,
        le=YEAR_MS,
        description="For how long it may be used, in milliseconds; absent: as usual.",
        examples=[86400000],
    )
    max_uses: int | None = Field(
        default=None, ge=1, le=MAX_USES, description="How many people may enter; absent: as usual.", examples=[5]
    )

    def wish(self, chain: ChainId) -> Wish:
        """The value of the domain."""
        grants = tuple(Grant(one.role, chain, None if one.shop is None else ShopId(one.shop)) for one in self.grants)
        return Wish(self.purpose, self.object_kind or "", self.object_id or "", grants, self.lifetime_ms, self.max_uses)


class LinkOut(BaseModel):
    """A link, without its secret."""

    id: str = Field(description="The link's id.", examples=[LINK_EXAMPLE])
    purpose: PurposeName = Field(description="What it is for.", examples=["friend"])
    object_kind: str = Field(description="Kind of what it opens.", examples=["conversation"])
    object_id: str = Field(description="Id of what it opens.", examples=[OBJECT_EXAMPLE])
    shop: str | None = Field(description="The shop that it belongs to; `null`: the chain.", examples=[SHOP_EXAMPLE])
    visibility: Literal["all", "staff", "none"] = Field(
        description="What those who enter may read of a conversation.", examples=["all"]
    )
    grants: list[GrantRef] = Field(description="The roles that it gives.")
    uses: int = Field(description="How many people have entered.", examples=[1])
    max_uses: int = Field(description="How many people may enter.", examples=[20])
    created_by: str | None = Field(description="Who made it; `null`: the command line.", examples=[PERSON_EXAMPLE])
    created_at: int = Field(description="When it was made, in milliseconds since 1970.", examples=[1795420000000])
    expires_at: int = Field(
        description="Until when it may be used, in milliseconds since 1970.", examples=[1796630000000]
    )


class LinkMade(LinkOut):
    """A link just made."""

    secret: str = Field(description="The secret. It is shown this once.", examples=["lyl_Zk3…"])
    path: str = Field(
        description="The address on this server, with the secret in its fragment.",
        examples=["/s/pingjiang/join#lyl_Zk3…"],
    )


class LinkPage(BaseModel):
    """Some links."""

    items: list[LinkOut] = Field(description="The links that were not revoked, newest first.")
    next_cursor: str | None = Field(
        description="Where the next page begins; `null`: these were the last.", examples=[None]
    )


class SecretIn(BaseModel):
    """The secret of a link."""

    secret: Secret = Field(description="What stands behind `#` in the link's address.", examples=["lyl_Zk3xxxxx"])


class PreviewOut(BaseModel):
    """What a link shows before it is used: whose shop it is, never what is inside or who sent it."""

    purpose: PurposeName = Field(description="What it is for.", examples=["friend"])
    chain: ChainRef = Field(description="The chain.")
    shop: ShopRef | None = Field(description="The shop, if it belongs to one.")
    roles: list[Role] = Field(description="The roles that an invitation gives.", examples=[["guide"]])
    expires_at: int = Field(
        description="Until when it may be used, in milliseconds since 1970.", examples=[1796630000000]
    )


class RedeemIn(BaseModel):
    """Entering by a link."""

    secret: Secret = Field(description="What stands behind `#` in the link's address.", examples=["lyl_Zk3xxxxx"])
    name: Line = Field(default="", max_length=80, description="The name that others will see.", examples=["阿柚"])
    login: Exact | None = Field(
        default=None,
        min_length=1,
        max_length=120,
        description="For an invitation: the login that one chooses.",
        examples=["ayou"],
    )
    password: Exact | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="For an invitation: the password that one chooses.",
        examples=["a long sentence"],
    )


def link_of(link: Link) -> LinkOut:
    """The answer for a link."""
    return LinkOut(
        id=link.id,
        purpose=link.purpose,
        object_kind=link.target.kind,
        object_id=link.target.id,
        shop=link.target.shop,
        visibility=link.visibility,
        grants=[GrantRef(role=grant.role, shop=grant.shop) for grant in link.grants],
        uses=link.uses,
        max_uses=link.max_uses,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


def link_made(made: Made) -> LinkMade:
    """The answer for a link just made."""
    return LinkMade(**link_of(made.link).model_dump(), secret=made.secret, path=made.path)


def preview_of(preview: Preview) -> PreviewOut:
    """The answer for a look at a link."""
    shop = preview.shop
    return PreviewOut(
        purpose=preview.link.purpose,
        chain=ChainRef(id=preview.chain.id, name=preview.chain.name),
        shop=None if shop is None else ShopRef(id=shop.id, slug=shop.slug, name=shop.name),
        roles=[grant.role for grant in preview.link.grants],
        expires_at=preview.link.expires_at,
    )
