"""What messaging needs of others, as ports that the wiring fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from liyu.identity.model import PersonCard
from liyu.identity.shop import Shop
from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId


class AttachmentCheck(Protocol):
    """Says what a message may say about its file."""

    async def facts(
        self, chain: ChainId, conversation: ConversationId, people: Sequence[PersonId], cid: str, kind: str, file: str
    ) -> Mapping[str, Any]:
        """Fields of the body. Raises a ``Refusal`` when the file is not of this conversation, person and kind."""
        ...


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the catalogue says of a product at this moment. ``picture``: an address that does not expire, if any."""

    title: str
    price_minor: int
    currency: str
    picture: str | None


class ProductCards(Protocol):
    """Fills a product card from the catalogue's own data."""

    async def card(self, chain: ChainId, shop: ShopId, product: str, variant: str | None, language: str) -> CardFacts:
        """Raises a ``Refusal`` when the shop does not sell the product, or the product has no such variant."""
        ...


class Directory(Protocol):
    """People of a chain as others may see them."""

    async def people_of(self, chain: ChainId, ids: Iterable[PersonId]) -> Mapping[PersonId, PersonCard]:
        """Those of ``ids`` who are in ``chain``."""
        ...


class Shops(Protocol):
    """Shops, public."""

    async def by_slug(self, slug: str) -> Shop:
        """Raises a not-found ``Refusal``."""
        ...

    async def by_id(self, chain: ChainId, shop_id: ShopId) -> Shop:
        """Raises a not-found ``Refusal``."""
        ...
