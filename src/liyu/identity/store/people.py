"""People, their logins, aliases and grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from liyu.identity import tables as t
from liyu.identity.model import Grant, PersonCard, Role
from liyu.identity.store.rows import insert_new
from liyu.kit.ids import ChainId, PersonId, ShopId


@dataclass(frozen=True, slots=True)
class Credential:
    """How a person signs in. ``demo``: the password is published."""

    login: str
    chain: ChainId
    person: PersonId
    password_hash: str
    demo: bool


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant with its own id and holder."""

    id: str
    person: PersonId
    grant: Grant
    granted_by: PersonId | None
    granted_at: int


def add(connection: Connection, card: PersonCard, now: int) -> bool:
    """Insert the person unless it is there. Returns whether it was inserted."""
    values = {
        "id": card.id,
        "chain_id": card.chain,
        "kind": card.kind,
        "name": card.name,
        "avatar": card.avatar,
        "locale": card.locale,
        "vip": card.vip,
        "created_at": now,
    }
    return insert_new(connection, t.person, values)


def remove(connection: Connection, chain: ChainId, person: PersonId) -> None:
    """Delete a person whom nothing refers to yet."""
    connection.execute(delete(t.person).where(t.person.c.id == person, t.person.c.chain_id == chain))


def change(connection: Connection, chain: ChainId, person: PersonId, **values: Any) -> bool:
    """Set columns of a person. Returns ``False`` when there is no such person in ``chain``."""
    query = update(t.person).where(t.person.c.id == person, t.person.c.chain_id == chain).values(**values)
    return connection.execute(query).rowcount == 1


def card(connection: Connection, chain: ChainId, person: PersonId) -> PersonCard | None:
    """The person as others may see it."""
    return cards(connection, chain, [person]).get(person)


def cards(connection: Connection, chain: ChainId, people: Iterable[PersonId]) -> dict[PersonId, PersonCard]:
    """Those of ``people`` who are in ``chain``. A merged visitor is found under its own id, with its own name."""
    query = select(t.person).where(t.person.c.chain_id == chain, t.person.c.id.in_(sorted(set(people))))
    return {row.id: card_of(row) for row in connection.execute(query)}


def card_of(row: Row[Any]) -> PersonCard:
    """The value of a row of ``person``."""
    return PersonCard(
        id=row.id,
        chain=row.chain_id,
        kind=row.kind,
        name=row.name,
        avatar=row.avatar,
        vip=bool(row.vip),
        locale=row.locale,
        erased=row.erased_at is not None,
    )


def erase(connection: Connection, chain: ChainId, ids: Iterable[PersonId], now: int) -> None:
    """Overwrite the personal data of people; their rows stay, for others refer to them."""
    query = update(t.person).where(t.person.c.chain_id == chain, t.person.c.id.in_(tuple(ids)))
    connection.execute(query.values(name="", avatar=None, vip=False, erased_at=now))


def find(
    connection: Connection, chain: ChainId, kinds: Iterable[str], text: str, after: str | None, limit: int
) -> list[PersonCard]:
    """Up to ``limit`` people, newest first, older than the id ``after``, whose name holds ``text``."""
    merged = select(t.person_alias.c.alias_id).where(t.person_alias.c.alias_id == t.person.c.id).exists()
    query = (
        select(t.person)
        .where(t.person.c.chain_id == chain, t.person.c.kind.in_(tuple(kinds)), t.person.c.erased_at.is_(None), ~merged)
        .order_by(t.person.c.id.desc())
        .limit(limit)
    )
    if text:
        query = query.where(func.lower(t.person.c.name).contains(text.lower(), autoescape=True))
    if after is not None:
        query = query.where(t.person.c.id < after)
    return [card_of(row) for row in connection.execute(query)]


def aliases(connection: Connection, person: PersonId) -> tuple[PersonId, ...]:
    """Ids under which this person acted before it was known."""
    query = select(t.person_alias.c.alias_id).where(t.person_alias.c.person_id == person)
    return tuple(connection.execute(query.order_by(t.person_alias.c.alias_id)).scalars())


def owner_of(connection: Connection, person: PersonId) -> PersonId:
    """Who ``person`` turned out to be: itself, unless it was merged."""
    query = select(t.person_alias.c.person_id).where(t.person_alias.c.alias_id == person)
    return connection.execute(query).scalar_one_or_none() or person


def add_alias(connection: Connection, chain: ChainId, alias: PersonId, person: PersonId, now: int) -> bool:
    """Make ``alias`` an alias of ``person``. Returns ``False`` when it already belongs to somebody."""
    return insert_new(
        connection,
        t.person_alias,
        {"alias_id": alias, "chain_id": chain, "person_id": person, "merged_at": now},
    )


def grants(connection: Connection, person: PersonId) -> tuple[HeldGrant, ...]:
    """What ``person`` may do where, oldest first."""
    query = select(t.role_grant).where(t.role_grant.c.person_id == person).order_by(t.role_grant.c.id)
    return tuple(held(row) for row in connection.execute(query))


def grants_of_chain(
    connection: Connection, chain: ChainId, people: Iterable[PersonId] | None = None
) -> list[HeldGrant]:
    """All grants of ``chain``, or those of ``people``, oldest first."""
    query = select(t.role_grant).where(t.role_grant.c.chain_id == chain).order_by(t.role_grant.c.id)
    if people is not None:
        query = query.where(t.role_grant.c.person_id.in_(sorted(set(people))))
    return [held(row) for row in connection.execute(query)]


def grant(connection: Connection, chain: ChainId, grant_id: str) -> HeldGrant | None:
    """The grant with this id."""
    query = select(t.role_grant).where(t.role_grant.c.id == grant_id, t.role_grant.c.chain_id == chain)
    row = connection.execute(query).one_or_none()
    return None if row is None else held(row)


def lock_chain_owners(connection: Connection, chain: ChainId) -> list[str]:
    """The grants that own the whole chain, held until the commit: two cannot remove each other at once."""
    query = select(t.role_grant.c.id).where(
        t.role_grant.c.chain_id == chain, t.role_grant.c.role == Role.OWNER.value, t.role_grant.c.scope == chain
    )
    return list(connection.execute(query.order_by(t.role_grant.c.id).with_for_update()).scalars())


def held(row: Row[Any]) -> HeldGrant:
    """The value of a row of ``role_grant``."""
    shop = None if row.scope == row.chain_id else ShopId(row.scope)
    return HeldGrant(row.id, row.person_id, Grant(Role(row.role), row.chain_id, shop), row.granted_by, row.granted_at)


def add_grant(
    connection: Connection, grant_id: str, person: PersonId, grant: Grant, by: PersonId | None, now: int
) -> bool:
    """Insert the grant. Returns ``False`` when the person already has it."""
    values = {
        "id": grant_id,
        "chain_id": grant.chain,
        "person_id": person,
        "role": grant.role.value,
        "scope": grant.shop or grant.chain,
        "granted_by": by,
        "granted_at": now,
    }
    return insert_new(connection, t.role_grant, values)


def remove_grant(connection: Connection, chain: ChainId, grant_id: str) -> bool:
    """Delete a grant. Returns ``False`` when there is none."""
    query = delete(t.role_grant).where(t.role_grant.c.id == grant_id, t.role_grant.c.chain_id == chain)
    return connection.execute(query).rowcount == 1


def credential(connection: Connection, login: str) -> Credential | None:
    """Who signs in under ``login``."""
    return _credential(connection.execute(select(t.credential).where(t.credential.c.login == login)).one_or_none())


def credential_of(connection: Connection, person: PersonId) -> Credential | None:
    """How ``person`` signs in."""
    return _credential(connection.execute(select(t.credential).where(t.credential.c.person_id == person)).one_or_none())


def add_credential(connection: Connection, credential: Credential, now: int) -> bool:
    """Give a person a login. Returns ``False`` when the login is taken or the person has one."""
    values = {
        "login": credential.login,
        "chain_id": credential.chain,
        "person_id": credential.person,
        "password_hash": credential.password_hash,
        "demo": credential.demo,
        "changed_at": now,
    }
    return insert_new(connection, t.credential, values)


def change_password(connection: Connection, person: PersonId, password_hash: str, now: int) -> bool:
    """Store another password, which is no published one. Returns ``False`` for a person without a login."""
    query = update(t.credential).where(t.credential.c.person_id == person)
    return connection.execute(query.values(password_hash=password_hash, demo=False, changed_at=now)).rowcount == 1


def improve_hash(connection: Connection, person: PersonId, password_hash: str) -> None:
    """Store the same password hashed with today's parameters."""
    query = update(t.credential).where(t.credential.c.person_id == person)
    connection.execute(query.values(password_hash=password_hash))


def remove_credential(connection: Connection, person: PersonId) -> None:
    """Take the login away."""
    connection.execute(delete(t.credential).where(t.credential.c.person_id == person))


def demo_logins(connection: Connection) -> list[Credential]:
    """Logins whose password is published, in order of the login."""
    query = select(t.credential).where(t.credential.c.demo.is_(True)).order_by(t.credential.c.login)
    return [found for row in connection.execute(query) if (found := _credential(row)) is not None]


def add_site_customer(
    connection: Connection, chain: ChainId, shop: ShopId, subject: str, person: PersonId, now: int
) -> bool:
    """Remember which person the site's own customer is. Returns ``False`` when it is known already."""
    values = {"shop_id": shop, "subject": subject, "chain_id": chain, "person_id": person, "created_at": now}
    return insert_new(connection, t.site_customer, values)


def site_customer(connection: Connection, shop: ShopId, subject: str) -> PersonId | None:
    """The person that the site's own customer is."""
    query = select(t.site_customer.c.person_id)
    query = query.where(t.site_customer.c.shop_id == shop, t.site_customer.c.subject == subject)
    return connection.execute(query).scalar_one_or_none()


def forget_site_customer(connection: Connection, person: PersonId) -> None:
    """Cut the tie to the site's own books."""
    connection.execute(delete(t.site_customer).where(t.site_customer.c.person_id == person))


def _credential(row: Row[Any] | None) -> Credential | None:
    if row is None:
        return None
    return Credential(row.login, row.chain_id, row.person_id, row.password_hash, bool(row.demo))
