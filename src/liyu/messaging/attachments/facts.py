"""What a message may say about its file. The log asks here before it writes a picture, a voice note or a file.

Facts come from our record of what was kept: a client's own width, duration or name is never believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from liyu.kit.ids import ChainId, ConversationId, FileId, PersonId
from liyu.messaging.attachments import store, uses
from liyu.messaging.attachments.errors import FileNotYours
from liyu.messaging.attachments.model import StoredFile, body_facts
from liyu.platform.db.port import Database


class FileFacts:
    """Needs only the database, so the log can be built with it before the rest of the attachments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(
        self,
        chain: ChainId,
        conversation: ConversationId,
        people: Sequence[PersonId],
        cid: str,
        kind: str,
        file: str,
    ) -> dict[str, Any]:
        """The fields that the body of a message of ``kind`` takes from its file; records that the message names it.

        ``people``: the sender's id, under which the event is written, then its aliases; ``cid``: the message's key.
        Raises ``FileNotYours`` unless ``file`` is a finished file of this kind that one of ``people`` uploaded to
        this conversation. A retry of a message that was allowed once is allowed again, even after a recall.
        """

        def unit(connection: Connection) -> StoredFile:
            found = store.find_file(connection, chain, FileId(file))
            if found is None or found.kind != kind or found.public or found.owner not in people:
                raise FileNotYours()
            if conversation not in uses.homes(connection, found):
                raise FileNotYours()
            if found.state == "gone":
                if not uses.known_use(connection, found.id, people, cid):
                    raise FileNotYours()
            else:
                uses.add_use(connection, chain, found.id, people[0], cid)
            return found

        return body_facts(await self._database.write(chain, unit))
