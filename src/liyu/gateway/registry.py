"""Who is connected to this node: every socket, found by session, by person and by device. Holds no domain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from liyu.gateway.ports import Principal
from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId

if TYPE_CHECKING:
    from liyu.gateway.connection import Connection

K = TypeVar("K")

SLOTS = 25  # a ping interval is cut into so many parts, so that pings do not come all at once


class Registry:
    """All connections of a node. ``limit``: how many; ``per_address``: how many of one client address."""

    def __init__(self, limit: int, per_address: int) -> None:
        self._limit = limit
        self._per_address = per_address
        self._addresses: dict[str, int] = {}
        self._slots: list[set[Connection]] = [set() for _ in range(SLOTS)]
        self._next_slot = 0
        self._waiting: dict[Connection, None] = {}
        self._sessions: dict[SessionId, Connection | set[Connection]] = {}
        self._people: dict[PersonId, Connection | set[Connection]] = {}
        self._chains: dict[ChainId, int] = {}
        self._count = 0
        self._emptied: asyncio.Event | None = None

    def __len__(self) -> int:
        return self._count

    def has_room(self, address: str) -> bool:
        """Whether one more connection from ``address`` may come."""
        return self._count < self._limit and self._addresses.get(address, 0) < self._per_address

    def is_crammed(self, slack: int) -> bool:
        """Whether not even a socket that is only told to wait has room."""
        return self._count >= self._limit + slack

    def add(self, connection: Connection) -> None:
        """A socket opened; it has not introduced itself yet."""
        self._count += 1
        self._addresses[connection.address] = self._addresses.get(connection.address, 0) + 1
        self._slots[connection.slot % SLOTS].add(connection)
        self._waiting[connection] = None

    def next_slot(self) -> int:
        """The slot of the next connection, so that slots fill evenly."""
        self._next_slot = (self._next_slot + 1) % SLOTS
        return self._next_slot

    def introduce(self, connection: Connection) -> bool:
        """It said who it is. Returns whether it is the first of its chain on this node."""
        principal = connection.principal
        self._waiting.pop(connection, None)
        _put(self._sessions, principal.session, connection)
        _put(self._people, principal.person, connection)
        count = self._chains.get(principal.chain, 0)
        self._chains[principal.chain] = count + 1
        return count == 0

    def rename(self, connection: Connection, principal: Principal) -> None:
        """The person behind a connection is now known under another id (a visitor who became a customer)."""
        _drop(self._people, connection.principal.person, connection)
        connection.known = principal
        _put(self._people, principal.person, connection)

    def remove(self, connection: Connection) -> bool:
        """A socket closed. Returns whether it was the last of its chain on this node."""
        self._count -= 1
        left = self._addresses.get(connection.address, 1) - 1
        if self._count == 0 and self._emptied is not None:
            self._emptied.set()
        if left:
            self._addresses[connection.address] = left
        else:
            self._addresses.pop(connection.address, None)
        self._slots[connection.slot % SLOTS].discard(connection)
        introduced = connection not in self._waiting
        self._waiting.pop(connection, None)
        principal = connection.known
        if not introduced or principal is None:
            return False
        _drop(self._sessions, principal.session, connection)
        _drop(self._people, principal.person, connection)
        count = self._chains.get(principal.chain, 1) - 1
        if count:
            self._chains[principal.chain] = count
            return False
        self._chains.pop(principal.chain, None)
        return True

    async def empty(self) -> None:
        """Return when no connection is left."""
        self._emptied = asyncio.Event()
        if self._count:
            await self._emptied.wait()

    def waiting(self) -> Iterator[Connection]:
        """Those that have not introduced themselves, the oldest first."""
        yield from tuple(self._waiting)

    def slot(self, number: int) -> tuple[Connection, ...]:
        """The connections whose turn comes at tick ``number``."""
        return tuple(self._slots[number % SLOTS])

    def all(self) -> Iterator[Connection]:
        """Every connection."""
        for slot in self._slots:
            yield from tuple(slot)

    def of_session(self, session: SessionId) -> tuple[Connection, ...]:
        """The connections of one session."""
        return _found(self._sessions, session)

    def of_person(self, person: PersonId) -> tuple[Connection, ...]:
        """The connections of one person."""
        return _found(self._people, person)

    def of_device(self, person: PersonId, device: DeviceId) -> tuple[Connection, ...]:
        """The connections of one device of a person."""
        return tuple(each for each in _found(self._people, person) if each.principal.device == device)

    def chains(self) -> tuple[ChainId, ...]:
        """The chains of which somebody is connected."""
        return tuple(self._chains)


def _put(table: dict[K, Connection | set[Connection]], key: K, connection: Connection) -> None:
    """Most people have one connection: a set is made for the second alone."""
    known = table.get(key)
    if known is None:
        table[key] = connection
    elif isinstance(known, set):
        known.add(connection)
    else:
        table[key] = {known, connection}


def _drop(table: dict[K, Connection | set[Connection]], key: K, connection: Connection) -> None:
    known = table.get(key)
    if isinstance(known, set):
        known.discard(connection)
        if not known:
            del table[key]
    elif known is connection:
        del table[key]


def _found(table: dict[K, Connection | set[Connection]], key: K) -> tuple[Connection, ...]:
    known = table.get(key)
    if known is None:
        return ()
    return tuple(known) if isinstance(known, set) else (known,)
