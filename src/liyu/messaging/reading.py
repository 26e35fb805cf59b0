"""Reading: snapshots, history, gaps, heads, marks. Access is decided in the same transaction as the data is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.ids import ChainId, ConversationId
from liyu.messaging import store
from liyu.messaging.access_cache import read_access
from liyu.messaging.errors import ConversationNotFound
from liyu.messaging.model import Access, CommittedEvents, Marked
from liyu.messaging.rows import JOINED, WATCHING, MemberRow
from liyu.platform.db.port import Database
from liyu.protocol import events
from liyu.protocol.snapshots import Conversation, Member, Message

WINDOW = 50  # messages of a snapshot: about three screens of a phone


class Reading:
    """The read side of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def snapshot(self, principal: Principal, conversation: ConversationId) -> Conversation:
        """The conversation as ``principal`` sees it, exactly at one head. Raises ``ConversationNotFound``."""

        def query(connection: Connection) -> Conversation:
            return read_snapshot(connection, read_access(connection, principal, conversation))

        return await self._database.read(principal.chain, query)

    async def history(
        self, principal: Principal, conversation: ConversationId, before: int, limit: int
    ) -> tuple[list[Message], bool]:
        """Up to ``limit`` older entries below ``before``, oldest first, and whether there are more."""

        def query(connection: Connection) -> tuple[list[Message], bool]:
            access = read_access(connection, principal, conversation)
            return store.window(connection, conversation, access, before=before, limit=limit)

        return await self._database.read(principal.chain, query)

    async def events_after(
        self, principal: Principal, conversation: ConversationId, after: int, limit: int
    ) -> CommittedEvents:
        """The numbers after ``after``, contiguous, with the events that ``principal`` sees.

        ``limit`` bounds the numbers. Raises ``ConversationNotFound``.
        """

        def query(connection: Connection) -> CommittedEvents | None:
            access = read_access(connection, principal, conversation)
            return store.events_after(connection, principal.chain, conversation, after, limit, access)

        return _present(await self._database.read(principal.chain, query))

    async def events_between(
        self, chain: ChainId, conversation: ConversationId, after: int, limit: int
    ) -> CommittedEvents:
        """The numbers after ``after`` with events of every class, for a hub that filters them itself."""
        return _present(
            await self._database.read(
                chain, lambda connection: store.events_after(connection, chain, conversation, after, limit)
            )
        )

    async def heads(
        self, chains: Sequence[ChainId], conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, store.Head]:
        """Where conversations of these chains stand, in one query."""
        wanted = list(conversations)
        if not wanted:
            return {}
        return await self._database.read(list(chains), lambda connection: store.heads(connection, list(chains), wanted))

    async def marks(
        self, chain: ChainId, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Sequence[Marked]]:
        """Where every member stands, in one query."""
        return await self._database.read(chain, lambda connection: store.marks(connection, chain, list(conversations)))


def read_snapshot(connection: Connection, access: Access) -> Conversation:
    """Head, members and the newest window, all of one moment."""
    row = store.conversations(connection, access.chain, [access.conversation])[access.conversation]
    messages, more = store.window(connection, access.conversation, access, before=None, limit=WINDOW)
    people = store.members(connection, [access.conversation])[access.conversation]
    return Conversation(
        id=row.id,
        shop=row.shop_id,
        epoch=row.epoch,
        head=row.last_seq,
        members=[member_of(one) for one in people.values() if one.state != WATCHING],
        messages=messages,
        more=more,
        assignee=row.assignee_id,
        title=row.title,
        kind=row.kind,
    )


def member_of(row: MemberRow) -> Member:
    """A member as others may see it."""
    person = events.Person(row.person, row.name, row.role, row.avatar, row.vip)  # type: ignore[arg-type]
    return Member(person, row.read, row.delivered, row.state == JOINED)


def _present(found: CommittedEvents | None) -> CommittedEvents:
    if found is None:
        raise ConversationNotFound()
    return found
