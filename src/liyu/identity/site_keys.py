"""Keys with which an embedding site vouches for its own customers: made, rotated, revoked."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import Connection

from liyu.identity.context import Context
from liyu.identity.errors import Forbidden, NotFound
from liyu.identity.model import Principal
from liyu.identity.site_tokens import Algorithm, SiteKey
from liyu.identity.store import shops, sites
from liyu.identity.store.audit import AuditEntry, append
from liyu.kit.ids import ShopId, new_id

SECRET_BYTES = 64  # as long as the block of HMAC-SHA-256 (RFC 2104); RFC 7518 asks for at least the hash's length


class SiteKeys:
    """Use cases of site keys. All for owners and managers of the shop; others find nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of_shop(self, principal: Principal, shop: ShopId) -> list[SiteKey]:
        """The shop's keys. Raises ``NotFound``, ``Forbidden``."""

        def query(connection: Connection) -> list[SiteKey]:
            _refuse_others(connection, principal, shop)
            return sites.keys_of_shop(connection, shop)

        return await self._context.database.read(principal.chain, query)

    async def create(
        self, principal: Principal, shop: ShopId, name: str, algorithm: Algorithm, origins: tuple[str, ...]
    ) -> SiteKey:
        """Make a key; its secret is to be shown this once. Raises ``NotFound``, ``Forbidden``."""
        now = self._context.clock.now_ms()
        key = SiteKey(
            id=new_id("key", at_ms=now),
            chain=principal.chain,
            shop=shop,
            name=name,
            algorithm=algorithm,
            secret=secrets.token_bytes(SECRET_BYTES),
            origins=origins,
            created_at=now,
        )

        def unit(connection: Connection) -> None:
            _refuse_others(connection, principal, shop)
            sites.add_key(connection, key, principal.person)
            append(connection, _entry(principal, key, "site_key.created", now))

        await self._context.database.write(principal.chain, unit)
        return key

    async def rotate(self, principal: Principal, key_id: str, overlap_ms: int) -> SiteKey:
        """Replace a key; the old one counts for ``overlap_ms`` more. Raises ``NotFound``, ``Forbidden``."""
        now = self._context.clock.now_ms()
        new_key_id, secret = new_id("key", at_ms=now), secrets.token_bytes(SECRET_BYTES)

        def unit(connection: Connection) -> SiteKey:
            old = _access(connection, principal, key_id)
            if not old.counts_at(now):
                raise NotFound()
            fresh = replace(old, id=new_key_id, secret=secret, created_at=now, expires_at=None)
            sites.expire_key(connection, old.id, now + overlap_ms)
            sites.add_key(connection, fresh, principal.person)
            append(connection, _entry(principal, fresh, "site_key.rotated", now))
            return fresh

        return await self._context.database.write(principal.chain, unit)

    async def revoke(self, principal: Principal, key_id: str) -> None:
        """End a key at once. Raises ``NotFound``, ``Forbidden``."""
        now = self._context.clock.now_ms()

        def unit(connection: Connection) -> None:
            key = _access(connection, principal, key_id)
            if not sites.revoke_key(connection, key_id, now):
                raise NotFound()
            append(connection, _entry(principal, key, "site_key.revoked", now))

        await self._context.database.write(principal.chain, unit)


def _access(connection: Connection, principal: Principal, key_id: str) -> SiteKey:
    key = sites.key(connection, key_id)
    if key is None or key.chain != principal.chain:
        raise NotFound()
    _refuse_others(connection, principal, key.shop)
    return key


def _refuse_others(connection: Connection, principal: Principal, shop: ShopId) -> None:
    if not principal.runs_any():
        raise Forbidden()
    if shops.by_id(connection, principal.chain, shop) is None:
        raise NotFound()
    if not principal.runs(shop):
        raise Forbidden()


def _entry(principal: Principal, key: SiteKey, action: str, now: int) -> AuditEntry:
    return AuditEntry(key.chain, now, principal.person, action, "site_key", key.id, key.shop)
