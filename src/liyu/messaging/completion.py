"""Fills what a client said with what the shop knows: sizes of files, titles and prices of products.

Asks ports; decides nothing else. What it refuses, it refuses with the other domain's refusal.
"""

from __future__ import annotations

import msgspec

from liyu.identity.model import Principal
from liyu.kit.ids import PersonId
from liyu.messaging.errors import FileNotHere
from liyu.messaging.kinds import SaidCard, SaidFile, SaidPicture
from liyu.messaging.model import Access
from liyu.messaging.ports import AttachmentCheck, ProductCards
from liyu.protocol import events


class Completion:
    """Joins the ports that know files and products."""

    def __init__(self, files: AttachmentCheck, cards: ProductCards) -> None:
        self._files = files
        self._cards = cards

    async def complete(
        self, principal: Principal, access: Access, cid: str, kind: str, said: events.Body
    ) -> events.Body:
        """The body as it is written. Raises the refusals of the ports."""
        if isinstance(said, SaidCard):
            facts = await self._cards.card(access.chain, access.shop, said.product, said.variant, principal.locale)
            return events.ProductCard(
                reply_to=said.reply_to, product=said.product, variant=said.variant, title=facts.title,
                price_minor=facts.price_minor, currency=facts.currency, picture=facts.picture, word=said.word,
            )  # fmt: skip
        if isinstance(said, SaidPicture | SaidFile):
            known = dict(
                await self._files.facts(
                    access.chain, access.conversation, _ids(principal, access), cid, kind, said.file
                )
            )
            if isinstance(said, SaidPicture):
                known["alt"] = said.alt
            try:
                return msgspec.convert(known | {"reply_to": said.reply_to}, events.KINDS[kind])
            except msgspec.ValidationError:
                raise FileNotHere() from None
        return said


def _ids(principal: Principal, access: Access) -> tuple[PersonId, ...]:
    """The id under which the event is written, then the person's others."""
    return (access.person, *(one for one in principal.ids if one != access.person))
