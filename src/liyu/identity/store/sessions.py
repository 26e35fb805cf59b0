"""Devices, sessions and the tokens that open them. Only hashes of tokens are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from liyu.identity import tables as t
from liyu.identity.model import Principal
from liyu.identity.store import people, shops
from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session as it stands. ``valid_until``: of the session or, when sooner, of the token that found it."""

    principal: Principal
    renewed_at: int
    expires_at: int
    valid_until: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or application in which a person is signed in. ``kind``: ``web`` or ``widget``."""

    id: DeviceId
    kind: str
    name: str
    created_at: int
    seen_at: int


@dataclass(frozen=True, slots=True)
class FoundRefresh:
    """A refresh token as it stands."""

    session: SessionId
    device: DeviceId
    chain: ChainId
    person: PersonId
    expires_at: int
    used: bool
    revoked: bool


def by_token(connection: Connection, token_hash: bytes) -> FoundSession | None:
    """The session that this token opens."""
    query = _sessions(t.session_token.c.expires_at.label("token_expires_at")).join(
        t.session_token, t.session_token.c.session_id == t.session.c.id
    )
    return _found(connection, connection.execute(query.where(t.session_token.c.token_hash == token_hash)).one_or_none())


def by_id(connection: Connection, session: SessionId) -> FoundSession | None:
    """The session with this id."""
    query = _sessions(t.session.c.expires_at.label("token_expires_at"))
    return _found(connection, connection.execute(query.where(t.session.c.id == session)).one_or_none())


def ended(connection: Connection, wanted: Sequence[SessionId], now: int) -> list[SessionId]:
    """Those of ``wanted`` that are revoked, over or unknown, in one query."""
    query = select(t.session.c.id).where(
        t.session.c.id.in_(wanted), t.session.c.revoked_at.is_(None), t.session.c.expires_at > now
    )
    good = set(connection.execute(query).scalars())
    return [session for session in wanted if session not in good]


def add_device(
    connection: Connection, device: DeviceId, chain: ChainId, person: PersonId, kind: str, name: str, now: int
) -> None:
    """Insert a device."""
    connection.execute(
        insert(t.device).values(
            id=device, chain_id=chain, person_id=person, kind=kind, name=name, created_at=now, seen_at=now
        )
    )


def add_session(
    connection: Connection,
    session: SessionId,
    chain: ChainId,
    person: PersonId,
    device: DeviceId,
    now: int,
    expires_at: int,
) -> None:
    """Insert a session."""
    connection.execute(
        insert(t.session).values(
            id=session,
            chain_id=chain,
            person_id=person,
            device_id=device,
            created_at=now,
            renewed_at=now,
            expires_at=expires_at,
        )
    )


def add_token(
    connection: Connection, token_hash: bytes, chain: ChainId, session: SessionId, expires_at: int | None
) -> None:
    """Let this token open the session; ``expires_at`` ``None``: for as long as the session lives."""
    connection.execute(
        insert(t.session_token).values(token_hash=token_hash, chain_id=chain, session_id=session, expires_at=expires_at)
    )


def drop_tokens(connection: Connection, session: SessionId) -> None:
    """Let no token open the session any more."""
    connection.execute(delete(t.session_token).where(t.session_token.c.session_id == session))


def drop_expired_tokens(connection: Connection, session: SessionId, now: int) -> None:
    """Forget the short tokens of a session that have expired."""
    connection.execute(
        delete(t.session_token).where(t.session_token.c.session_id == session, t.session_token.c.expires_at <= now)
    )


def add_refresh(connection: Connection, token_hash: bytes, chain: ChainId, session: SessionId, expires_at: int) -> None:
    """Let this refresh token be exchanged once."""
    connection.execute(
        insert(t.refresh_token).values(token_hash=token_hash, chain_id=chain, session_id=session, expires_at=expires_at)
    )


def use_refresh(connection: Connection, token_hash: bytes, now: int) -> bool:
    """Mark the refresh token as used. Returns ``False`` when somebody was first."""
    query = update(t.refresh_token).where(t.refresh_token.c.token_hash == token_hash)
    return connection.execute(query.where(t.refresh_token.c.used_at.is_(None)).values(used_at=now)).rowcount == 1


def refresh(connection: Connection, token_hash: bytes) -> FoundRefresh | None:
    """The refresh token with this hash."""
    query = (
        select(t.refresh_token, t.session.c.person_id, t.session.c.device_id, t.session.c.revoked_at)
        .join(t.session, t.session.c.id == t.refresh_token.c.session_id)
        .where(t.refresh_token.c.token_hash == token_hash)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return FoundRefresh(
        session=row.session_id,
        device=row.device_id,
        chain=row.chain_id,
        person=row.person_id,
        expires_at=row.expires_at,
        used=row.used_at is not None,
        revoked=row.revoked_at is not None,
    )


def renew(connection: Connection, session: SessionId, device: DeviceId, now: int, expires_at: int) -> None:
    """Start the session's full time again and note that the device was seen."""
    query = update(t.session).where(t.session.c.id == session, t.session.c.revoked_at.is_(None))
    connection.execute(query.values(renewed_at=now, expires_at=expires_at))
    connection.execute(update(t.device).where(t.device.c.id == device).values(seen_at=now))


def hand_over(
    connection: Connection, session: SessionId, device: DeviceId, person: PersonId, now: int, expires_at: int
) -> None:
    """Make session and device those of ``person``: the same browser, now known."""
    query = update(t.session).where(t.session.c.id == session)
    connection.execute(query.values(person_id=person, renewed_at=now, expires_at=expires_at))
    connection.execute(update(t.device).where(t.device.c.id == device).values(person_id=person, seen_at=now))


def revoke_sessions(
    connection: Connection,
    person: PersonId,
    now: int,
    *,
    device: DeviceId | None = None,
    session: SessionId | None = None,
    keep: SessionId | None = None,
) -> dict[DeviceId, tuple[SessionId, ...]]:
    """End the live sessions of ``person``: all, those of one device, or one; ``keep`` stays.

    Returns what was ended, by device. Tokens stay, so that their holder learns "revoked" rather than "unknown".
    """
    query = select(t.session.c.id, t.session.c.device_id).where(
        t.session.c.person_id == person, t.session.c.revoked_at.is_(None)
    )
    if device is not None:
        query = query.where(t.session.c.device_id == device)
    if session is not None:
        query = query.where(t.session.c.id == session)
    if keep is not None:
        query = query.where(t.session.c.id != keep)
    rows = connection.execute(query.with_for_update()).all()
    connection.execute(update(t.session).where(t.session.c.id.in_([row.id for row in rows])).values(revoked_at=now))
    ended: dict[DeviceId, tuple[SessionId, ...]] = {}
    for row in rows:
        ended[row.device_id] = (*ended.get(row.device_id, ()), row.id)
    return ended


def revoke_device(connection: Connection, person: PersonId, device: DeviceId, now: int) -> bool:
    """Mark the device. Returns ``False`` when the person has no such device."""
    query = update(t.device).where(t.device.c.id == device, t.device.c.person_id == person)
    return connection.execute(query.where(t.device.c.revoked_at.is_(None)).values(revoked_at=now)).rowcount == 1


def rename_device(connection: Connection, person: PersonId, device: DeviceId, name: str) -> bool:
    """Give the device a name. Returns ``False`` when the person has no such device."""
    query = update(t.device).where(t.device.c.id == device, t.device.c.person_id == person)
    return connection.execute(query.where(t.device.c.revoked_at.is_(None)).values(name=name)).rowcount == 1


def devices(connection: Connection, person: PersonId, now: int, limit: int = 100) -> list[Device]:
    """The devices in which ``person`` is signed in, last seen first."""
    live = select(t.session.c.id).where(
        and_(t.session.c.device_id == t.device.c.id, t.session.c.revoked_at.is_(None), t.session.c.expires_at > now)
    )
    query = (
        select(t.device)
        .where(t.device.c.person_id == person, t.device.c.revoked_at.is_(None), live.exists())
        .order_by(t.device.c.seen_at.desc(), t.device.c.id.desc())
        .limit(limit)
    )
    return [Device(row.id, row.kind, row.name, row.created_at, row.seen_at) for row in connection.execute(query)]


def forget_devices(connection: Connection, people_ids: Sequence[PersonId]) -> None:
    """Overwrite what devices tell of the person."""
    connection.execute(update(t.device).where(t.device.c.person_id.in_(people_ids)).values(name=""))


def purge(connection: Connection, now: int, revoked_before: int) -> int:
    """Delete sessions long over, with their tokens, and devices that none is left of. Returns how many sessions."""
    over = or_(t.session.c.expires_at <= now, t.session.c.revoked_at < revoked_before)
    connection.execute(delete(t.refresh_token).where(t.refresh_token.c.expires_at <= now))
    removed = connection.execute(delete(t.session).where(over)).rowcount
    used = select(t.session.c.id).where(t.session.c.device_id == t.device.c.id).exists()
    connection.execute(delete(t.device).where(t.device.c.seen_at < revoked_before, ~used))
    return removed


def _sessions(token_expiry: Any) -> Any:
    return (
        select(
            t.session.c.id.label("session_id"),
            t.session.c.device_id,
            t.session.c.renewed_at,
            t.session.c.expires_at,
            t.session.c.revoked_at,
            t.device.c.revoked_at.label("device_revoked_at"),
            token_expiry,
            t.person,
        )
        .select_from(t.session)
        .join(t.device, t.device.c.id == t.session.c.device_id)
        .join(t.person, t.person.c.id == t.session.c.person_id)
    )


def _found(connection: Connection, row: Row[Any] | None) -> FoundSession | None:
    if row is None:
        return None
    grants = tuple(held.grant for held in people.grants(connection, row.id)) if row.kind == "staff" else ()
    whole_chain = any(grant.shop is None for grant in grants)
    principal = Principal(
        person=row.id,
        chain=row.chain_id,
        session=row.session_id,
        device=row.device_id,
        kind=row.kind,
        name=row.name,
        locale=row.locale,
        avatar=row.avatar,
        vip=bool(row.vip),
        aliases=people.aliases(connection, row.id),
        grants=grants,
        shops=shops.ids_of_chain(connection, row.chain_id) if whole_chain else (),
    )
    token_expires_at = row.token_expires_at if row.token_expires_at is not None else row.expires_at
    return FoundSession(
        principal=principal,
        renewed_at=row.renewed_at,
        expires_at=row.expires_at,
        valid_until=min(row.expires_at, token_expires_at),
        revoked=row.revoked_at is not None or row.device_revoked_at is not None,
    )
