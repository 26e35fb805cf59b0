"""A capability link as a value: what it opens, for how long, how often. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from liyu.identity.model import Grant
from liyu.kit.ids import ChainId, LinkId, PersonId, ShopId

Purpose = Literal["friend", "recipient", "invitation", "owner"]

#: What the one who enters may read: the classes of the protocol, or nothing of the conversation.
Visibility = Literal["all", "staff", "none"]

VISIBILITY: Final[dict[Purpose, Visibility]] = {
    "friend": "all",
    "recipient": "none",
    "invitation": "staff",
    "owner": "staff",
}

MAX_USES: Final = 500
#: How often a link may be used unless its maker says otherwise.
DEFAULT_USES: Final[dict[Purpose, int]] = {"friend": 20, "recipient": 1, "invitation": 1, "owner": 1}

STAFF_PURPOSES: Final[frozenset[Purpose]] = frozenset({"invitation", "owner"})


@dataclass(frozen=True, slots=True)
class Target:
    """What a link opens. ``shop``: where it belongs, ``None`` for the whole chain."""

    kind: str
    id: str
    shop: ShopId | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link without its secret, which nobody keeps. Times in milliseconds since 1970."""

    id: LinkId
    chain: ChainId
    purpose: Purpose
    target: Target
    visibility: Visibility
    grants: tuple[Grant, ...]
    max_uses: int
    uses: int
    created_by: PersonId | None
    created_at: int
    expires_at: int
    revoked_at: int | None = None

    def opens_at(self, now: int) -> bool:
        """Whether it is neither revoked nor expired at ``now``."""
        return self.revoked_at is None and now < self.expires_at

    def left(self) -> int:
        """How many more people may enter."""
        return max(0, self.max_uses - self.uses)


@dataclass(frozen=True, slots=True)
class Made:
    """A link just made. ``secret`` is shown this once; ``path`` is the address with the secret in its fragment."""

    link: Link
    secret: str
    path: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person may open because it entered by a link that still stands."""

    link: LinkId
    purpose: Purpose
    target: Target
    visibility: Visibility


def path_of(purpose: Purpose, shop_slug: str | None, secret: str) -> str:
    """The page that redeems the link. A fragment never reaches a server, so no log can keep the secret."""
    if purpose in STAFF_PURPOSES or shop_slug is None:
        return f"/desk/join#{secret}"
    return f"/s/{shop_slug}/join#{secret}"
