"""The identity domain as others see it: one object per process, made by the wiring."""

from __future__ import annotations

from collections.abc import Iterable

from liyu.identity.commits import Commits
from liyu.identity.context import Context
from liyu.identity.credentials import Credentials
from liyu.identity.devices import Devices
from liyu.identity.erasing import Erasing
from liyu.identity.links.service import Links
from liyu.identity.model import PersonCard, Principal
from liyu.identity.passwords import Passwords
from liyu.identity.people import People
from liyu.identity.profiles import Profiles
from liyu.identity.records import Records
from liyu.identity.refreshing import Refreshing
from liyu.identity.sessions import Sessions
from liyu.identity.settings import IdentitySettings
from liyu.identity.shop import Shop
from liyu.identity.shop_keeping import ShopKeeping
from liyu.identity.shops import Shops
from liyu.identity.site_keys import SiteKeys
from liyu.identity.site_sessions import SiteSessions
from liyu.identity.store import people, sites
from liyu.identity.sweeping import Sweeping
from liyu.kit.clock import Clock
from liyu.kit.events import DomainEvents
from liyu.kit.ids import ChainId, PersonId, SessionId, ShopId
from liyu.platform.db.port import ALL_CHAINS, Database


class Identity:
    """Use cases by area: ``sessions``, ``shops``, …; the most used ones also directly."""

    def __init__(self, database: Database, clock: Clock, settings: IdentitySettings, events: DomainEvents) -> None:
        commits = Commits(database, clock, events)
        context = Context(database, clock, settings, commits, Passwords(settings))
        self.context = context
        self.sessions = Sessions(context)
        self.refreshing = Refreshing(context)
        self.devices = Devices(context)
        self.credentials = Credentials(context)
        self.profiles = Profiles(context)
        self.people = People(context)
        self.erasing = Erasing(context)
        self.shops = Shops(context)
        self.shop_keeping = ShopKeeping(context)
        self.links = Links(context)
        self.site_keys = SiteKeys(context)
        self.site_sessions = SiteSessions(context)
        self.records = Records(context)
        self.sweeping = Sweeping(context)

    async def authenticate(self, token: str) -> Principal:
        """Who holds ``token``. Raises ``Unauthenticated`` (unknown, expired) or ``Revoked``."""
        return await self.sessions.authenticate(token)

    async def check(self, session: SessionId) -> Principal:
        """Who the session belongs to now; for sockets that are open already. Raises like ``authenticate``."""
        return await self.sessions.check(session)

    async def access_shop(self, principal: Principal, shop: ShopId) -> Shop:
        """The shop of one's own chain. Raises ``ShopNotFound`` for any other."""
        return await self.shops.access_shop(principal, shop)

    async def access_person(self, principal: Principal, person: PersonId) -> PersonCard:
        """A person whom ``principal`` may see. Raises ``NotFound``."""
        return await self.people.access_person(principal, person)

    async def people_of(self, chain: ChainId, ids: Iterable[PersonId]) -> dict[PersonId, PersonCard]:
        """Those of ``ids`` who are in ``chain``, as others of the chain may see them."""
        wanted = tuple(ids)
        return await self.context.database.read(chain, lambda connection: people.cards(connection, chain, wanted))

    async def origin_registered(self, origin: str) -> bool:
        """Whether some shop registered the page of ``origin`` with one of its site keys."""
        now = self.context.clock.now_ms()
        return await self.context.database.read(
            ALL_CHAINS, lambda connection: sites.origin_registered(connection, origin, now)
        )

    def session_ms(self, principal: Principal) -> int:
        """How long an unused session of this person lives, in milliseconds."""
        return self.context.settings.session_ms(principal.kind)

    async def start(self) -> None:
        """Tell events again that a crash kept from being heard."""
        await self.context.commits.deliver_left()

    async def sweep(self) -> int:
        """Remove what has expired; a worker calls it every ``sweeping.SWEEP_EVERY_MS``."""
        return await self.sweeping.sweep()

    async def stop(self) -> None:
        """Let the password threads end."""
        self.context.passwords.close()
