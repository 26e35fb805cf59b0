"""Erasure: what a person wrote is overwritten, the numbers stay, and everybody who follows loads afresh.

Written down first and done by a job, so that neither a crash nor a restored backup forgets it: ``replay`` does again
every erasure that the database knows of or is told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from liyu.identity.events import PersonErased
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.messaging import indexing
from liyu.messaging.model import Touch, Unit
from liyu.messaging.tables import conversation, erasure, event, member
from liyu.messaging.writer import Writer
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.jobs.queue import Job, enqueue
from liyu.protocol.events import CHANGES

KIND = "messaging.erase"
_GONE = '{"recalled":true}'

c, e, m = conversation.c, event.c, member.c


class Erasing:
    """The use case of erasing what somebody wrote."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def begin(self, event_: PersonErased) -> None:
        """Write down that this person's words must go; the worker does it."""
        people = [event_.person, *event_.aliases]

        def unit(connection: Connection, now: int) -> Unit[None]:
            note(connection, event_.chain, people, now)
            enqueue(
                connection, chain=event_.chain, kind=KIND, key=event_.person, payload={"people": people}, now_ms=now
            )
            return Unit(None)

        await self._writer.submit(event_.chain, unit)

    async def perform(self, job: Job) -> None:
        """The job: every conversation in which the person ever was, one unit each."""
        await self.erase(job.chain, [PersonId(one) for one in job.payload["people"]])

    async def erase(self, chain: ChainId, people: Sequence[PersonId]) -> None:
        """Overwrite now what ``people`` wrote. Doing it again changes nothing but the epochs."""

        def where(connection: Connection) -> list[ConversationId]:
            rows = sa.select(m.conversation_id).where(m.chain_id == chain, m.person_id.in_(people)).distinct()
            return sorted(connection.scalars(rows))

        for one in await self._database.read(chain, where):
            await self._writer.submit(chain, partial(_erase_in, chain=chain, id_=one, people=people))

    async def replay(self, chain: ChainId) -> None:
        """After a restore: raise every epoch of ``chain`` and erase again what was erased before."""

        def known(connection: Connection) -> tuple[list[ConversationId], list[PersonId]]:
            ids = connection.scalars(sa.select(c.id).where(c.chain_id == chain).order_by(c.id))
            people = connection.scalars(sa.select(erasure.c.person_id).where(erasure.c.chain_id == chain))
            return list(ids), list(people)

        conversations, people = await self._database.read(chain, known)
        for one in conversations:
            await self._writer.submit(chain, partial(_raise_epoch, chain=chain, id_=one))
        await self.erase(chain, people)

    async def erased(self) -> list[tuple[ChainId, PersonId, int]]:
        """Everything ever erased, to be kept beside backups: (chain, person, when)."""
        x = erasure.c
        return await self._database.read(
            ALL_CHAINS,
            lambda connection: [
                (row.chain_id, row.person_id, row.at)
                for row in connection.execute(sa.select(x.chain_id, x.person_id, x.at).order_by(x.at, x.person_id))
            ],
        )

    async def restore(self, erased: Sequence[tuple[ChainId, PersonId, int]]) -> None:
        """After a restore: note the erasures made since the backup, and replay all, chain by chain."""
        for chain, person, at in erased:
            await self._database.write(chain, partial(note, chain=chain, people=[person], now=at))
        for chain in sorted({chain for chain, _, _ in erased}):
            await self.replay(chain)


def note(connection: Connection, chain: ChainId, people: Sequence[PersonId], now: int) -> None:
    """Write down who was erased."""
    insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
    rows = [{"chain_id": chain, "person_id": person, "at": now} for person in people]
    connection.execute(insert(erasure).on_conflict_do_nothing(), rows)


def _raise_epoch(_connection: Connection, _now: int, *, chain: ChainId, id_: ConversationId) -> Unit[None]:
    return Unit(None, touches=[Touch(id_, chain, raise_epoch=True)])


def _erase_in(
    connection: Connection, _now: int, *, chain: ChainId, id_: ConversationId, people: Sequence[PersonId]
) -> Unit[None]:
    """One conversation. The row is locked first, like every writer of its events does."""
    connection.execute(sa.select(c.id).where(c.id == id_, c.chain_id == chain).with_for_update())
    own = sa.and_(e.conversation_id == id_, e.actor_id.in_(people))
    written = list(connection.scalars(sa.select(e.seq).where(own, e.body != "{}")))
    if written:
        indexing.forget(connection, id_, written)
    spoken = sa.and_(own, e.kind.not_in([*CHANGES, "member.joined", "member.left", "assigned", "system"]))
    connection.execute(event.update().where(spoken).values(body="{}", state=_GONE, body_hash=None))
    blank_edit = sa.literal('{"target":').concat(sa.cast(e.target, sa.Text)).concat(',"text":""}')
    connection.execute(event.update().where(own, e.kind == "edit").values(body=blank_edit, body_hash=None))
    _erase_names(connection, id_, people)
    connection.execute(
        conversation.update().where(c.id == id_, c.top_actor.in_(people)).values(top_text="", top_kind="recalled")
    )
    connection.execute(conversation.update().where(c.id == id_, c.customer_id.in_(people)).values(title="", vip=False))
    return Unit(None, touches=[Touch(id_, chain, raise_epoch=True)])


def _erase_names(connection: Connection, id_: ConversationId, people: Sequence[PersonId]) -> None:
    """The person's name stands in its member row and in the events that told of it."""
    connection.execute(
        member.update().where(m.conversation_id == id_, m.person_id.in_(people)).values(name="", avatar=None, vip=False)
    )
    for person in people:
        role = sa.select(m.role).where(m.conversation_id == id_, m.person_id == person).scalar_subquery()
        nameless = sa.literal(f'{{"person":{{"id":"{person}","name":"","role":"').concat(role).concat('"}}')
        of_person = sa.and_(
            e.conversation_id == id_, e.kind == "member.joined", e.body.contains(f'"id":"{person}"', autoescape=True)
        )
        connection.execute(event.update().where(of_person).values(body=nameless))
