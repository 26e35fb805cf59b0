"""Which messages name a file, and who may therefore read it. Queries that join files with the log.

A use is recorded under the message's permanent key before the message is written. It counts while the event stands in
the log and its body names the file: a message that failed, was recalled or erased opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from liyu.kit.ids import ChainId, ConversationId, FileId, PersonId
from liyu.messaging.attachments.model import StoredFile
from liyu.messaging.attachments.tables import file_use
from liyu.messaging.tables import conversation, erasure, event

_MERGES = 4  # a thread that was joined to another which was joined to another …: more do not occur


@dataclass(frozen=True, slots=True)
class Use:
    """A message that names ``file`` now."""

    file: FileId
    seq: int
    visibility: str


class _Body(msgspec.Struct):
    file: str = ""


_BODY = msgspec.json.Decoder(_Body)


def add_use(connection: Connection, chain: ChainId, file: FileId, actor: PersonId, cid: str) -> None:
    """Record that the message ``cid`` of ``actor`` is about to name ``file``; again is the same."""
    insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
    row = {"file_id": file, "actor_id": actor, "client_id": cid, "chain_id": chain}
    connection.execute(insert(file_use).values(row).on_conflict_do_nothing())


def known_use(connection: Connection, file: FileId, actors: Sequence[PersonId], cid: str) -> bool:
    """Whether a message of this key was allowed to name ``file`` before."""
    where = sa.and_(file_use.c.file_id == file, file_use.c.actor_id.in_(actors), file_use.c.client_id == cid)
    return connection.execute(sa.select(file_use.c.file_id).where(where).limit(1)).first() is not None


def uses_in(connection: Connection, chain: ChainId, here: ConversationId, files: Sequence[FileId]) -> list[Use]:
    """The messages of one conversation that name any of ``files``."""
    query = (
        sa.select(file_use.c.file_id, event.c.seq, event.c.visibility, event.c.body)
        .join(
            event,
            sa.and_(
                event.c.conversation_id == here,
                event.c.actor_id == file_use.c.actor_id,
                event.c.client_id == file_use.c.client_id,
            ),
        )
        .where(file_use.c.chain_id == chain, file_use.c.file_id.in_(files))
    )
    return [
        Use(FileId(row.file_id), row.seq, row.visibility)
        for row in connection.execute(query)
        if _names(row.body) == row.file_id
    ]


def used(connection: Connection, file: StoredFile) -> bool:
    """Whether any message names ``file`` now, in its conversation or in the one that took that one up."""
    return any(uses_in(connection, file.chain, here, [file.id]) for here in homes(connection, file))


def ever_used(connection: Connection, file: FileId) -> bool:
    """Whether a message was ever meant to name ``file``."""
    return (
        connection.execute(sa.select(file_use.c.file_id).where(file_use.c.file_id == file).limit(1)).first() is not None
    )


def homes(connection: Connection, file: StoredFile) -> list[ConversationId]:
    """The conversation of ``file`` and those it was merged into."""
    found: list[ConversationId] = []
    here = file.conversation
    while here is not None and len(found) < _MERGES:
        found.append(here)
        following = connection.scalar(sa.select(conversation.c.merged_into).where(conversation.c.id == here))
        here = None if following is None else ConversationId(following)
    return found


def named_by(connection: Connection, chain: ChainId, here: ConversationId, seq: int) -> list[FileId]:
    """The files that the message at ``seq`` was meant to name, whatever its body says now."""
    query = (
        sa.select(file_use.c.file_id)
        .join(event, sa.and_(event.c.actor_id == file_use.c.actor_id, event.c.client_id == file_use.c.client_id))
        .where(event.c.conversation_id == here, event.c.seq == seq, event.c.chain_id == chain)
    )
    return [FileId(id_) for id_ in connection.scalars(query)]


def erasures(connection: Connection) -> Iterable[tuple[ChainId, PersonId, int]]:
    """Who was erased, and when: also those erased before a backup was restored."""
    for row in connection.execute(sa.select(erasure.c.chain_id, erasure.c.person_id, erasure.c.at)):
        yield ChainId(row.chain_id), PersonId(row.person_id), row.at


def _names(body: str) -> str:
    try:
        return _BODY.decode(body).file
    except msgspec.DecodeError:
        return ""
