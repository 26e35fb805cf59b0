"""When a visitor turns out to be a known person: the conversations follow, nothing old is rewritten.

The person joins the visitor's threads and the visitor leaves them. One lasting conversation per person and shop: where
the person already had one, that one goes on, the visitor's thread is kept beside it, marked ``merged_into``, and
whoever was taking care of the visitor takes care there (docs/decisions/0005-merged-conversations.md).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from liyu.identity.events import PersonMerged
from liyu.identity.model import PersonCard
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.messaging import store
from liyu.messaging.milestones import handed_over, joined_event, left_event, person_of, system_event
from liyu.messaging.model import Append, Mark, Touch, Unit
from liyu.messaging.ports import Directory
from liyu.messaging.rows import JOINED
from liyu.messaging.writer import Writer
from liyu.platform.db.port import Database


class Merging:
    """Handles ``PersonMerged``. Hearing of the same merge again changes nothing."""

    def __init__(self, database: Database, writer: Writer, directory: Directory) -> None:
        self._database = database
        self._writer = writer
        self._directory = directory

    async def merge(self, event: PersonMerged) -> None:
        """Let the visitor's conversations follow."""
        cards = await self._directory.people_of(event.chain, [event.person])
        card = cards.get(event.person)
        if card is None:
            return
        rows = await self._database.read(
            event.chain, lambda connection: store.membership_rows(connection, event.chain, [event.visitor])
        )
        for row in rows:
            await self._follow(event, card, ConversationId(row.conversation_id))

    async def _follow(self, event: PersonMerged, card: PersonCard, conversation: ConversationId) -> None:
        """One conversation, in one unit. The person's marks start where the visitor's stood."""

        def unit(connection: Connection, _now: int) -> Unit[Mark | None]:
            rows = store.membership_rows(connection, event.chain, [event.visitor])
            row = next((one for one in rows if one.conversation_id == conversation), None)
            if row is None:
                return Unit(None)
            person = person_of(card, row.role)
            written = [
                joined_event(event.chain, conversation, person, actor=event.person, from_seq=row.from_seq),
                left_event(event.chain, conversation, event.visitor, event.person),
            ]
            touches: list[Touch] = []
            if row.customer_id == event.visitor:
                touches, further = _own(connection, event, row)
                written += further
            mark = Mark(conversation, event.chain, event.person, row.read_seq, row.delivered_seq)
            return Unit(mark, written, touches)

        mark = (await self._writer.submit(event.chain, unit)).value
        if mark is not None:
            await self._writer.mark(mark)


def _own(connection: Connection, event: PersonMerged, row: Any) -> tuple[list[Touch], list[Append]]:
    """The visitor's own conversation becomes the person's: as its only one, or beside an older one."""
    here = ConversationId(row.conversation_id)
    others = store.of_customer(connection, event.chain, row.shop_id, [event.person])
    others = [other for other in others if other.merged_into is None and other.id != here]
    if not others or row.merged_into is not None:
        return [Touch(here, event.chain, customer=event.person, merged_into=row.merged_into)], []
    goes_on = ConversationId(others[0].id)
    written = [
        system_event(event.chain, here, "conversation.continues", {"conversation": goes_on}),
        system_event(event.chain, goes_on, "conversation.joined", {"conversation": here}),
    ]
    if row.assignee_id is not None and others[0].assignee_id is None:
        written += _hand_over(connection, event.chain, here, goes_on, PersonId(row.assignee_id))
    return [Touch(here, event.chain, customer=event.person, merged_into=goes_on)], written


def _hand_over(
    connection: Connection, chain: ChainId, here: ConversationId, goes_on: ConversationId, guide: PersonId
) -> list[Append]:
    """Whoever takes care of the visitor takes care of the conversation that goes on."""
    people = store.members(connection, [here, goes_on])
    there = people[goes_on].get(guide)
    return handed_over(chain, goes_on, people[here][guide], joined=there is not None and there.state == JOINED)
