"""Making, listing and revoking capability links."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.identity import rules
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.devices import end_sessions
from liyu.identity.errors import NotFound, ShopNotFound
from liyu.identity.events import LinkRevoked
from liyu.identity.links import store
from liyu.identity.links.errors import LinkNotAllowed, UnknownObject
from liyu.identity.links.model import DEFAULT_USES, VISIBILITY, Link, Made, Purpose, Target, path_of
from liyu.identity.model import Grant, Principal, Role
from liyu.identity.settings import DAY_MS
from liyu.identity.store import people, shops
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.tokens import LINK_BYTES, new_token, token_hash
from liyu.kit.ids import ChainId, LinkId, PersonId, ShopId, new_id

#: Says whether a person may share an object, and to which shop it belongs. Raises a ``Refusal`` when it may not.
Sharing = Callable[[Principal, str], Awaitable[ShopId | None]]

LINK_PREFIX = "lyl"
OWNER_LINK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a link for. ``lifetime_ms`` and ``max_uses`` ``None``: as usual for the purpose."""

    purpose: Purpose
    object_kind: str = ""
    object_id: str = ""
    grants: tuple[Grant, ...] = ()
    lifetime_ms: int | None = None
    max_uses: int | None = None


class LinkMaking:
    """Use cases of those who make links. Domains above say by ``share`` what of theirs a link may open."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sharing: dict[str, Sharing] = {}

    def share(self, object_kind: str, sharing: Sharing) -> None:
        """Let links open objects of ``object_kind``, as far as ``sharing`` allows."""
        self._sharing[object_kind] = sharing

    async def make(self, principal: Principal, wish: Wish) -> Made:
        """Make a link. Raises ``LinkNotAllowed``, ``UnknownObject``, or what the object's domain refuses with."""
        target = await self._target(principal, wish)
        return await self._store(principal.chain, principal.person, wish, target)

    async def make_owner_link(self, chain: ChainId) -> Made:
        """The one-time link by which the first owner of ``chain`` comes in (command line)."""
        wish = Wish("owner", grants=(Grant(Role.OWNER, chain, None),), lifetime_ms=OWNER_LINK_DAYS * DAY_MS)
        return await self._store(chain, None, wish, Target("chain", chain, None))

    async def _target(self, principal: Principal, wish: Wish) -> Target:
        if wish.purpose == "owner":
            raise LinkNotAllowed()
        if wish.purpose == "invitation":
            if not wish.grants or not all(rules.may_grant(principal, grant) for grant in wish.grants):
                raise LinkNotAllowed()
            scopes = {grant.shop for grant in wish.grants}
            shop = scopes.pop() if len(scopes) == 1 else None
            return Target("chain" if shop is None else "shop", shop or principal.chain, shop)
        sharing = self._sharing.get(wish.object_kind)
        if sharing is None:
            raise UnknownObject()
        return Target(wish.object_kind, wish.object_id, await sharing(principal, wish.object_id))

    async def _store(self, chain: ChainId, maker: PersonId | None, wish: Wish, target: Target) -> Made:
        now = self._context.clock.now_ms()
        secret = new_token(LINK_PREFIX, LINK_BYTES)
        lifetime = wish.lifetime_ms or self._context.settings.link_days * DAY_MS
        link = Link(
            id=LinkId(new_id("lnk", at_ms=now)),
            chain=chain,
            purpose=wish.purpose,
            target=target,
            visibility=VISIBILITY[wish.purpose],
            grants=wish.grants,
            max_uses=wish.max_uses or DEFAULT_USES[wish.purpose],
            uses=0,
            created_by=maker,
            created_at=now,
            expires_at=now + lifetime,
        )

        def unit(connection: Connection) -> str | None:
            slug = None
            if target.shop is not None:
                shop = shops.by_id(connection, chain, target.shop)
                if shop is None:
                    raise ShopNotFound()
                slug = shop.slug
            store.add(connection, link, token_hash(secret))
            append(connection, _entry(link, maker, "link.made", now))
            return slug

        slug = await self._context.database.write(chain, unit)
        return Made(link, secret, path_of(link.purpose, slug, secret))

    async def listed(self, principal: Principal, before: str | None, limit: int) -> list[Link]:
        """One's own links, or for those who run the chain everybody's; newest first, not the revoked ones."""
        maker = None if principal.runs(None) else principal.person
        return await self._context.database.read(
            principal.chain, lambda connection: store.of_maker(connection, principal.chain, maker, before, limit)
        )

    async def revoke(self, principal: Principal, link_id: LinkId) -> None:
        """Let the link open nothing any more; friends who have no other link are signed out. Raises ``NotFound``.

        For its maker, and for those who run the shop or the chain that it belongs to.
        """
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            link = store.by_id(connection, principal.chain, link_id)
            mine = link is not None and link.created_by in principal.ids
            if link is None or not (mine or principal.runs(link.target.shop)):
                raise NotFound()
            if not store.revoke(connection, link_id, now):
                raise NotFound()
            inside = store.people_of(connection, link_id)
            for person in inside:
                _sign_friend_out(connection, happened, link.chain, person, now)
            target = link.target
            happened.append(LinkRevoked(link.chain, link.id, link.purpose, target.kind, target.id, inside))
            append(connection, _entry(link, principal.person, "link.revoked", now))

        await self._context.commits.run(principal.chain, unit)


def _sign_friend_out(connection: Connection, happened: Events, chain: ChainId, person: PersonId, now: int) -> None:
    card = people.card(connection, chain, person)
    if card is not None and card.kind == "friend" and not store.entries(connection, (person,)):
        end_sessions(connection, happened, chain, person, now)


def _entry(link: Link, actor: PersonId | None, action: str, now: int) -> AuditEntry:
    details = {"purpose": link.purpose, "object_kind": link.target.kind, "object_id": link.target.id}
    return AuditEntry(link.chain, now, actor, action, "link", link.id, link.target.shop, details)
