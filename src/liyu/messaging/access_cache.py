"""Accesses that were decided a moment ago, for sending only: the writer compares their ``acl_rev`` under the lock.

What is read is decided afresh each time (``reading.py``). An entry holds only for the very grants and aliases that it
was decided from, so a person whose roles changed is decided anew.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import Connection

from liyu.identity.model import Grant, Principal
from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging import access, store
from liyu.messaging.errors import ConversationNotFound
from liyu.messaging.model import Access
from liyu.platform.db.port import Database

SIZE = 20_000  # entries of about 500 bytes

_Basis = tuple[ChainId, tuple[PersonId, ...], tuple[Grant, ...], tuple[ShopId, ...]]


class AccessCache:
    """Loads accesses and keeps those last used."""

    def __init__(self, database: Database, size: int = SIZE) -> None:
        self._database = database
        self._size = size
        self._loading: dict[tuple[PersonId, ConversationId], asyncio.Future[Access]] = {}
        self._entries: OrderedDict[tuple[PersonId, ConversationId], tuple[_Basis, Access]] = OrderedDict()

    async def get(self, principal: Principal, conversation: ConversationId) -> Access:
        """What was decided before, or now. Raises ``ConversationNotFound``."""
        key = (principal.person, conversation)
        found = self._entries.get(key)
        if found is not None and found[0] == _basis(principal):
            self._entries.move_to_end(key)
            return found[1]
        loading = self._loading.get(key)
        if loading is not None:  # in the order of asking, so that what is sent in a row stays in a row
            await asyncio.wait([loading])
            return await self.get(principal, conversation)
        loading = self._loading[key] = asyncio.ensure_future(self.load(principal, conversation))
        try:
            return await loading
        finally:
            self._loading.pop(key, None)

    async def load(self, principal: Principal, conversation: ConversationId) -> Access:
        """Decide now. Raises ``ConversationNotFound``."""
        loaded = (await self.load_many(principal, [conversation])).get(conversation)
        if loaded is None:
            raise ConversationNotFound()
        return loaded

    async def load_many(
        self, principal: Principal, conversations: Sequence[ConversationId]
    ) -> dict[ConversationId, Access]:
        """Decide now for several, in two queries; those that the person may not see are absent."""
        wanted = list(dict.fromkeys(conversations))
        loaded = await self._database.read(
            principal.chain, lambda connection: read_accesses(connection, principal, wanted)
        )
        for conversation, one in loaded.items():
            self._entries[(principal.person, conversation)] = (_basis(principal), one)
            self._entries.move_to_end((principal.person, conversation))
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return loaded

    def forget(self, principal: Principal, conversation: ConversationId) -> None:
        """The entry no longer holds."""
        self._entries.pop((principal.person, conversation), None)


def read_accesses(
    connection: Connection, principal: Principal, conversations: Sequence[ConversationId]
) -> dict[ConversationId, Access]:
    """Decide within a transaction."""
    rows = store.conversations(connection, principal.chain, conversations)
    own = store.own_members(connection, list(rows), principal.ids)
    found: dict[ConversationId, Access] = {}
    for id_, row in rows.items():
        decided = access.decide(principal, row, own.get(id_, ()))
        if decided is not None:
            found[ConversationId(id_)] = decided
    return found


def read_access(connection: Connection, principal: Principal, conversation: ConversationId) -> Access:
    """Decide for one within a transaction. Raises ``ConversationNotFound``."""
    found = read_accesses(connection, principal, [conversation]).get(conversation)
    if found is None:
        raise ConversationNotFound()
    return found


def _basis(principal: Principal) -> _Basis:
    return (principal.chain, principal.aliases, principal.grants, principal.shops)
