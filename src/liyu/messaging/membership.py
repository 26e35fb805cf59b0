"""What events about members do to a conversation. Pure.

Every effect changes the rows given and returns the people whose rows changed, or a refusal before it changed anything.
Whoever joins or leaves raises ``acl_rev``: accesses decided before no longer hold (docs/protocol.md R12).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from liyu.kit.errors import Refusal
from liyu.messaging import errors
from liyu.messaging.model import FROM_HERE, Append
from liyu.messaging.rows import JOINED, LEFT, WATCHING, Head, MemberRow
from liyu.protocol import events

Members = dict[str, MemberRow]
Effect = Callable[[Head, Members, Append], list[str] | Refusal]

_JOINED = msgspec.json.Decoder(events.MemberJoined)
_LEFT = msgspec.json.Decoder(events.MemberLeft)
_ASSIGNED = msgspec.json.Decoder(events.Assigned)


def join(head: Head, members: Members, item: Append) -> list[str]:
    """Somebody joins, comes back, or is known under a new name. Marks of an earlier time are kept."""
    person = _JOINED.decode(item.body).person
    row = members.get(person.id)
    first = head.last_seq + 1 if item.from_seq == FROM_HERE else item.from_seq
    if row is None:
        row = MemberRow(head.id, person.id, head.chain, person.role, JOINED, first, "", None, False)
        members[person.id] = row
        if first > 1:  # what it may not read is not unread
            row.read_ordinal = head.counted
    elif row.state != JOINED:
        row.from_seq = first if row.state == LEFT else min(row.from_seq, first)
    row.state, row.role, row.name = JOINED, person.role, person.name
    row.avatar, row.vip = person.avatar, person.vip
    if person.role == "customer":
        head.title, head.vip = person.name, person.vip
    head.acl_rev += 1
    return [person.id]


def leave(head: Head, members: Members, item: Append) -> list[str] | Refusal:
    """Somebody leaves. Who was in charge of the conversation no longer is: it returns to the queue."""
    person = _LEFT.decode(item.body).person
    row = members.get(person)
    if row is None or row.state != JOINED:
        return errors.NotMember()
    row.state = LEFT
    if head.assignee == person:
        head.assignee = None
    head.acl_rev += 1
    return [person]


def assign(head: Head, members: Members, item: Append) -> list[str] | Refusal:
    """A member takes care of the conversation, or nobody does."""
    person = _ASSIGNED.decode(item.body).person
    if person is not None:
        row = members.get(person)
        if row is None or row.state in (LEFT, WATCHING):
            return errors.NotMember()
    head.assignee = person
    return []


EFFECTS: dict[str, Effect] = {"member.joined": join, "member.left": leave, "assigned": assign}
