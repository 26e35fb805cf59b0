"""A shop with people for tests of the log: real service and database, the domains around it as fakes."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liyu.identity.hours import parse_hours
from liyu.identity.model import Grant, Kind, PersonCard, Principal, Role
from liyu.identity.shop import Chain, Shop, ShopSettings
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import ChainId, ConversationId, DeviceId, PersonId, SessionId, ShopId, new_id
from liyu.messaging.errors import FileNotHere, ProductNotHere, ShopNotFound
from liyu.messaging.log_postgres import PostgresLog
from liyu.messaging.log_sqlite import SqliteLog
from liyu.messaging.model import Ack, CommittedEvents, InboxChange, Marked
from liyu.messaging.ports import CardFacts
from liyu.messaging.service import Messaging
from liyu.messaging.settings import MessagingSettings
from liyu.messaging.writer import Log, Writer
from liyu.platform.db.port import Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase

HASH_KEY = b"k" * 32

_numbers = itertools.count(1)


def cid() -> str:
    """A client's own id that was never used."""
    return f"c{next(_numbers)}"


@dataclass
class Town:
    """Fakes of the domains around the log: shops, people, files, products."""

    shops: dict[str, Shop] = field(default_factory=dict)
    people: dict[PersonId, PersonCard] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, CardFacts] = field(default_factory=dict)

    async def by_slug(self, slug: str) -> Shop:
        for shop in self.shops.values():
            if shop.slug == slug:
                return shop
        raise ShopNotFound()

    async def by_id(self, chain: ChainId, shop_id: ShopId) -> Shop:
        shop = self.shops.get(shop_id)
        if shop is None or shop.chain.id != chain:
            raise ShopNotFound()
        return shop

    async def people_of(self, chain: ChainId, ids: Iterable[PersonId]) -> Mapping[PersonId, PersonCard]:
        return {id_: self.people[id_] for id_ in ids if id_ in self.people and self.people[id_].chain == chain}

    async def facts(
        self, chain: ChainId, conversation: ConversationId, people: Sequence[PersonId], cid: str, kind: str, file: str
    ) -> Mapping[str, Any]:
        known = self.files.get(file)
        if known is None or known["kind"] != kind or known["conversation"] != conversation:
            raise FileNotHere()
        return known["body"]  # type: ignore[no-any-return]

    async def card(self, chain: ChainId, shop: ShopId, product: str, variant: str | None, language: str) -> CardFacts:
        if product not in self.products:
            raise ProductNotHere()
        return self.products[product]


@dataclass
class Told:
    """What the writer told after its commits, in order."""

    events: list[CommittedEvents] = field(default_factory=list)
    inbox: list[InboxChange] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def committed(self, events: Sequence[CommittedEvents], inbox: Sequence[InboxChange]) -> None:
        self.events.extend(events)
        self.inbox.extend(inbox)

    def marked(self, marks: Sequence[Marked]) -> None:
        self.marks.extend(marks)


class World:
    """A log on ``database`` with a chain of two shops."""

    def __init__(self, database: Database, *, shards: int = 1) -> None:
        self.database = database
        self.clock = VirtualClock()
        self.town = Town()
        self.told = Told()
        self.writer = Writer(log_of(database, shards), self.clock, HASH_KEY)
        self.writer.on_committed.append(self.told.committed)
        self.writer.on_marked.append(self.told.marked)
        self.messaging = Messaging(
            database,
            self.writer,
            shops=self.town,
            directory=self.town,
            files=self.town,
            cards=self.town,
            settings=MessagingSettings(),
        )
        self.chain = ChainId(new_id("chn"))
        self.shop = self.add_shop(self.chain)
        self.sister = self.add_shop(self.chain)

    def add_shop(self, chain: ChainId, **settings: Any) -> Shop:
        """A shop of ``chain``."""
        id_ = ShopId(new_id("shp"))
        shop = Shop(
            id_, Chain(chain, "礼遇"), id_[-12:], "平江路店", "苏州", "", "", "Asia/Shanghai", "CNY", "zh-CN",
            parse_hours({}), settings=ShopSettings(**settings),
        )  # fmt: skip
        self.town.shops[id_] = shop
        return shop

    def person(self, kind: Kind = "customer", name: str = "小林", **changes: Any) -> Principal:
        """Somebody of the chain; ``changes`` are fields of ``Principal``."""
        values: dict[str, Any] = {"chain": self.chain, "avatar": None, "vip": False, "locale": "zh-CN"} | changes
        person = PersonId(new_id("per"))
        found = Principal(
            person=person, session=SessionId(new_id("ses")), device=DeviceId(new_id("dev")), kind=kind, name=name,
            **values,
        )  # fmt: skip
        self.town.people[person] = PersonCard(person, found.chain, kind, name, found.avatar, found.vip)
        return found

    def guide(self, shop: Shop | None = None, name: str = "小美", role: Role = Role.GUIDE) -> Principal:
        """Staff of one shop."""
        shop = shop or self.shop
        return self.person("staff", name, chain=shop.chain.id, grants=(Grant(role, shop.chain.id, shop.id),))

    async def open(self, customer: Principal, shop: Shop | None = None) -> ConversationId:
        """The customer's conversation with the shop."""
        snapshot, _ = await self.messaging.open_conversation(customer, (shop or self.shop).slug)
        return ConversationId(snapshot.id)

    async def say(
        self, who: Principal, conversation: ConversationId, text: str, *, cid_: str | None = None, vis: str = "all"
    ) -> Ack:
        """Send a text."""
        return await self.send(who, conversation, "text", {"text": text}, cid_=cid_, vis=vis)

    async def send(
        self,
        who: Principal,
        conversation: ConversationId,
        kind: str,
        body: Mapping[str, Any],
        *,
        cid_: str | None = None,
        vis: str = "all",
    ) -> Ack:
        """Send anything."""
        encoded = json.dumps(body, ensure_ascii=False).encode()
        return await self.messaging.send(who, conversation, cid_ or cid(), kind, encoded, vis)

    async def stop(self) -> None:
        """Wait for what is under way."""
        await self.messaging.stop()


def log_of(database: Database, shards: int = 1) -> Log:
    """The log's adapter for a twin."""
    if isinstance(database, SqliteDatabase):
        return SqliteLog(database)
    assert isinstance(database, PostgresDatabase)
    return PostgresLog(database, shards)


def renamed(who: Principal, name: str) -> Principal:
    """The same person under another name."""
    return dataclasses.replace(who, name=name)
