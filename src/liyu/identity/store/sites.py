"""Keys of embedding sites and the tokens already used under them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Text, cast, delete, insert, select, update

from liyu.identity import tables as t
from liyu.identity.site_tokens import SiteKey
from liyu.identity.store.rows import insert_new
from liyu.kit.ids import ChainId, PersonId, ShopId


def add_key(connection: Connection, key: SiteKey, by: PersonId | None) -> None:
    """Insert a key."""
    connection.execute(
        insert(t.site_key).values(
            id=key.id,
            chain_id=key.chain,
            shop_id=key.shop,
            name=key.name,
            algorithm=key.algorithm,
            secret=key.secret,
            origins=list(key.origins),
            created_at=key.created_at,
            created_by=by,
        )
    )


def key(connection: Connection, key_id: str) -> SiteKey | None:
    """The key with this id, whatever its state."""
    row = connection.execute(select(t.site_key).where(t.site_key.c.id == key_id)).one_or_none()
    return None if row is None else _key(row)


def keys_of_shop(connection: Connection, shop: ShopId) -> list[SiteKey]:
    """The shop's keys that were not revoked, newest first."""
    query = select(t.site_key).where(t.site_key.c.shop_id == shop, t.site_key.c.revoked_at.is_(None))
    return [_key(row) for row in connection.execute(query.order_by(t.site_key.c.id.desc()))]


def origin_registered(connection: Connection, origin: str, now: int) -> bool:
    """Whether a key that counts at ``now`` names the page of ``origin``."""
    query = select(t.site_key).where(
        t.site_key.c.revoked_at.is_(None), cast(t.site_key.c.origins, Text).contains(f'"{origin}"', autoescape=True)
    )
    found = (_key(row) for row in connection.execute(query))
    return any(origin in key.origins and key.counts_at(now) for key in found)


def expire_key(connection: Connection, key_id: str, at: int) -> None:
    """Let the key count until ``at`` and no longer."""
    connection.execute(update(t.site_key).where(t.site_key.c.id == key_id).values(expires_at=at))


def revoke_key(connection: Connection, key_id: str, now: int) -> bool:
    """End the key at once, and forget its secret. Returns ``False`` when it was revoked already."""
    query = update(t.site_key).where(t.site_key.c.id == key_id, t.site_key.c.revoked_at.is_(None))
    return connection.execute(query.values(revoked_at=now, secret=b"")).rowcount == 1


def use_token(connection: Connection, chain: ChainId, key_id: str, jti: str, expires_at: int) -> bool:
    """Remember that a token was used. Returns ``False`` when it was used before."""
    values = {"key_id": key_id, "jti": jti, "chain_id": chain, "expires_at": expires_at}
    return insert_new(connection, t.site_token, values)


def purge_tokens(connection: Connection, now: int) -> None:
    """Forget tokens that have expired by themselves."""
    connection.execute(delete(t.site_token).where(t.site_token.c.expires_at <= now))


def _key(row: Row[Any]) -> SiteKey:
    return SiteKey(
        id=row.id,
        chain=row.chain_id,
        shop=row.shop_id,
        name=row.name,
        algorithm=row.algorithm,
        secret=bytes(row.secret),
        origins=tuple(row.origins),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
