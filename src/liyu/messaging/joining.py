"""Who comes and goes: opening a conversation, joining, leaving, handing over.

Everything is an event of the log; what it does to members and inboxes is decided under the lock (``membership.py``).
"""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.identity.events import PersonChanged
from liyu.identity.model import PersonCard, Principal
from liyu.identity.shop import Shop
from liyu.kit.ids import ChainId, ConversationId, PersonId, new_id
from liyu.messaging import store
from liyu.messaging.access import staff_role
from liyu.messaging.access_cache import AccessCache, read_access
from liyu.messaging.errors import AlreadyTaken, NotMember, PersonUnknown, SendForbidden, ShopNotFound
from liyu.messaging.kinds import check_plain
from liyu.messaging.milestones import (
    assigned_event,
    joined_event,
    left_event,
    note_event,
    oneself,
    person_of,
    system_event,
)
from liyu.messaging.model import FROM_HERE, Access, Append, Unit
from liyu.messaging.ports import Directory, Shops
from liyu.messaging.rows import JOINED, STAFF_ROLES, MemberRow
from liyu.messaging.writer import Writer
from liyu.platform.db.port import Database
from liyu.platform.jobs.queue import Job, enqueue

RENAME = "messaging.rename"
MAX_WORD = 1_000  # characters of a hand-over note


class Joining:
    """Use cases about members."""

    def __init__(
        self, database: Database, writer: Writer, accesses: AccessCache, shops: Shops, directory: Directory
    ) -> None:
        self._database = database
        self._writer = writer
        self._accesses = accesses
        self._shops = shops
        self._directory = directory

    async def open(self, principal: Principal, slug: str) -> tuple[ConversationId, bool]:
        """The one lasting conversation of ``principal`` with the shop, and whether it is new.

        Raises ``ShopNotFound`` for a shop of another chain too.
        """
        shop = await self._shops.by_slug(slug)
        if shop.chain.id != principal.chain:
            raise ShopNotFound()
        found = await self._find(principal, shop)
        if found is not None:
            return found, False
        try:
            return await self._create(principal, shop)
        except sa.exc.IntegrityError:  # another tab was faster (PostgreSQL runs units side by side)
            found = await self._find(principal, shop)
            if found is None:
                raise
            return found, False

    async def join_staff(self, principal: Principal, access: Access) -> Access:
        """Make a member of staff that may write here a member, and return its access as such."""
        role = staff_role(principal, access.shop)
        joined = joined_event(
            access.chain, access.conversation, oneself(principal, role), actor=principal.person, access=access
        )
        await self._writer.submit(access.chain, lambda _connection, _now: Unit(None, [joined]))
        return await self._accesses.load(principal, access.conversation)

    async def add(self, principal: Principal, conversation: ConversationId, person: PersonId) -> None:
        """Bring a colleague in, of a sister shop too. Raises ``SendForbidden`` for anybody but staff."""
        card = await self._colleague(principal, person)

        def unit(connection: Connection, _now: int) -> Unit[None]:
            access = _staff_access(connection, principal, conversation)
            if _is_joined(connection, conversation, person):
                return Unit(None)
            return Unit(None, [self._joined(access, principal, card)])

        await self._writer.submit(principal.chain, unit)

    async def add_friend(self, chain: ChainId, conversation: ConversationId, person: PersonId) -> None:
        """Let a friend in who came by link: it sees what comes from now on. Again is the same."""
        cards = await self._directory.people_of(chain, [person])
        if person not in cards:
            raise PersonUnknown()
        friend = person_of(cards[person], "friend")

        def unit(connection: Connection, _now: int) -> Unit[None]:
            if not store.conversations(connection, chain, [conversation]):
                return Unit(None)
            if _is_joined(connection, conversation, person):
                return Unit(None)
            return Unit(None, [joined_event(chain, conversation, friend, actor=person, from_seq=FROM_HERE)])

        await self._writer.submit(chain, unit)

    async def remove(self, principal: Principal, conversation: ConversationId, person: PersonId) -> None:
        """Take somebody out, or leave. Staff may take out anybody but the customer; others only themselves."""

        def unit(connection: Connection, _now: int) -> Unit[None]:
            access = read_access(connection, principal, conversation)
            row = store.conversations(connection, principal.chain, [conversation])[conversation]
            if person == row.customer_id or (access.role not in STAFF_ROLES and person != access.person):
                raise SendForbidden()
            if not _is_joined(connection, conversation, person):
                raise NotMember()
            left = [assigned_event(access, principal, None)] if row.assignee_id == person else []
            return Unit(None, [*left, left_event(principal.chain, conversation, person, principal.person)])

        await self._writer.submit(principal.chain, unit)

    async def leave(self, chain: ChainId, conversation: ConversationId, person: PersonId) -> None:
        """Take somebody out whose link was revoked. Again is the same."""

        def unit(connection: Connection, _now: int) -> Unit[None]:
            if not store.conversations(connection, chain, [conversation]):
                return Unit(None)
            if not _is_joined(connection, conversation, person):
                return Unit(None)
            return Unit(None, [left_event(chain, conversation, person, person)])

        await self._writer.submit(chain, unit)

    async def assign(
        self,
        principal: Principal,
        conversation: ConversationId,
        person: PersonId | None,
        word: str = "",
        *,
        only_from: frozenset[PersonId | None] | None = None,
    ) -> None:
        """Put somebody in charge, who joins if need be, or give the conversation back to the queue (``None``).

        ``word``, a hand-over note, is written for staff alone. ``only_from``: who may be in charge before (``None``
        in it: nobody), decided in the same transaction; anybody else raises ``AlreadyTaken``. Raises
        ``SendForbidden`` for anybody but staff.
        """
        check_plain(word, MAX_WORD, "word")
        card = None if person is None else await self._colleague(principal, person)

        def unit(connection: Connection, _now: int) -> Unit[None]:
            if only_from is not None:
                store.hold(connection, principal.chain, conversation)
            access = _staff_access(connection, principal, conversation)
            row = store.conversations(connection, principal.chain, [conversation])[conversation]
            if only_from is not None and row.assignee_id not in only_from:
                raise AlreadyTaken(person=row.assignee_id)
            written: list[Append] = []
            if row.assignee_id != person:
                if card is not None and not _is_joined(connection, conversation, card.id):
                    written.append(self._joined(access, principal, card))
                written.append(assigned_event(access, principal, person))
            if word:
                written.append(note_event(access, principal, word))
            return Unit(None, written)

        await self._writer.submit(principal.chain, unit)

    async def note_change(self, event: PersonChanged) -> None:
        """Somebody's name, picture or VIP mark changed: a job tells it to every conversation."""

        def unit(connection: Connection, now: int) -> Unit[None]:
            payload = {"person": event.person}
            enqueue(connection, chain=event.chain, kind=RENAME, key=event.person, payload=payload, now_ms=now)
            return Unit(None)

        await self._writer.submit(event.chain, unit)

    async def rename(self, job: Job) -> None:
        """The job: an event in each conversation that shows the person otherwise than it now looks."""
        chain, person = job.chain, PersonId(job.payload["person"])
        card = (await self._directory.people_of(chain, [person])).get(person)
        if card is None or card.erased:
            return
        rows = await self._database.read(chain, lambda c: store.membership_rows(c, chain, [person]))
        for row in rows:
            await self._writer.submit(chain, partial(_renamed, card=card, id_=ConversationId(row.conversation_id)))

    async def _find(self, principal: Principal, shop: Shop) -> ConversationId | None:
        """The conversation that stands, its customer shown under the present name."""

        def query(connection: Connection) -> tuple[ConversationId, MemberRow | None] | None:
            rows = store.of_customer(connection, principal.chain, shop.id, principal.ids)
            if not rows:
                return None
            own = store.own_members(connection, [rows[0].id], principal.ids).get(rows[0].id, [])
            mine = [row for row in own if row.person == principal.person and row.state == JOINED]
            return ConversationId(rows[0].id), (mine[0] if mine else None)

        found = await self._database.read(principal.chain, query)
        if found is None:
            return None
        conversation, row = found
        shown = (principal.name, principal.avatar, principal.vip)
        if row is not None and (row.name, row.avatar, row.vip) != shown:
            person = oneself(principal, row.role)
            renamed = joined_event(principal.chain, conversation, person, actor=principal.person)
            await self._writer.submit(principal.chain, lambda _connection, _now: Unit(None, [renamed]))
        return conversation

    async def _create(self, principal: Principal, shop: Shop) -> tuple[ConversationId, bool]:
        fresh = ConversationId(new_id("cnv"))
        person = oneself(principal, "customer")

        def unit(connection: Connection, now: int) -> Unit[tuple[ConversationId, bool]]:
            rows = store.of_customer(connection, principal.chain, shop.id, principal.ids)
            if rows:
                return Unit((ConversationId(rows[0].id), False))
            store.insert_conversation(
                connection, id_=fresh, chain=principal.chain, shop=shop.id, kind="shop", customer=principal.person,
                title=principal.name, now=now,
            )  # fmt: skip
            written = [joined_event(principal.chain, fresh, person, actor=principal.person)]
            if shop.settings.greeting:
                written.append(system_event(principal.chain, fresh, "greeting", {"text": shop.settings.greeting}))
            return Unit((fresh, True), written)

        return (await self._writer.submit(principal.chain, unit)).value

    async def _colleague(self, principal: Principal, person: PersonId) -> PersonCard:
        found = (await self._directory.people_of(principal.chain, [person])).get(person)
        if found is None or found.kind != "staff" or found.erased:
            raise PersonUnknown()
        return found

    def _joined(self, access: Access, principal: Principal, card: PersonCard) -> Append:
        role = staff_role(principal, access.shop) if card.id == principal.person else "guide"
        return joined_event(access.chain, access.conversation, person_of(card, role), actor=principal.person)


def _renamed(connection: Connection, _now: int, *, card: PersonCard, id_: ConversationId) -> Unit[None]:
    rows = store.own_members(connection, [id_], [card.id]).get(id_, [])
    looks = (card.name, card.avatar, card.vip)
    if not any(row.state == JOINED and (row.name, row.avatar, row.vip) != looks for row in rows):
        return Unit(None)
    return Unit(None, [joined_event(card.chain, id_, person_of(card, rows[0].role), actor=card.id)])


def _is_joined(connection: Connection, conversation: ConversationId, person: PersonId) -> bool:
    rows = store.own_members(connection, [conversation], [person]).get(conversation, [])
    return any(row.state == JOINED for row in rows)


def _staff_access(connection: Connection, principal: Principal, conversation: ConversationId) -> Access:
    access = read_access(connection, principal, conversation)
    if access.role not in STAFF_ROLES:
        raise SendForbidden()
    return access
