"""The embedding site's own customers arrive, vouched for by a signed token."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.clients import Client, Issued
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.errors import BadSiteToken, OriginNotAllowed, SiteTokenUsed
from liyu.identity.merging import merge_browser
from liyu.identity.model import PersonCard, Principal
from liyu.identity.site_tokens import SiteClaims, SiteKey, key_id_of, verify
from liyu.identity.store import people, sites
from liyu.identity.store.audit import AuditEntry, append
from liyu.kit.ids import PersonId, new_id
from liyu.platform.db.port import ALL_CHAINS

MAX_NAME = 80


class SiteSessions:
    """The use case of signing in by the embedding site."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def open(self, token: str, origins: tuple[str, ...], client: Client, current: Principal | None) -> Issued:
        """Open a session for the customer whom ``token`` names.

        ``origins``: the pages that took part, each of which the key must allow. Only this browser's own anonymous
        thread is joined. Raises ``BadSiteToken``, ``SiteTokenUsed``, ``OriginNotAllowed``.
        """
        context = self._context
        key_id = key_id_of(token)
        key = await context.database.read(ALL_CHAINS, lambda connection: sites.key(connection, key_id))
        now = context.clock.now_ms()
        if key is None or not key.counts_at(now):
            raise BadSiteToken(why="kid")
        claims = verify(token, key, now)
        if any(origin not in key.origins for origin in origins):
            raise OriginNotAllowed()

        def unit(connection: Connection, happened: Events) -> Issued:
            if not sites.use_token(connection, key.chain, key.id, claims.jti, claims.expires_at):
                raise SiteTokenUsed()
            card = _customer(connection, key, claims, client, now)
            append(
                connection,
                AuditEntry(key.chain, now, card.id, "session.opened_by_site", "person", card.id, key.shop),
            )
            return merge_browser(connection, happened, context.settings, card, client, current, now)

        return await context.commits.run(key.chain, unit)


def _customer(connection: Connection, key: SiteKey, claims: SiteClaims, client: Client, now: int) -> PersonCard:
    """The person whom the shop knows under the site's subject; a new one the first time."""
    known = people.site_customer(connection, key.shop, claims.subject)
    if known is None:
        locale = claims.locale if claims.locale in ("zh-CN", "en") else client.locale
        person = PersonId(new_id("per", at_ms=now))
        fresh = PersonCard(person, key.chain, "customer", claims.name[:MAX_NAME].strip(), None, False, locale=locale)
        people.add(connection, fresh, now)
        if people.add_site_customer(connection, key.chain, key.shop, claims.subject, person, now):
            return fresh
        people.remove(connection, key.chain, person)  # somebody was first
        known = people.site_customer(connection, key.shop, claims.subject)
    card = None if known is None else people.card(connection, key.chain, known)
    if card is None:
        raise BadSiteToken(why="sub")
    return card
