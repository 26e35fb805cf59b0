"""Who may read and write what in a conversation. Pure.

Members by their role; staff of the conversation's shop without being members; nobody else. For everybody else the
conversation does not exist. A membership of staff counts only while the person still is staff of the chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from liyu.identity.model import Principal
from liyu.messaging.model import Access
from liyu.messaging.rows import JOINED, STAFF_ROLES, MemberRow

CLASSES: dict[str, frozenset[str]] = {
    "customer": frozenset({"all", "customer"}),
    "recipient": frozenset({"all"}),
    "friend": frozenset({"all"}),
    **{role: frozenset({"all", "staff"}) for role in STAFF_ROLES},
}

#: When somebody holds several roles, the conversation shows the first of these.
_RANK = ("guide", "designer", "owner", "manager")


def decide(principal: Principal, row: Any, members: Iterable[MemberRow]) -> Access | None:
    """What ``principal`` may do in the conversation ``row``; ``members``: its own rows there, under any of its ids."""
    if row.chain_id != principal.chain:
        return None
    own = [found for found in members if found.state == JOINED and found.person in principal.ids]
    own = [found for found in own if found.role not in STAFF_ROLES or principal.grants]
    if own:  # under its present id rather than an alias
        best = min(own, key=lambda found: (found.person != principal.person, found.from_seq))
        return _access(principal, row, best.role, min(found.from_seq for found in own), best.person, member=True)
    if principal.staff_of(row.shop_id):
        return _access(principal, row, staff_role(principal, row.shop_id), 1, principal.person, member=False)
    return None


def staff_role(principal: Principal, shop: str) -> str:
    """As what a member of staff appears in a conversation of ``shop``; of a sister shop too."""
    held = [grant.role.value for grant in principal.grants if grant.covers(shop)]  # type: ignore[arg-type]
    held = held or [grant.role.value for grant in principal.grants]
    return min(held, key=_RANK.index) if held else "guide"


def _access(principal: Principal, row: Any, role: str, from_seq: int, person: str, *, member: bool) -> Access:
    return Access(
        conversation=row.id,
        chain=principal.chain,
        shop=row.shop_id,
        epoch=row.epoch,
        acl_rev=row.acl_rev,
        role=role,
        classes=CLASSES.get(role, frozenset({"all"})),
        from_seq=from_seq,
        may_send=role != "recipient",
        person=principal.person if not member else person,  # type: ignore[arg-type]
        member=member,
    )
