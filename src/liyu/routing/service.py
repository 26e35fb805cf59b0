"""Routing as others see it: desks, the board of a shop's queue, taking the next customer, honest waits.

Assignment is an event of the conversation's log, written by messaging; nothing here writes it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from liyu.identity.hours import open_at
from liyu.identity.model import Principal, StaffMember
from liyu.identity.shop import Shop
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging.errors import AlreadyTaken
from liyu.messaging.model import Access, Answered
from liyu.platform.db.port import Database
from liyu.routing import store
from liyu.routing.errors import NobodyWaits, NoQueue
from liyu.routing.model import (
    DEFAULT_CAPACITY,
    Candidate,
    Guide,
    State,
    Wait,
    in_order,
    next_candidate,
    wait_in_care,
    wait_of,
)
from liyu.routing.notes import Notes
from liyu.routing.store import DeskRow, WaitingRow

ONLINE_MS = 90_000  # a desk says every half minute that it is open; after three silences it counts as closed


class Staff(Protocol):
    """Who works in a chain."""

    async def staff_of(self, chain: ChainId, shop: ShopId | None = None) -> list[StaffMember]: ...


class Shops(Protocol):
    """The chain's shops."""

    async def of_chain(self, chain: ChainId) -> list[Shop]: ...


class Conversations(Protocol):
    """What routing needs of messaging."""

    async def access(self, principal: Principal, conversation: ConversationId) -> Access: ...


class Assigning(Protocol):
    """Who puts people in charge."""

    async def assign(
        self,
        principal: Principal,
        conversation: ConversationId,
        person: PersonId | None,
        word: str = "",
        *,
        only_from: frozenset[PersonId | None] | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff on the board."""

    guide: Guide
    name: str
    avatar: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A shop's queue in order, and who could take from it."""

    waiting: Sequence[WaitingRow]
    colleagues: Sequence[Colleague]


class Routing:
    """Use cases of routing. Made once per process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        staff: Staff,
        shops: Shops,
        conversations: Conversations,
        assigning: Assigning,
    ) -> None:
        self._database = database
        self._clock = clock
        self._staff = staff
        self._shops = shops
        self._conversations = conversations
        self._assigning = assigning
        self._notes = Notes(database)

    def answered(self, waits: Sequence[Answered]) -> None:
        """Waits ended: keep how long they were, in the background. The last ones before a crash may be lost."""
        self._notes.take(waits)

    async def settle(self) -> None:
        """Write the waits that are not kept yet."""
        await self._notes.flush()

    async def stop(self) -> None:
        """Write the rest of the waits and take no more."""
        await self._notes.stop()

    async def open_desk(self, principal: Principal, state: State | None = None, capacity: int | None = None) -> DeskRow:
        """Say that the desk is open, and change what it takes on. To be repeated every half minute."""
        if not principal.staff_shops:
            raise NoQueue()
        now = self._clock.now_ms()
        return await self._database.write(
            principal.chain,
            lambda connection: store.put_desk(
                connection, principal.chain, principal.person, now, state=state, capacity=capacity
            ),
        )

    async def board(self, principal: Principal, shop: ShopId) -> Board:
        """The queue of ``shop`` for its staff. Raises ``NoQueue``."""
        if not principal.staff_of(shop):
            raise NoQueue()

        def query(connection: Connection) -> list[WaitingRow]:
            return store.waiting(connection, principal.chain, [shop])

        rows = {row.waiting.conversation: row for row in await self._database.read(principal.chain, query)}
        order = [rows[one.conversation] for one in in_order(row.waiting for row in rows.values())]
        everyone = await self.colleagues(principal.chain)
        return Board(order, [one for one in everyone if shop in one.guide.shops])

    async def colleagues(self, chain: ChainId) -> list[Colleague]:
        """All staff of the chain with their desks, in the order of their names."""
        members = await self._staff.staff_of(chain)
        everywhere = frozenset(shop.id for shop in await self._shops.of_chain(chain))
        now = self._clock.now_ms()

        def query(connection: Connection) -> tuple[dict[PersonId, DeskRow], dict[PersonId, int]]:
            return store.desks(connection, chain), store.at_hand(connection, chain, now)

        desks, at_hand = await self._database.read(chain, query)
        found = [_colleague(member, everywhere, desks, at_hand, now) for member in members]
        return sorted(found, key=lambda one: (one.name, one.guide.person))

    async def claim(self, principal: Principal, conversation: ConversationId) -> None:
        """Take a conversation of the queue. Raises ``AlreadyTaken`` when a colleague was faster."""
        if not principal.staff_shops:
            raise NoQueue()
        free: frozenset[PersonId | None] = frozenset({None, principal.person})
        await self._assigning.assign(principal, conversation, principal.person, only_from=free)
        now = self._clock.now_ms()
        await self._database.write(
            principal.chain, lambda connection: store.note_taken(connection, principal.chain, principal.person, now)
        )

    async def claim_next(self, principal: Principal) -> ConversationId:
        """Take whoever is first over all shops that this person serves. Raises ``NobodyWaits``."""
        shops = principal.staff_shops
        if not shops:
            raise NoQueue()

        def query(connection: Connection) -> list[WaitingRow]:
            return store.waiting(connection, principal.chain, shops)

        rows = await self._database.read(principal.chain, query)
        for one in in_order(row.waiting for row in rows):
            try:
                await self.claim(principal, one.conversation)
            except AlreadyTaken:
                continue  # a colleague was faster; the next one waits
            return one.conversation
        raise NobodyWaits()

    async def wait(self, principal: Principal, conversation: ConversationId) -> Wait:
        """What a customer may honestly be told about the wait. Raises not-found for whoever may not read there."""
        access = await self._conversations.access(principal, conversation)
        chain, shop = principal.chain, access.shop

        def query(connection: Connection) -> tuple[PersonId | None, list[WaitingRow], list[int]]:
            carer = store.assignee_of(connection, chain, conversation)
            return carer, store.waiting(connection, chain, [shop]), store.recent_waits(connection, chain, shop)

        carer, rows, recent = await self._database.read(chain, query)
        guides = [one.guide for one in await self.colleagues(chain)]
        if carer is not None:
            return wait_in_care(carer, guides, recent)
        return wait_of(conversation, [row.waiting for row in rows], guides, shop, recent)

    async def candidate(
        self, chain: ChainId, shop: ShopId, asked: frozenset[PersonId] = frozenset()
    ) -> Candidate | None:
        """The guide to ask next for ``shop``, its sisters after it; ``None`` when nobody is left."""
        now = self._clock.now_ms()
        shops = await self._shops.of_chain(chain)
        is_open = {one.id for one in shops if open_at(one.hours, one.holidays, one.time_zone, now).open}
        guides = [one.guide for one in await self.colleagues(chain)]
        return next_candidate(shop, guides, open_shops=is_open, sisters=[one.id for one in shops], asked=asked)


def _colleague(
    member: StaffMember,
    everywhere: frozenset[ShopId],
    desks: dict[PersonId, DeskRow],
    at_hand: dict[PersonId, int],
    now_ms: int,
) -> Colleague:
    person = member.card.id
    row = desks.get(person)
    shops = frozenset(grant.shop for grant in member.grants if grant.shop is not None)
    guide = Guide(
        person=person,
        shops=everywhere if any(grant.shop is None for grant in member.grants) else shops,
        state=row.state if row else "away",
        online=row is not None and now_ms - row.seen_at < ONLINE_MS,
        open_now=at_hand.get(person, 0),
        taken_at=row.taken_at if row else 0,
        capacity=row.capacity if row else DEFAULT_CAPACITY,
    )
    roles = tuple(dict.fromkeys(str(grant.role) for grant in member.grants))
    return Colleague(guide, member.card.name, member.card.avatar, roles)
