"""Coming in by a capability link: looking at it, and redeeming it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.identity import throttling
from liyu.identity.clients import Client, Issued
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.credentials import normal_login
from liyu.identity.errors import LoginTaken, TooManyAttempts
from liyu.identity.events import AccessChanged, LinkRedeemed, PersonChanged
from liyu.identity.issuing import issue
from liyu.identity.links import store
from liyu.identity.links.errors import LinkGone, LinkUnknown, LoginNeeded
from liyu.identity.links.model import STAFF_PURPOSES, Entry, Link
from liyu.identity.model import Kind, PersonCard, Principal
from liyu.identity.shop import Chain, Shop
from liyu.identity.store import people, shops
from liyu.identity.store import throttle as tries
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.tokens import token_hash
from liyu.kit.ids import PersonId, new_id
from liyu.platform.db.port import ALL_CHAINS


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows before it is used: whose shop it is, never what is inside or who sent it."""

    link: Link
    chain: Chain
    shop: Shop | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says about itself on entering. Login and password only for invitations."""

    name: str = ""
    login: str = ""
    password: str = ""


class LinkEntering:
    """Use cases of those who hold a link."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def preview(self, secret: str, client: Client) -> Preview:
        """Look at a link without using it. Raises ``LinkUnknown``, ``LinkGone``, ``TooManyAttempts``."""
        link = await self._find(secret, client)

        def query(connection: Connection) -> Preview:
            shop = None if link.target.shop is None else shops.by_id(connection, link.chain, link.target.shop)
            return Preview(link, shops.chain(connection, link.chain), shop)

        return await self._context.database.read(link.chain, query)

    async def redeem(
        self, secret: str, newcomer: Newcomer, client: Client, current: Principal | None, token: str | None
    ) -> Issued:
        """Come in. Somebody who is in this chain already enters as itself; coming again uses nothing up.

        Raises ``LinkUnknown``, ``LinkGone``, ``LoginNeeded``, ``LoginTaken``, ``WeakPassword``, ``TooManyAttempts``.
        """
        context = self._context
        link = await self._find(secret, client)
        now = context.clock.now_ms()
        inside = current if current is not None and current.chain == link.chain else None
        staff = link.purpose in STAFF_PURPOSES
        if staff and (inside is None or inside.kind != "staff"):
            inside = None
        if inside is None and link.left() == 0:
            raise LinkGone()  # sure to fail: not worth the hashing of a password
        encoded = await self._password(newcomer) if staff and inside is None else ""

        def unit(connection: Connection, happened: Events) -> Issued:
            if inside is not None and token is not None:
                if not store.entered(connection, link.id, inside.ids):
                    _use(connection, link, now)
                    self._enter(connection, happened, link, inside.person, now)
                if newcomer.name and not inside.name:
                    people.change(connection, link.chain, inside.person, name=newcomer.name)
                    happened.append(PersonChanged(link.chain, inside.person))
                until = now + context.settings.session_ms(inside.kind)
                return Issued(inside, token, until, fresh=False)
            _use(connection, link, now)  # before the login is looked at: a used link tells nothing about logins
            card = _newcomer(connection, link, newcomer, encoded, client, now)
            self._enter(connection, happened, link, card.id, now)
            return issue(connection, context.settings, card, client, now)

        return await context.commits.run(link.chain, unit)

    async def entries(self, principal: Principal) -> list[Entry]:
        """What this person may open because it came in by links that still stand."""
        return await self._context.database.read(
            principal.chain, lambda connection: store.entries(connection, principal.ids)
        )

    async def _find(self, secret: str, client: Client) -> Link:
        context = self._context
        now = context.clock.now_ms()
        key = throttling.throttle_key("link", throttling.network_of(client.address))
        rule = throttling.per_minute_rule(context.settings.link_tries_per_minute)

        def unit(connection: Connection) -> tuple[int, Link | None]:
            wait = tries.count_attempt(connection, {key: rule}, now)
            return wait, None if wait else store.by_secret(connection, token_hash(secret))

        wait, link = await context.database.write(ALL_CHAINS, unit)
        if wait:
            raise TooManyAttempts(retry_after_ms=wait)
        if link is None:
            raise LinkUnknown()
        if not link.opens_at(now):
            raise LinkGone()
        return link

    async def _password(self, newcomer: Newcomer) -> str:
        if not newcomer.name or not newcomer.login or not newcomer.password:
            raise LoginNeeded()
        self._context.passwords.refuse_weak(newcomer.password, newcomer.login)
        return await self._context.passwords.hash(newcomer.password)

    def _enter(self, connection: Connection, happened: Events, link: Link, person: PersonId, now: int) -> None:
        """Give ``person`` what the link gives, and say that it came in."""
        if not store.note_use(connection, link, person, now):  # the same person at the same moment: one use is enough
            store.give_back_use(connection, link.id)
            return
        for grant in link.grants:
            people.add_grant(connection, new_id("grt", at_ms=now), person, grant, link.created_by, now)
        if link.grants:
            happened.append(AccessChanged(link.chain, person))
        target = link.target
        happened.append(
            LinkRedeemed(link.chain, link.id, link.purpose, person, target.kind, target.id, link.visibility)
        )
        details = {"purpose": link.purpose}
        append(connection, AuditEntry(link.chain, now, person, "link.redeemed", "link", link.id, target.shop, details))


def _use(connection: Connection, link: Link, now: int) -> None:
    """Use the link once. Raises ``LinkGone`` when others were first."""
    if not store.take_use(connection, link.id, now):
        raise LinkGone()


def _newcomer(
    connection: Connection, link: Link, newcomer: Newcomer, encoded: str, client: Client, now: int
) -> PersonCard:
    """A new friend, or a new member of staff with a login of its own."""
    staff = link.purpose in STAFF_PURPOSES
    person = PersonId(new_id("per", at_ms=now))
    kind: Kind = "staff" if staff else "friend"
    card = PersonCard(person, link.chain, kind, newcomer.name, None, False, locale=client.locale)
    people.add(connection, card, now)
    if staff:
        login = normal_login(newcomer.login)
        if not people.add_credential(connection, people.Credential(login, link.chain, person, encoded, False), now):
            raise LoginTaken()
    return card
