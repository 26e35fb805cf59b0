"""People of the chain: found, marked, given roles, erased."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from liyu.identity import rules
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.credentials import normal_login
from liyu.identity.errors import AlreadyGranted, Forbidden, LastOwner, LoginTaken, NotFound, NotStaff, ShopNotFound
from liyu.identity.events import AccessChanged, PersonChanged
from liyu.identity.model import Grant, PersonCard, Principal, Role, StaffMember
from liyu.identity.store import people, shops
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.store.people import HeldGrant
from liyu.kit.ids import ChainId, PersonId, ShopId, new_id


class People:
    """Use cases of people and grants."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def access_person(self, principal: Principal, person: PersonId) -> PersonCard:
        """A person whom ``principal`` may see: oneself, staff (for staff), customers (for those who run a shop).

        Raises ``NotFound`` for everybody else, in whatever chain.
        """
        chain = principal.chain
        card = await self._context.database.read(chain, lambda connection: people.card(connection, chain, person))
        if card is None or not _visible(principal, card):
            raise NotFound()
        return card

    async def staff(self, principal: Principal, shop: ShopId | None = None) -> list[StaffMember]:
        """The chain's staff, or those who serve ``shop``, for staff. Raises ``Forbidden``."""
        if principal.kind != "staff":
            raise Forbidden()
        return await self.staff_of(principal.chain, shop)

    async def staff_of(self, chain: ChainId, shop: ShopId | None = None) -> list[StaffMember]:
        """Everybody who holds a role in ``chain``, or one that covers ``shop``."""

        def query(connection: Connection) -> list[StaffMember]:
            held: dict[PersonId, list[Grant]] = {}
            for found in people.grants_of_chain(connection, chain):
                if shop is None or found.grant.covers(shop):
                    held.setdefault(found.person, []).append(found.grant)
            cards = people.cards(connection, chain, held)
            return [StaffMember(cards[person], tuple(grants)) for person, grants in held.items() if person in cards]

        return await self._context.database.read(chain, query)

    async def find(
        self, principal: Principal, kind: str, text: str, before: str | None, limit: int
    ) -> list[tuple[PersonCard, Sequence[HeldGrant]]]:
        """People of ``kind`` (``staff``, ``customer``) by a part of the name, newest first. Raises ``Forbidden``."""
        allowed = principal.kind == "staff" and (kind == "staff" or rules.may_see_customers(principal))
        if not allowed:
            raise Forbidden()

        def query(connection: Connection) -> list[tuple[PersonCard, Sequence[HeldGrant]]]:
            cards = people.find(connection, principal.chain, (kind,), text, before, limit)
            held = people.grants_of_chain(connection, principal.chain, [card.id for card in cards])
            return [(card, [grant for grant in held if grant.person == card.id]) for card in cards]

        return await self._context.database.read(principal.chain, query)

    async def grants_of(self, card: PersonCard) -> list[HeldGrant]:
        """The roles of a person to whom one has access."""
        return await self._context.database.read(
            card.chain, lambda connection: people.grants_of_chain(connection, card.chain, [card.id])
        )

    async def mark_vip(self, principal: Principal, person: PersonId, vip: bool) -> PersonCard:
        """Mark a customer as VIP, or take the mark away. Raises ``NotFound``, ``Forbidden``."""
        card = await self.access_person(principal, person)
        if not rules.may_mark_vip(principal):
            raise Forbidden()
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> PersonCard:
            people.change(connection, card.chain, person, vip=vip)
            action = "person.marked_vip" if vip else "person.unmarked_vip"
            append(connection, AuditEntry(card.chain, now, principal.person, action, "person", person))
            happened.append(PersonChanged(card.chain, person))
            changed = people.card(connection, card.chain, person)
            if changed is None:
                raise NotFound()
            return changed

        return await self._context.commits.run(card.chain, unit)

    async def grants(self, principal: Principal, person: PersonId | None, shop: ShopId | None) -> list[HeldGrant]:
        """The grants that ``principal`` may see: of the shops that it runs. Raises ``Forbidden``."""
        if not principal.runs_any():
            raise Forbidden()
        wanted = None if person is None else [person]
        found = await self._context.database.read(
            principal.chain, lambda connection: people.grants_of_chain(connection, principal.chain, wanted)
        )
        return [
            held
            for held in found
            if (held.grant.shop is None or principal.runs(held.grant.shop))
            and (shop is None or held.grant.covers(shop))
        ]

    async def grant(self, principal: Principal, person: PersonId, role: Role, shop: ShopId | None) -> HeldGrant:
        """Give a member of staff a role. Raises ``Forbidden``, ``NotFound``, ``NotStaff``, ``AlreadyGranted``."""
        wanted = Grant(role, principal.chain, shop)
        now = self._context.clock.now_ms()
        grant_id = new_id("grt", at_ms=now)

        def unit(connection: Connection, happened: Events) -> HeldGrant:
            if not principal.runs_any():
                raise Forbidden()
            if shop is not None and shops.by_id(connection, principal.chain, shop) is None:
                raise ShopNotFound()
            if not rules.may_grant(principal, wanted):
                raise Forbidden()
            card = people.card(connection, principal.chain, person)
            if card is None or card.erased:
                raise NotFound()
            if card.kind != "staff":
                raise NotStaff()
            if not people.add_grant(connection, grant_id, person, wanted, principal.person, now):
                raise AlreadyGranted()
            append(connection, _granted(principal, "grant.given", person, wanted, now))
            happened.append(AccessChanged(principal.chain, person))
            return HeldGrant(grant_id, person, wanted, principal.person, now)

        return await self._context.commits.run(principal.chain, unit)

    async def revoke_grant(self, principal: Principal, grant_id: str) -> None:
        """Take a role away. Raises ``NotFound``, ``Forbidden``, ``LastOwner``."""
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            if not principal.runs_any():
                raise Forbidden()
            owners = people.lock_chain_owners(connection, principal.chain)
            held = people.grant(connection, principal.chain, grant_id)
            if held is None:
                raise NotFound()
            if not rules.may_grant(principal, held.grant):
                raise Forbidden()
            if owners == [grant_id]:
                raise LastOwner()
            if not people.remove_grant(connection, principal.chain, grant_id):
                raise NotFound()
            append(connection, _granted(principal, "grant.taken", held.person, held.grant, now))
            happened.append(AccessChanged(principal.chain, held.person))

        await self._context.commits.run(principal.chain, unit)

    async def add_staff(
        self, chain: ChainId, name: str, login: str, password: str, grants: Sequence[tuple[Role, ShopId | None]]
    ) -> PersonCard:
        """Make a member of staff with a login (command line). Raises ``WeakPassword``, ``LoginTaken``."""
        context = self._context
        login = normal_login(login)
        context.passwords.refuse_weak(password, login)
        encoded = await context.passwords.hash(password)
        now = context.clock.now_ms()
        card = PersonCard(PersonId(new_id("per", at_ms=now)), chain, "staff", name, None, False)

        def unit(connection: Connection) -> PersonCard:
            people.add(connection, card, now)
            if not people.add_credential(connection, people.Credential(login, chain, card.id, encoded, False), now):
                raise LoginTaken()
            for role, shop in grants:
                people.add_grant(connection, new_id("grt", at_ms=now), card.id, Grant(role, chain, shop), None, now)
            append(connection, AuditEntry(chain, now, None, "person.added", "person", card.id))
            return card

        return await context.database.write(chain, unit)


def _visible(principal: Principal, card: PersonCard) -> bool:
    if card.erased:
        return False
    if card.id in principal.ids:
        return True
    if principal.kind != "staff":
        return False
    return card.kind == "staff" or rules.may_see_customers(principal)


def _granted(principal: Principal, action: str, person: PersonId, grant: Grant, now: int) -> AuditEntry:
    details = {"role": grant.role.value}
    return AuditEntry(principal.chain, now, principal.person, action, "person", person, grant.shop, details)
