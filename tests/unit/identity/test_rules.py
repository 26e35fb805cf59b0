"""Grants and what they allow, on literal people."""

from __future__ import annotations

import pytest

from liyu.identity import rules
from liyu.identity.model import Grant, Kind, Principal, Role
from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId, ShopId

CHAIN, FOREIGN = ChainId("chn_a"), ChainId("chn_b")
EAST, WEST, ABROAD = ShopId("shp_east"), ShopId("shp_west"), ShopId("shp_abroad")


def person(*grants: tuple[Role, ShopId | None], kind: Kind = "staff") -> Principal:
    given = tuple(Grant(role, CHAIN, shop) for role, shop in grants)
    whole = any(shop is None for _, shop in grants)
    return Principal(
        PersonId("per_1"),
        CHAIN,
        SessionId("ses_1"),
        DeviceId("dev_1"),
        kind,
        "某人",
        "zh-CN",
        None,
        False,
        (PersonId("per_old"),),
        given,
        (EAST, WEST) if whole else (),
    )


OWNER, MANAGER = person((Role.OWNER, None)), person((Role.MANAGER, None))
SHOP_OWNER, SHOP_MANAGER = person((Role.OWNER, EAST)), person((Role.MANAGER, EAST))
GUIDE, POOLED_GUIDE = person((Role.GUIDE, EAST)), person((Role.GUIDE, None))
CUSTOMER = person(kind="customer")


def test_shops_that_a_person_serves() -> None:
    assert GUIDE.staff_shops == (EAST,)
    assert POOLED_GUIDE.staff_shops == (EAST, WEST)
    assert person((Role.GUIDE, EAST), (Role.DESIGNER, EAST), (Role.GUIDE, WEST)).staff_shops == (EAST, WEST)
    assert CUSTOMER.staff_shops == ()
    assert GUIDE.staff_of(EAST)
    assert not GUIDE.staff_of(WEST)
    assert POOLED_GUIDE.staff_of(WEST)
    assert not OWNER.staff_of(ABROAD)


def test_roles_by_shop() -> None:
    assert GUIDE.has(Role.GUIDE)
    assert GUIDE.has("guide", EAST)
    assert not GUIDE.has(Role.GUIDE, WEST)
    assert not GUIDE.has(Role.OWNER)
    assert POOLED_GUIDE.has(Role.GUIDE, WEST)
    assert not POOLED_GUIDE.has(Role.GUIDE, ABROAD)
    mixed = person((Role.GUIDE, None), (Role.MANAGER, EAST))
    assert mixed.runs(EAST)
    assert not mixed.runs(WEST)
    assert not mixed.runs(None)
    assert mixed.runs_any()
    assert OWNER.runs(WEST)
    assert not OWNER.runs(ABROAD)


def test_all_ids_of_a_person() -> None:
    assert OWNER.ids == ("per_1", "per_old")


@pytest.mark.parametrize(
    ("who", "role", "shop", "allowed"),
    [
        (OWNER, Role.OWNER, None, True),
        (OWNER, Role.OWNER, EAST, True),
        (OWNER, Role.GUIDE, ABROAD, False),
        (MANAGER, Role.OWNER, None, False),
        (MANAGER, Role.OWNER, EAST, False),
        (MANAGER, Role.MANAGER, None, True),
        (MANAGER, Role.GUIDE, WEST, True),
        (SHOP_OWNER, Role.GUIDE, EAST, True),
        (SHOP_OWNER, Role.MANAGER, EAST, True),
        (SHOP_OWNER, Role.OWNER, EAST, False),
        (SHOP_OWNER, Role.GUIDE, WEST, False),
        (SHOP_OWNER, Role.GUIDE, None, False),
        (SHOP_MANAGER, Role.DESIGNER, EAST, True),
        (SHOP_MANAGER, Role.MANAGER, EAST, False),
        (SHOP_MANAGER, Role.GUIDE, None, False),
        (GUIDE, Role.GUIDE, EAST, False),
        (POOLED_GUIDE, Role.GUIDE, None, False),
        (CUSTOMER, Role.GUIDE, EAST, False),
    ],
)
def test_who_may_give_which_role(who: Principal, role: Role, shop: ShopId | None, allowed: bool) -> None:
    assert rules.may_grant(who, Grant(role, CHAIN, shop)) is allowed


def test_nobody_gives_roles_in_another_chain() -> None:
    assert not rules.may_grant(OWNER, Grant(Role.GUIDE, FOREIGN, None))


def test_customers_marks_and_erasure() -> None:
    for who, runs in ((OWNER, True), (SHOP_MANAGER, True), (GUIDE, False), (POOLED_GUIDE, False), (CUSTOMER, False)):
        assert rules.may_see_customers(who) is runs
        assert rules.may_mark_vip(who) is runs
    assert [rules.may_erase(who) for who in (OWNER, MANAGER, SHOP_OWNER, GUIDE, CUSTOMER)] == [True] + [False] * 4


def test_whose_record_one_may_read() -> None:
    assert rules.audited_shops(OWNER) is None
    assert rules.audited_shops(MANAGER) is None
    assert rules.audited_shops(SHOP_MANAGER) == [EAST]
    assert rules.audited_shops(POOLED_GUIDE) == []
    assert rules.audited_shops(CUSTOMER) == []
