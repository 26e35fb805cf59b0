"""All SQL of the capability links."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from liyu.identity.links import tables as t
from liyu.identity.links.model import Entry, Link, Target
from liyu.identity.model import Grant, Role
from liyu.identity.store.rows import insert_new
from liyu.kit.ids import ChainId, LinkId, PersonId


def add(connection: Connection, link: Link, secret_hash: bytes) -> None:
    """Insert a link."""
    connection.execute(
        insert(t.link).values(
            id=link.id,
            chain_id=link.chain,
            shop_id=link.target.shop,
            purpose=link.purpose,
            secret_hash=secret_hash,
            object_kind=link.target.kind,
            object_id=link.target.id,
            visibility=link.visibility,
            grants=[{"role": grant.role.value, "shop": grant.shop} for grant in link.grants],
            max_uses=link.max_uses,
            uses=0,
            created_by=link.created_by,
            created_at=link.created_at,
            expires_at=link.expires_at,
        )
    )


def by_secret(connection: Connection, secret_hash: bytes) -> Link | None:
    """The link that this secret opens, whatever its state."""
    return _one(connection.execute(select(t.link).where(t.link.c.secret_hash == secret_hash)).one_or_none())


def by_id(connection: Connection, chain: ChainId, link: LinkId) -> Link | None:
    """The link of ``chain`` with this id, whatever its state."""
    query = select(t.link).where(t.link.c.id == link, t.link.c.chain_id == chain)
    return _one(connection.execute(query).one_or_none())


def take_use(connection: Connection, link: LinkId, now: int) -> bool:
    """Use the link once, in one statement: of those who race for the last use exactly one wins."""
    query = update(t.link).where(
        t.link.c.id == link,
        t.link.c.uses < t.link.c.max_uses,
        t.link.c.revoked_at.is_(None),
        t.link.c.expires_at > now,
    )
    return connection.execute(query.values(uses=t.link.c.uses + 1)).rowcount == 1


def give_back_use(connection: Connection, link: LinkId) -> None:
    """Take back one use, within the transaction that took it."""
    connection.execute(update(t.link).where(t.link.c.id == link).values(uses=t.link.c.uses - 1))


def note_use(connection: Connection, link: Link, person: PersonId, now: int) -> bool:
    """Remember who entered. Returns ``False`` when it had entered before."""
    return insert_new(
        connection, t.link_use, {"link_id": link.id, "person_id": person, "chain_id": link.chain, "at": now}
    )


def entered(connection: Connection, link: LinkId, people: tuple[PersonId, ...]) -> bool:
    """Whether one of ``people`` (a person and its aliases) has entered by the link."""
    query = select(t.link_use.c.person_id).where(t.link_use.c.link_id == link, t.link_use.c.person_id.in_(people))
    return connection.execute(query.limit(1)).first() is not None


def people_of(connection: Connection, link: LinkId) -> tuple[PersonId, ...]:
    """Everybody who entered by the link."""
    query = select(t.link_use.c.person_id).where(t.link_use.c.link_id == link)
    return tuple(connection.execute(query.order_by(t.link_use.c.person_id)).scalars())


def entries(connection: Connection, people: tuple[PersonId, ...]) -> list[Entry]:
    """What one of ``people`` may open by links that were not revoked."""
    used = select(t.link_use.c.link_id).where(t.link_use.c.link_id == t.link.c.id, t.link_use.c.person_id.in_(people))
    query = select(t.link).where(used.exists(), t.link.c.revoked_at.is_(None)).order_by(t.link.c.id)
    found = [_link(row) for row in connection.execute(query)]
    return [Entry(link.id, link.purpose, link.target, link.visibility) for link in found]


def of_maker(
    connection: Connection, chain: ChainId, maker: PersonId | None, before: str | None, limit: int
) -> list[Link]:
    """Up to ``limit`` links older than the id ``before`` that were not revoked; ``maker`` ``None``: of everybody."""
    query = select(t.link).where(t.link.c.chain_id == chain, t.link.c.revoked_at.is_(None))
    if maker is not None:
        query = query.where(t.link.c.created_by == maker)
    if before is not None:
        query = query.where(t.link.c.id < before)
    return [_link(row) for row in connection.execute(query.order_by(t.link.c.id.desc()).limit(limit))]


def revoke(connection: Connection, link: LinkId, now: int) -> bool:
    """Let the link open nothing any more. Returns ``False`` when it was revoked already."""
    query = update(t.link).where(t.link.c.id == link, t.link.c.revoked_at.is_(None))
    return connection.execute(query.values(revoked_at=now)).rowcount == 1


def _one(row: Row[Any] | None) -> Link | None:
    return None if row is None else _link(row)


def _link(row: Row[Any]) -> Link:
    return Link(
        id=row.id,
        chain=row.chain_id,
        purpose=row.purpose,
        target=Target(row.object_kind, row.object_id, row.shop_id),
        visibility=row.visibility,
        grants=tuple(Grant(Role(grant["role"]), row.chain_id, grant["shop"]) for grant in row.grants),
        max_uses=row.max_uses,
        uses=row.uses,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
