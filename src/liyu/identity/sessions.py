"""Opening and ending sessions: visitors, signing in, who a token is.

Decides how long a session lives. Does not decide what its person may do.
"""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity import throttling
from liyu.identity.clients import Client, Issued
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.credentials import normal_login
from liyu.identity.devices import end_sessions
from liyu.identity.errors import Revoked, ShopNotFound, TooManyAttempts, Unauthenticated, WrongCredentials
from liyu.identity.issuing import issue
from liyu.identity.merging import merge_browser
from liyu.identity.model import PersonCard, Principal
from liyu.identity.store import people, sessions, shops
from liyu.identity.store import throttle as tries
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.tokens import token_hash
from liyu.kit.ids import PersonId, SessionId, new_id
from liyu.platform.db.port import ALL_CHAINS

RENEWAL_MS = 60 * 60_000  # a session in use is written at most this often


class Sessions:
    """Use cases of sessions."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def authenticate(self, token: str) -> Principal:
        """Who holds ``token``. Raises ``Unauthenticated`` (unknown, expired) or ``Revoked``."""
        key = token_hash(token)
        return await self._live(
            await self._context.database.read(ALL_CHAINS, lambda connection: sessions.by_token(connection, key))
        )

    async def check(self, session: SessionId) -> Principal:
        """Who the session belongs to now; for sockets that are open already. Raises like ``authenticate``."""
        return await self._live(
            await self._context.database.read(ALL_CHAINS, lambda connection: sessions.by_id(connection, session))
        )

    async def _live(self, found: sessions.FoundSession | None) -> Principal:
        now = self._context.clock.now_ms()
        if found is None:
            raise Unauthenticated()
        if found.revoked:
            raise Revoked()
        if now >= found.valid_until:
            raise Unauthenticated()
        if now - found.renewed_at >= RENEWAL_MS:
            await self._renew(found, now)
        return found.principal

    async def _renew(self, found: sessions.FoundSession, now: int) -> None:
        principal = found.principal
        expires_at = max(found.expires_at, now + self._context.settings.session_ms(principal.kind))
        await self._context.database.write(
            principal.chain,
            lambda connection: sessions.renew(connection, principal.session, principal.device, now, expires_at),
        )

    async def visit(self, slug: str, client: Client, current: Principal | None, token: str | None) -> Issued:
        """Give a browser a visitor's session in the chain of the shop at ``slug``.

        A browser that has a session there (``current`` by ``token``) keeps it. Raises ``ShopNotFound``,
        ``TooManyAttempts``.
        """
        context = self._context
        shop = await context.database.read(ALL_CHAINS, lambda connection: shops.by_slug(connection, slug))
        if shop is None:
            raise ShopNotFound()
        now = context.clock.now_ms()
        if current is not None and token is not None and current.chain == shop.chain.id:
            return Issued(current, token, now + context.settings.session_ms(current.kind), fresh=False)
        card = PersonCard(
            PersonId(new_id("per", at_ms=now)), shop.chain.id, "visitor", "", None, False, locale=client.locale
        )

        def unit(connection: Connection) -> Issued:
            rule = throttling.per_minute_rule(context.settings.visitors_per_minute)
            key = throttling.throttle_key("visit", throttling.network_of(client.address))
            wait = tries.count_attempt(connection, {key: rule}, now)
            if wait:
                raise TooManyAttempts(retry_after_ms=wait)
            people.add(connection, card, now)
            return issue(connection, context.settings, card, client, now)

        return await context.database.write(shop.chain.id, unit)

    async def sign_in(self, login: str, password: str, client: Client, current: Principal | None) -> Issued:
        """Open a session by login and password.

        ``current``: who this browser was until now; an anonymous visitor of the same chain becomes the customer
        who signs in. Raises ``WrongCredentials``, ``TooManyAttempts``, ``BusySigningIn``.
        """
        context = self._context
        now = context.clock.now_ms()
        login = normal_login(login)
        login_key = throttling.throttle_key("login", login)
        address_key = throttling.throttle_key("address", throttling.network_of(client.address))
        rules = {
            login_key: throttling.login_rule(context.settings),
            address_key: throttling.address_rule(context.settings),
        }

        def begin(connection: Connection) -> tuple[int, people.Credential | None]:
            wait = tries.count_attempt(connection, rules, now)
            return wait, None if wait else people.credential(connection, login)

        wait, credential = await context.database.write(ALL_CHAINS, begin)
        if wait:
            raise TooManyAttempts(retry_after_ms=wait)
        encoded = None if credential is None else credential.password_hash
        if not await context.passwords.matches(encoded, password) or credential is None:
            raise WrongCredentials()
        better = None
        if context.passwords.outdated(credential.password_hash):
            better = await context.passwords.hash(password)
        found = credential

        def unit(connection: Connection, happened: Events) -> Issued:
            tries.uncount(connection, address_key)  # in the order of ``count_attempt``, or two could deadlock
            tries.forget(connection, login_key)
            if better is not None:
                people.improve_hash(connection, found.person, better)
            card = people.card(connection, found.chain, found.person)
            if card is None or card.erased:
                raise WrongCredentials()
            append(connection, AuditEntry(found.chain, now, found.person, "session.opened", "person", found.person))
            return merge_browser(connection, happened, context.settings, card, client, current, now)

        return await context.commits.run(found.chain, unit)

    async def sign_out(self, principal: Principal) -> None:
        """End this session."""
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            end_sessions(connection, happened, principal.chain, principal.person, now, session=principal.session)

        await self._context.commits.run(principal.chain, unit)
