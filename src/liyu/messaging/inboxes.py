"""Reading inboxes: one number per owner says where a reader stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.ids import ChainId
from liyu.messaging import store
from liyu.messaging.errors import InboxNotFound
from liyu.messaging.model import InboxChange, person_owner, queue_owner
from liyu.platform.db.port import Database
from liyu.protocol.snapshots import InboxEntry

RESUME = 500  # rows beyond which a returning reader loads its list afresh: about what a page of 50 costs ten times


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some rows of an inbox, the most recently changed first. ``rev``: the inbox's last revision at this moment."""

    owner: str
    rev: int
    items: Sequence[InboxEntry]
    more: bool


class Inboxes:
    """The read side of inboxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owners(self, principal: Principal) -> list[str]:
        """The inboxes that ``principal`` may read: its own and the queues of the shops that it serves."""
        return [person_owner(principal.person), *(queue_owner(shop) for shop in principal.staff_shops)]

    async def revisions(self, chain: ChainId, owners: Sequence[str]) -> Mapping[str, int]:
        """The newest revision of each owner (0: nothing yet), in one query."""
        wanted = list(owners)
        found = await self._database.read(chain, lambda connection: store.revisions(connection, chain, wanted))
        return {owner: found.get(owner, 0) for owner in wanted}

    async def page(self, principal: Principal, owner: str, before: int | None, limit: int) -> InboxPage:
        """Entries with a revision below ``before``. Raises ``InboxNotFound`` for somebody else's inbox.

        The first page's ``rev`` is where to follow from: what changes while paging comes as a change.
        """
        if owner not in self.owners(principal):
            raise InboxNotFound()

        def query(connection: Connection) -> InboxPage:
            rev, items, more = store.inbox_page(connection, principal.chain, owner, before, limit)
            return InboxPage(owner, rev, items, more)

        return await self._database.read(principal.chain, query)

    async def changes_after(self, chain: ChainId, owner: str, revision: int, limit: int = RESUME) -> InboxChange | None:
        """What changed since ``revision``, contiguous; ``None``: load it afresh."""
        return await self._database.read(
            chain, lambda connection: store.inbox_after(connection, chain, owner, revision, limit)
        )
