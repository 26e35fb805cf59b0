"""Fills a database with as much history as a figure needs, by statements that both databases understand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from bench.shop import Prepared
from liyu.app.wiring import Services
from liyu.kit.ids import new_id
from liyu.messaging.tables import conversation, inbox, inbox_owner, member
from liyu.platform.db.port import ALL_CHAINS

_EVENTS = """
insert into event (conversation_id, seq, chain_id, kind, actor_id, client_id, body, visibility, at, ordinal)
with recursive number (n) as (select 1 union all select n + 1 from number where n < :each)
select c.id, c.last_seq + n, c.chain_id, 'text', c.customer_id, 'filled-' || n, :body, 'all',
       1700000000000 + n, c.counted + n
from conversation c cross join number
"""
_HEADS = "update conversation set last_seq = last_seq + :each, counted = counted + :each"
_BODY = '{"text":"' + "x" * 120 + '"}'


async def more_events(services: Services, each: int) -> None:
    """Give every conversation ``each`` further messages of its customer."""

    def unit(connection: Connection) -> None:
        connection.execute(sa.text(_EVENTS), {"each": each, "body": _BODY})
        connection.execute(sa.text(_HEADS), {"each": each})

    await services.database.write(ALL_CHAINS, unit)
    await analysed(services)


async def more_conversations(services: Services, ready: Prepared, count: int) -> None:
    """Put ``count`` copies of the first customer's conversation into the shop's queue."""
    first = ready.customers[0].conversation
    owner = f"q:{ready.shop}"

    def unit(connection: Connection) -> None:
        talk = _row(connection, sa.select(conversation).where(conversation.c.id == first))
        people = list(connection.execute(sa.select(member).where(member.c.conversation_id == first)).mappings().all())
        entry = _row(connection, sa.select(inbox).where(inbox.c.conversation_id == first, inbox.c.owner == owner))
        rev = connection.scalar(sa.select(inbox_owner.c.rev).where(inbox_owner.c.owner == owner)) or 0
        talks, members, entries = [], [], []
        for index in range(count):
            id_, customer = new_id("cnv"), new_id("per")
            talks.append({**talk, "id": id_, "customer_id": customer})
            for one in people:
                own = {"person_id": customer} if one["person_id"] == talk["customer_id"] else {}
                members.append({**one, "conversation_id": id_, **own})
            entries.append({**entry, "conversation_id": id_, "rev": rev + index + 1})
        connection.execute(sa.insert(conversation), talks)
        connection.execute(sa.insert(member), members)
        connection.execute(sa.insert(inbox), entries)
        connection.execute(sa.update(inbox_owner).where(inbox_owner.c.owner == owner).values(rev=rev + count))

    await services.database.write(ALL_CHAINS, unit)


async def analysed(services: Services) -> None:
    """Let the database count its rows, as it does by itself in a life of normal length."""
    await services.database.write(ALL_CHAINS, lambda connection: connection.execute(sa.text("analyze")))


def _row(connection: Connection, query: Any) -> dict[str, Any]:
    return dict(connection.execute(query).mappings().one())
