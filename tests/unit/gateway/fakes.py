"""Stand-ins for what the gateway needs of the domains, and for sockets. They keep a real log in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from liyu.gateway.connection import Connection
from liyu.gateway.hub import HubLimits
from liyu.gateway.node import Node
from liyu.gateway.refusals import ConversationClosed, SessionEnded
from liyu.gateway.session import SessionLimits
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import ChainId, ConversationId, DeviceId, PersonId, SessionId
from liyu.platform.bus.memory import MemoryBus
from liyu.platform.bus.port import Bus

CHAIN = ChainId("chn_1")
CONV = ConversationId("cnv_1")


@dataclass(frozen=True)
class Who:
    person: PersonId
    session: SessionId
    device: DeviceId
    chain: ChainId = CHAIN
    locale: str = "en"

    @property
    def person_inbox(self) -> str:
        return f"p:{self.person}"


def who(name: str, *, chain: ChainId = CHAIN, device: str = "") -> Who:
    """A principal called ``name``; its token is its name, too."""
    key = f"{name}{device}"
    return Who(PersonId(f"per_{name}"), SessionId(f"ses_{key}"), DeviceId(f"dev_{key}"), chain)


@dataclass(frozen=True)
class Event:
    seq: int
    vis: str
    encoded: bytes
    target: int = 0


@dataclass(frozen=True)
class Committed:
    conversation: ConversationId
    chain: ChainId
    epoch: int
    first: int
    last: int
    events: tuple[Event, ...]
    blanked: tuple[int, ...] = ()
    acl_rev: int = 1


@dataclass(frozen=True)
class Change:
    owner: str
    chain: ChainId
    first_rev: int
    last_rev: int
    entries: tuple[bytes, ...]


@dataclass(frozen=True)
class Stand:
    epoch: int
    seq: int
    acl_rev: int


@dataclass(frozen=True)
class Allowed:
    conversation: ConversationId
    chain: ChainId
    epoch: int
    acl_rev: int
    classes: frozenset[str]
    from_seq: int = 1
    member: bool = True
    person: PersonId = PersonId("")  # noqa: RUF009


@dataclass(frozen=True)
class Moved:
    person: PersonId
    read: int
    delivered: int
    chain: ChainId = CHAIN
    conversation: ConversationId = CONV
    moved: bool = True


@dataclass(frozen=True)
class Acked:
    seq: int
    at: int


CUSTOMER = frozenset({"all", "customer"})
STAFF = frozenset({"all", "staff"})


@dataclass
class Conversation:
    chain: ChainId = CHAIN
    epoch: int = 1
    acl_rev: int = 1
    events: list[Event] = field(default_factory=list)
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    from_seq: dict[str, int] = field(default_factory=dict)
    onlookers: set[str] = field(default_factory=set)
    aliases: dict[str, PersonId] = field(default_factory=dict)
    marks: dict[str, Moved] = field(default_factory=dict)


class Shop:
    """A database of conversations and inboxes, and the ports over it. ``queries`` counts what was read, by kind."""

    def __init__(self) -> None:
        self.conversations: dict[ConversationId, Conversation] = {}
        self.inbox_rows: dict[str, list[tuple[int, bytes]]] = {}
        self.nodes: list[Node] = []
        self.queries: list[str] = []
        self.ended_sessions: set[SessionId] = set()
        self.down = False
        self.renamed: dict[SessionId, Who] = {}
        self.queues: dict[str, list[str]] = {}
        self.cids: dict[tuple[str, str], Acked] = {}

    # ── what a test does ───────────────────────────────────────────────────────

    def conversation(self, id_: ConversationId = CONV, **readers: frozenset[str]) -> Conversation:
        made = self.conversations[id_] = Conversation(readers={f"per_{name}": seen for name, seen in readers.items()})
        return made

    def write(self, *vis: str, conv: ConversationId = CONV, acl: bool = False, text: str = "") -> Committed:
        """Append events without telling anybody; returns what a writer would tell."""
        found = self.conversations[conv]
        first = len(found.events) + 1
        for number, one in enumerate(vis):
            body = b'{"seq":%d,"vis":"%b","text":"%b"}' % (first + number, one.encode(), text.encode())
            found.events.append(Event(first + number, one, body))
        if acl:
            found.acl_rev += 1
        events = tuple(found.events[first - 1 :])
        return Committed(conv, found.chain, found.epoch, first, len(found.events), events, (), found.acl_rev)

    def commit(self, *vis: str, conv: ConversationId = CONV, node: Node | None = None, **more: Any) -> Committed:
        """Append events and tell the node that wrote them (the first)."""
        committed = self.write(*vis, conv=conv, **more)
        (node or self.nodes[0]).committed([committed], [])
        return committed

    def row(self, owner: str, *, tell: bool = True) -> None:
        """One more row of an inbox."""
        rows = self.inbox_rows.setdefault(owner, [])
        revision = len(rows) + 1
        rows.append((revision, b'{"rev":%d}' % revision))
        if tell:
            self.nodes[0].committed([], [Change(owner, CHAIN, revision, revision, (rows[-1][1],))])

    # ── Authenticator ──────────────────────────────────────────────────────────

    async def authenticate(self, token: str) -> Who:
        self._read("authenticate")
        name, _, device = token.partition("+")
        found = who(name, device=device)
        if found.session in self.ended_sessions or name == "nobody":
            raise SessionEnded()
        return found

    async def reload(self, principal: Who) -> Who:
        if principal.session in self.ended_sessions:
            raise SessionEnded()
        return self.renamed.get(principal.session, principal)

    async def ended(self, chain: ChainId, sessions: Sequence[SessionId]) -> Sequence[SessionId]:
        return [session for session in sessions if session in self.ended_sessions]

    async def registered(self, origin: str) -> bool:
        return origin == "https://partner.example"

    # ── Log ────────────────────────────────────────────────────────────────────

    async def access_many(
        self, principal: Who, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Allowed]:
        self._read("access")
        await asyncio.sleep(0)
        found: dict[ConversationId, Allowed] = {}
        for id_ in conversations:
            conversation = self.conversations.get(id_)
            if conversation is None or conversation.chain != principal.chain:
                continue
            classes = conversation.readers.get(principal.person)
            if classes is not None:
                found[id_] = Allowed(
                    id_,
                    conversation.chain,
                    conversation.epoch,
                    conversation.acl_rev,
                    classes,
                    conversation.from_seq.get(principal.person, 1),
                    principal.person not in conversation.onlookers,
                    conversation.aliases.get(principal.person, principal.person),
                )
        return found

    async def heads(
        self, chains: Sequence[ChainId], conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Stand]:
        self._read("heads")
        await asyncio.sleep(0)
        return {
            id_: Stand(found.epoch, len(found.events), found.acl_rev)
            for id_ in conversations
            if (found := self.conversations.get(id_)) is not None and found.chain in chains
        }

    async def events_between(self, chain: ChainId, conversation: ConversationId, after: int, limit: int) -> Committed:
        self._read("events")
        await asyncio.sleep(0)
        found = self.conversations[conversation]
        events = tuple(found.events[after : after + limit])
        return Committed(
            conversation, found.chain, found.epoch, after + 1, after + len(events), events, (), found.acl_rev
        )

    async def marks(
        self, chain: ChainId, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Sequence[Moved]]:
        self._read("marks")
        return {
            id_: tuple(self.conversations[id_].marks.values()) for id_ in conversations if id_ in self.conversations
        }

    # ── Inboxes ────────────────────────────────────────────────────────────────

    def owners(self, principal: Who) -> Sequence[str]:
        return [principal.person_inbox, *self.queues.get(principal.person, [])]

    async def revisions(self, chain: ChainId, owners: Sequence[str]) -> Mapping[str, int]:
        self._read("revisions")
        return {owner: len(self.inbox_rows.get(owner, [])) for owner in owners}

    async def changes_after(self, chain: ChainId, owner: str, revision: int, limit: int) -> Change | None:
        self._read("changes")
        await asyncio.sleep(0)
        rows = self.inbox_rows.get(owner, [])
        if len(rows) - revision > limit or revision > len(rows):
            return None
        return Change(owner, chain, revision + 1, len(rows), tuple(row for _, row in rows[revision:]))

    # ── Commands ───────────────────────────────────────────────────────────────

    async def send(
        self, principal: Who, conversation: ConversationId, cid: str, kind: str, body: bytes, vis: str
    ) -> Acked:
        self._read("send")
        found = self.conversations.get(conversation)
        if found is None or principal.person not in found.readers:
            raise ConversationClosed()
        known = self.cids.get((principal.person, cid))
        if known is None:
            seq = self.commit(vis, conv=conversation).last
            known = self.cids[principal.person, cid] = Acked(seq, 1_000 + seq)
        return known

    async def set_cursor(self, principal: Who, conversation: ConversationId, read: int, delivered: int) -> object:
        moved = Moved(principal.person, read, delivered, conversation=conversation)
        self.conversations[conversation].marks[principal.person] = moved
        self.nodes[0].hub.marked(CHAIN, conversation, moved)
        return moved

    def _read(self, kind: str) -> None:
        if self.down:
            raise _Down()
        self.queries.append(kind)


class _Down(ConversationClosed):
    code = "database.unavailable"
    retryable = True


class FakeWire:
    """A socket that keeps what was written, and may stop taking more."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send(self, frame: bytes) -> None:
        assert self.closed is None, "written after the close frame"
        self.raw.append(frame)
        self.frames.append(msgspec.json.decode(frame))

    def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)

    def kinds(self) -> list[str]:
        return [frame["t"] for frame in self.frames]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["t"] == kind]


def make_node(shop: Shop, *, bus: Bus | None = None, clock: VirtualClock | None = None, **changes: Any) -> Node:
    """A node over ``shop``; the first one is the one that writes."""
    limits = changes.pop("limits", SessionLimits())
    hub_limits = changes.pop("hub_limits", HubLimits())
    values: dict[str, Any] = {
        "queue_bytes": 65_536,
        "person_sends_per_minute": 6_000,
        "sockets": 1_000,
        "sockets_per_address": 1_000,
    }
    source: Any = shop
    node = Node(
        name=f"node{len(shop.nodes)}",
        clock=clock or VirtualClock(),
        bus=bus or MemoryBus(),
        authenticator=source,
        log=source,
        inboxes=source,
        commands=source,
        limits=limits,
        hub_limits=hub_limits,
        **(values | changes),
    )
    shop.nodes.append(node)
    return node


class Client:
    """A connection driven by hand."""

    def __init__(self, node: Node, name: str) -> None:
        self.wire = FakeWire()
        self.name = name
        self.connection = Connection(node, self.wire, "127.0.0.1", "en", None)
        node.connected(self.connection)

    def say(self, **frame: Any) -> None:
        self.connection.receive(msgspec.json.encode(frame))

    async def hello(self, **resume: Any) -> None:
        self.say(t="hello", token=self.name, resume=resume)
        await settle()

    async def follow(self, conv: str = CONV, *, epoch: int = 1, after: int = 0) -> None:
        self.say(t="sub", conv=conv, epoch=epoch, after=after)
        await settle()

    def seqs(self, conv: str = CONV) -> list[int]:
        """The events seen, by their numbers; asserts that the ranges are contiguous."""
        found: list[int] = []
        head: int | None = None
        for frame in self.wire.of("events"):
            if frame["conv"] != conv:
                continue
            assert head is None or frame["from"] == head + 1, f"a gap before {frame['from']}"
            head = frame["to"]
            found += [event["seq"] for event in frame["list"]]
        return found


async def joined(node: Node, name: str, *, after: int = 0, conv: str = CONV) -> Client:
    """A client that has said hello and follows ``conv``."""
    client = Client(node, name)
    await client.hello()
    await client.follow(conv, after=after)
    return client


async def settle(turns: int = 30) -> None:
    """Let everything that is ready happen."""
    for _ in range(turns):
        await asyncio.sleep(0)
