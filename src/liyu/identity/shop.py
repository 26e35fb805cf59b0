"""A shop as a value: where it is, when it is open, and the few choices its owner makes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from liyu.identity.hours import Holiday, Hours, Opening, open_at
from liyu.kit.ids import ChainId, ShopId


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """What an owner may set for the shop.

    ``recall_limit_ms``: for how long one's own message may be recalled or edited; ``None``: as the installation says.
    ``greeting``: the first sentence of a new conversation, empty for none.
    """

    recall_limit_ms: int | None = None
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The tenant. A lone shop is a chain of one."""

    id: ChainId
    name: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop. ``slug`` is its permanent address (``/s/<slug>``), unique over the installation."""

    id: ShopId
    chain: Chain
    slug: str
    name: str
    city: str
    address: str
    phone: str
    time_zone: str
    currency: str
    locale: str
    hours: Hours
    holidays: tuple[Holiday, ...] = ()
    settings: ShopSettings = ShopSettings()
    campaign: str | None = None

    def opening(self, now_ms: int) -> Opening:
        """Whether the shop is open at ``now_ms``."""
        return open_at(self.hours, self.holidays, self.time_zone, now_ms)
