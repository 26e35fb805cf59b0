"""Who may do what, on literal values."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from liyu.identity.model import Grant, Principal, Role
from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId, ShopId
from liyu.messaging.access import decide
from liyu.messaging.errors import SendForbidden
from liyu.messaging.rows import JOINED, LEFT, WATCHING, MemberRow
from liyu.messaging.sending import check_class

CHAIN, SHOP = ChainId("chn_1"), ShopId("shp_1")
ROW = SimpleNamespace(id="cnv_1", chain_id=CHAIN, shop_id=SHOP, epoch=1, acl_rev=3)


def principal(person: str = "per_1", **changes: Any) -> Principal:
    values: dict[str, Any] = {
        "person": PersonId(person), "chain": CHAIN, "session": SessionId("s"), "device": DeviceId("d"),
        "kind": "customer", "name": "小林", "locale": "zh-CN", "avatar": None, "vip": False,
    }  # fmt: skip
    return Principal(**(values | changes))


def staff(shop: str | None = SHOP, role: Role = Role.GUIDE, **changes: Any) -> Principal:
    grant = Grant(role, CHAIN, ShopId(shop) if shop else None)
    return principal("per_g", kind="staff", grants=(grant,), shops=(SHOP,) if shop is None else (), **changes)


def row(person: str, role: str, state: str = JOINED, from_seq: int = 1) -> MemberRow:
    return MemberRow("cnv_1", person, CHAIN, role, state, from_seq, "", None, False)


def test_members_see_by_role() -> None:
    """R11, R13."""
    customer = decide(principal(), ROW, [row("per_1", "customer")])
    friend = decide(principal(), ROW, [row("per_1", "friend", from_seq=7)])
    guide = decide(staff(), ROW, [row("per_g", "guide")])
    assert customer
    assert friend
    assert guide
    assert customer.classes == {"all", "customer"}
    assert (friend.classes, friend.from_seq) == ({"all"}, 7)
    assert (guide.classes, guide.member) == ({"all", "staff"}, True)
    assert not friend.sees("all", 6)
    assert not friend.sees("all", 9, target=6)
    assert friend.sees("all", 9, target=7)
    assert not customer.sees("staff", 9)


@pytest.mark.parametrize("state", [LEFT, WATCHING])
def test_whoever_left_sees_nothing(state: str) -> None:
    """R12."""
    assert decide(principal(), ROW, [row("per_1", "friend", state)]) is None


def test_staff_of_the_shop_needs_no_membership() -> None:
    """R13: of the shop, or of the whole chain; not of a sister shop, not of another chain."""
    for who, role in ((staff(), "guide"), (staff(None, Role.MANAGER), "manager")):
        found = decide(who, ROW, [])
        assert found
        assert (found.role, found.member, found.may_send) == (role, False, True)
    assert decide(staff("shp_2"), ROW, []) is None
    assert decide(staff(chain=ChainId("chn_2")), ROW, [row("per_g", "guide")]) is None
    assert decide(principal(), ROW, []) is None


def test_membership_of_staff_ends_with_its_grants() -> None:
    """R13."""
    former = principal("per_g", kind="staff")
    assert decide(former, ROW, [row("per_g", "guide")]) is None
    assert decide(staff("shp_2"), ROW, [row("per_g", "guide")]) is not None


def test_an_alias_is_the_person() -> None:
    """R17: the present id before the alias, everything that either may read."""
    merged = principal(aliases=(PersonId("per_v"),))
    found = decide(merged, ROW, [row("per_v", "customer", from_seq=1), row("per_1", "customer", from_seq=9)])
    assert found
    assert (found.person, found.from_seq) == ("per_1", 1)
    only = decide(merged, ROW, [row("per_v", "customer")])
    assert only
    assert only.person == "per_v"


def test_recipients_only_read() -> None:
    """R11."""
    found = decide(principal(), ROW, [row("per_1", "recipient")])
    assert found
    with pytest.raises(SendForbidden):
        check_class(found, "text", "all")
