"""The events that the log writes about itself: who came, who left, who takes care, what the shop says.

Values only. Each has an id of its own, so a use case that may run twice looks at the state first.
"""

from __future__ import annotations

from liyu.identity.model import PersonCard, Principal
from liyu.kit.ids import ChainId, ConversationId, PersonId, new_id
from liyu.messaging.kinds import canonical
from liyu.messaging.model import Access, Append
from liyu.messaging.rows import MemberRow
from liyu.protocol import events


def joined_event(
    chain: ChainId,
    conversation: ConversationId,
    person: events.Person,
    *,
    actor: PersonId,
    from_seq: int = 1,
    access: Access | None = None,
) -> Append:
    """``person`` joins, or is known under a new name; with ``access``, only while that access holds."""
    body = events.MemberJoined(person=person)
    return _system(
        chain, conversation, "member.joined", body, actor, from_seq=from_seq, acl_rev=access.acl_rev if access else None
    )


def left_event(chain: ChainId, conversation: ConversationId, person: PersonId, actor: PersonId) -> Append:
    """``person`` leaves."""
    return _system(chain, conversation, "member.left", events.MemberLeft(person=person), actor)


def assigned_event(access: Access, principal: Principal, person: PersonId | None) -> Append:
    """``person`` takes care, or nobody."""
    body = events.Assigned(person=person)
    return _system(access.chain, access.conversation, "assigned", body, principal.person)


def system_event(chain: ChainId, conversation: ConversationId, code: str, values: dict[str, str]) -> Append:
    """A sentence of the shop itself."""
    body = events.System(code=code, values=values)
    return _system(chain, conversation, "system", body, PersonId("system"))


def handed_over(chain: ChainId, conversation: ConversationId, row: MemberRow, *, joined: bool) -> list[Append]:
    """A guide, known from another conversation, takes care of this one too."""
    person = events.Person(row.person, row.name, row.role, row.avatar, row.vip)  # type: ignore[arg-type]
    guide = PersonId(row.person)
    written = [] if joined else [joined_event(chain, conversation, person, actor=guide)]
    return [*written, _system(chain, conversation, "assigned", events.Assigned(person=row.person), guide)]


def note_event(access: Access, principal: Principal, word: str) -> Append:
    """What staff says to staff alone."""
    body = events.Text(text=word)
    return _system(access.chain, access.conversation, "text", body, principal.person, vis="staff")


def _system(
    chain: ChainId,
    conversation: ConversationId,
    kind: str,
    body: events.Body,
    actor: PersonId,
    *,
    vis: str = "all",
    from_seq: int = 1,
    acl_rev: int | None = None,
) -> Append:
    return Append(conversation, chain, actor, (), new_id("evt"), kind, canonical(body), vis, acl_rev, from_seq=from_seq)


def person_of(card: PersonCard, role: str) -> events.Person:
    """Somebody as a member in ``role``."""
    return events.Person(card.id, card.name, role, card.avatar, card.vip)  # type: ignore[arg-type]


def oneself(principal: Principal, role: str) -> events.Person:
    """The person who acts as a member in ``role``."""
    return events.Person(principal.person, principal.name, role, principal.avatar, principal.vip)  # type: ignore[arg-type]
