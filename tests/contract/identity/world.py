"""Two chains with people, over one database and a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from liyu.identity import events as happened
from liyu.identity.clients import Client, Issued
from liyu.identity.model import PersonCard, Principal, Role
from liyu.identity.service import Identity
from liyu.identity.settings import IdentitySettings
from liyu.identity.shop import Shop
from liyu.identity.shop_keeping import NewShop
from liyu.identity.store import people
from liyu.kit.clock import VirtualClock
from liyu.kit.events import DomainEvents
from liyu.kit.ids import PersonId, new_id
from liyu.platform.db.port import Database

NOW = 1_790_000_000_000
PASSWORD = "a rather long sentence"
WEB = Client(address="192.0.2.1", user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")
WIDGET = Client(address="192.0.2.1", kind="widget")
ROLES = {"owner": Role.OWNER, "manager": Role.MANAGER, "guide": Role.GUIDE, "designer": Role.DESIGNER}
SETTINGS = IdentitySettings(
    password_memory_kib=8_192, sign_in_attempts=4, visitors_per_minute=50, link_tries_per_minute=500
)


@dataclass
class World:
    """``east`` and ``west`` are shops of one chain, ``abroad`` of another. Everybody's password is ``PASSWORD``."""

    database: Database
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))
    events: DomainEvents = field(default_factory=DomainEvents)
    heard: list[object] = field(default_factory=list)

    async def found(self) -> World:
        """Make chains and shops."""
        self.identity = Identity(self.database, self.clock, SETTINGS, self.events)
        for kind in (
            happened.PersonMerged,
            happened.DeviceRevoked,
            happened.AccessChanged,
            happened.PersonChanged,
            happened.PersonErased,
            happened.LinkRedeemed,
            happened.LinkRevoked,
        ):
            self.events.subscribe(kind, self._hear)
        keeping = self.identity.shop_keeping
        self.east: Shop = await keeping.found("东方", NewShop("east", "东店"))
        self.abroad: Shop = await keeping.found("别家", NewShop("abroad", "外店"))
        self.owner = await self.staff("owner", None)
        self.clock.advance(1)
        self.west: Shop = await keeping.create(self.owner, NewShop("west", "西店"))
        self.owner = await self.identity.check(self.owner.session)
        return self

    async def _hear(self, event: object) -> None:
        self.heard.append(event)

    async def staff(
        self, role: str, shop: Shop | None, login: str | None = None, *, chain: Shop | None = None
    ) -> Principal:
        """A new member of staff, signed in."""
        home = (shop or chain or self.east).chain.id
        login = login or f"{role}-{home}-{shop.slug if shop else 'all'}"
        grants = [(ROLES[role], shop.id if shop else None)]
        await self.identity.people.add_staff(home, role, login, PASSWORD, grants)
        return (await self.identity.sessions.sign_in(login, PASSWORD, WEB, None)).principal

    async def visitor(self, shop: Shop | None = None, client: Client = WEB) -> Issued:
        """A new anonymous visitor."""
        return await self.identity.sessions.visit((shop or self.east).slug, client, None, None)

    async def customer(self, login: str) -> PersonId:
        """A known customer with a login, not signed in."""
        card = PersonCard(PersonId(new_id("per")), self.east.chain.id, "customer", login, None, False)
        encoded = await self.identity.context.passwords.hash(PASSWORD)

        def unit(connection: Connection) -> None:
            people.add(connection, card, NOW)
            people.add_credential(connection, people.Credential(login, card.chain, card.id, encoded, False), NOW)

        await self.database.write(card.chain, unit)
        return card.id

    def heard_of(self, kind: type) -> list[object]:
        """The events of ``kind`` so far."""
        return [event for event in self.heard if type(event) is kind]
