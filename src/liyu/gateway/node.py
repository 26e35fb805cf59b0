"""A gateway node: its connections, its hub, and the work that connections start. Holds the parts together.

Nothing of a domain is known here; the ports are. One node is made per process and event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from liyu.gateway import crossing
from liyu.gateway.calls import CallRelay
from liyu.gateway.catch_up import CatchUp
from liyu.gateway.connection import Connection
from liyu.gateway.effects import MoveCursor
from liyu.gateway.figures import Figures
from liyu.gateway.hub import Hub, HubLimits
from liyu.gateway.inboxes import InboxHub
from liyu.gateway.people import PersonRates
from liyu.gateway.ports import (
    Authenticator,
    Commands,
    CommittedEvents,
    InboxChange,
    Inboxes,
    Log,
    Principal,
)
from liyu.gateway.recent import Recent, digest
from liyu.gateway.refusals import NoCredentials, TooManySends
from liyu.gateway.registry import Registry
from liyu.gateway.repair import Repair
from liyu.gateway.session import SessionLimits
from liyu.gateway.signalling import Signalling
from liyu.gateway.tasks import Tasks
from liyu.kit.clock import Clock
from liyu.kit.errors import Reason, Refusal
from liyu.kit.ids import ChainId, ConversationId, PersonId, SessionId
from liyu.platform.bus.port import Bus, channel
from liyu.platform.db.port import DatabaseUnavailable
from liyu.protocol import frames

CLOSING_S = 3.0  # for the answers to close frames
SETTLED_MS = 2_000  # what was sent longer ago has arrived, or was lost

_log = structlog.get_logger("liyu.gateway")


class Node:
    """See the module. ``name`` tells nodes on one bus apart."""

    def __init__(
        self,
        *,
        name: str,
        clock: Clock,
        bus: Bus,
        authenticator: Authenticator,
        log: Log,
        inboxes: Inboxes,
        commands: Commands,
        limits: SessionLimits,
        hub_limits: HubLimits,
        queue_bytes: int,
        person_sends_per_minute: int,
        sockets: int,
        sockets_per_address: int,
    ) -> None:
        self.name = name
        self.clock = clock
        self.bus = bus
        self.limits = limits
        self.queue_bytes = queue_bytes
        self.tasks = Tasks()
        self.registry = Registry(sockets, sockets_per_address)
        self.hub = Hub(clock, bus, hub_limits, name)
        self.signalling = Signalling(self.hub, self.tasks)
        self.calls = CallRelay(self.hub)
        self.catch_up = CatchUp(self.hub, log, self.signalling, self.tasks)
        self.repair = Repair(self.hub, log, self.catch_up, self.tasks)
        self.inboxes = InboxHub(self.hub, inboxes, self.tasks)
        self.rates = PersonRates(person_sends_per_minute, bus, self.tasks)
        self.recent = Recent()
        self.figures = Figures(lambda: len(self.hub.topics))
        self.draining = False
        self.authenticator = authenticator
        bus.on_reconnect(self._after_reconnect)
        self._commands = commands

    # ── connections ────────────────────────────────────────────────────────────

    def connected(self, connection: Connection) -> None:
        """A socket opened."""
        self.registry.add(connection)

    def disconnected(self, connection: Connection) -> None:
        """A socket is gone: leave everything."""
        for conv in tuple(connection.session.subscriptions):
            self.unfollow(connection, conv)
        for owner in connection.session.inboxes:
            self.inboxes.unwatch(connection, owner)
        if connection.known is not None and connection.proof is not None and not connection.session.was_revoked:
            self.recent.remember(connection.proof, connection.known, self.clock.monotonic_ms())
        last = self.registry.remove(connection)
        if last and self.bus.shared:
            self.bus.unsubscribe(channel(connection.principal.chain, "x"))
            self.recent.forget_chain(connection.principal.chain)  # what ends from now on is not heard here

    def authenticate(self, connection: Connection, token: str | None) -> None:
        """Find out who speaks."""
        if token is None:
            connection.run(connection.session.rejected(NoCredentials()))
            return
        connection.proof = digest(token)
        known = self.recent.recall(connection.proof, self.clock.monotonic_ms())
        if known is not None and (self.bus.connected or not self.bus.shared):
            self._introduce(connection, known)
        else:
            self.tasks.start(self._authenticate(connection, token))

    async def _authenticate(self, connection: Connection, token: str) -> None:
        session = connection.session
        try:
            principal = await self.authenticator.authenticate(token)
        except Refusal as refusal:
            code = frames.Close.OVERLOADED if refusal.reason is Reason.UNAVAILABLE else frames.Close.UNAUTHENTICATED
            connection.run(session.rejected(refusal, code))
            return
        except Exception as error:
            _log.error("a token could not be looked up", exc_info=error)
            connection.run(session.rejected(DatabaseUnavailable(), frames.Close.OVERLOADED))
            return
        self._introduce(connection, principal)

    def _introduce(self, connection: Connection, principal: Principal) -> None:
        effects = connection.session.authenticated(principal, self.inboxes.owners(principal), self.clock.now_ms())
        if not effects:
            return  # closed meanwhile
        connection.known = principal
        connection.cookie = None
        connection.language = principal.locale
        if self.registry.introduce(connection) and self.bus.shared:
            self.bus.subscribe(channel(principal.chain, "x"), self._heard_of_chain)
        connection.run(effects)

    # ── what connections ask for ───────────────────────────────────────────────

    def append(self, connection: Connection, frame: frames.Send) -> None:
        """Hand a message to the log."""
        wait = self.rates.take(connection.principal, self.clock.monotonic_ms())
        if wait:
            connection.refuse(TooManySends(retry_after_ms=wait), frame.conv, frame.cid)
        else:
            self.tasks.start(self._append(connection, frame))

    async def _append(self, connection: Connection, frame: frames.Send) -> None:
        conversation = ConversationId(frame.conv)
        try:
            ack = await self._commands.send(
                connection.principal, conversation, frame.cid, frame.kind, bytes(frame.body), frame.vis
            )
        except Refusal as refusal:
            connection.refuse(refusal, frame.conv, frame.cid)
        except Exception as error:
            _log.error("a message could not be appended", exc_info=error)
            connection.refuse(DatabaseUnavailable(), frame.conv, frame.cid)
        else:
            connection.reply(frames.Ack(cid=frame.cid, seq=ack.seq, at=ack.at, conv=frame.conv))

    def move_cursor(self, connection: Connection, asked: MoveCursor) -> None:
        """Move a person's marks."""
        self.tasks.start(self._move_cursor(connection, asked))

    async def _move_cursor(self, connection: Connection, asked: MoveCursor) -> None:
        conversation = ConversationId(asked.conv)
        try:
            await self._commands.set_cursor(connection.principal, conversation, asked.read, asked.delivered)
        except Refusal as refusal:
            connection.refuse(refusal, asked.conv)
        except Exception as error:
            _log.error("a cursor could not be moved", exc_info=error)
            connection.refuse(DatabaseUnavailable(), asked.conv)

    def unfollow(self, connection: Connection, conv: str) -> None:
        """A connection leaves a conversation."""
        topic = self.hub.unfollow(connection, conv)
        if topic is not None:
            self.signalling.departed(topic, connection.principal.person)

    def collapsed(self, connection: Connection, stream: str) -> None:
        """A slow reader's stream was dropped: it has to load it afresh."""
        self.figures.collapsed += 1
        topic = self.hub.find(connection, stream)
        if topic is not None:
            topic.send_resync(connection)
        else:
            self.inboxes.collapsed(connection, stream)

    def compare(self, connection: Connection, heads: dict[str, int]) -> None:
        """The client says where it stands: send again what it should have had for a while."""
        now = self.clock.monotonic_ms()
        for conv, seq in heads.items():
            followed = connection.session.subscriptions.get(conv)
            topic = self.hub.find(connection, conv)
            if followed is None or topic is None or followed.head is None:
                continue
            if seq < followed.head and now - topic.moved_ms > SETTLED_MS:
                self.catch_up.follow(connection, conv, topic.epoch, seq)

    # ── what happened elsewhere ────────────────────────────────────────────────

    def committed(self, committed: Sequence[CommittedEvents], inboxes: Sequence[InboxChange]) -> None:
        """The writer's commits, before their acks."""
        self.hub.committed(committed)
        self.inboxes.committed(inboxes)

    def sessions_ended(self, chain: ChainId, sessions: Sequence[SessionId]) -> None:
        """Signed out, or a device revoked: close here and everywhere."""
        self.close_sessions(sessions)
        if self.bus.shared:
            self.bus.publish(channel(chain, "x"), crossing.packed(crossing.SessionsNote(self.name, list(sessions))))

    def person_changed(self, chain: ChainId, person: PersonId) -> None:
        """What a person may do changed: decide again here and everywhere."""
        self.tasks.start(self._decide_person(person))
        if self.bus.shared:
            self.bus.publish(channel(chain, "x"), crossing.packed(crossing.PersonNote(self.name, person)))

    def _heard_of_chain(self, _name: str, message: bytes) -> None:
        note = crossing.unpacked(message)
        if note is None or note.node == self.name:
            return
        if isinstance(note, crossing.SessionsNote):
            self.close_sessions([SessionId(session) for session in note.sessions])
        elif isinstance(note, crossing.PersonNote):
            self.tasks.start(self._decide_person(PersonId(note.person)))

    async def _after_reconnect(self) -> None:
        self.recent.forget_all()

    def close_sessions(self, sessions: Sequence[SessionId]) -> None:
        """Close the sockets of these sessions on this node."""
        self.recent.forget_sessions(sessions)
        for session in sessions:
            for connection in self.registry.of_session(session):
                connection.run(connection.session.revoked())

    async def _decide_person(self, person: PersonId) -> None:
        """Load who this person is now; the conversations and inboxes that it follows are decided again."""
        self.recent.forget_person(person)
        topics = set()
        for connection in self.registry.of_person(person):
            try:
                principal = await self.authenticator.reload(connection.principal)
            except Refusal as refusal:
                if refusal.reason is Reason.UNAUTHENTICATED:
                    connection.run(connection.session.revoked())
                continue
            if connection.session.principal is None:
                continue  # closed meanwhile
            self.registry.rename(connection, principal)
            connection.session.known_as(principal)
            self.inboxes.decide_again(connection, connection.session.inboxes)
            for conv in connection.session.subscriptions:
                topic = self.hub.find(connection, conv)
                if topic is not None:
                    topics.add(topic)
        self.repair.recheck_access(topics)

    # ── the end ────────────────────────────────────────────────────────────────

    async def drain(self, over_ms: int) -> None:
        """Tell everybody when to come back, finish what is under way, close every socket."""
        self.draining = True
        for connection in self.registry.all():
            connection.run(connection.session.drain(over_ms))
        await self.tasks.settle(5.0)
        for connection in self.registry.all():
            connection.run(connection.session.close(frames.Close.DRAIN, "drain"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await self.registry.empty()

    async def stop(self) -> None:
        """End all work."""
        await self.tasks.stop()
