"""People, grants, shops, the record and erasure: who may, who may not, and what the sockets hear."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.identity import events
from liyu.identity.demo import DEMO_PEOPLE, seed_demo
from liyu.identity.errors import (
    AlreadyGranted,
    BadHours,
    Forbidden,
    LastOwner,
    LoginTaken,
    NotFound,
    NotStaff,
    Refusal,
    Revoked,
    ShopNotFound,
    SlugTaken,
    WrongCredentials,
)
from liyu.identity.hours import parse_hours
from liyu.identity.model import Role
from liyu.identity.shop_keeping import NewShop
from liyu.platform.db.port import ALL_CHAINS
from tests.contract.identity.world import PASSWORD, WEB, World


async def refused(work: Any, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        await work


async def test_a_grant_is_given_heard_and_taken(world: World) -> None:
    people = world.identity.people
    guide = await world.staff("guide", world.east)
    held = await people.grant(world.owner, guide.person, Role.DESIGNER, world.west.id)
    assert set((await world.identity.check(guide.session)).staff_shops) == {world.east.id, world.west.id}
    await refused(people.grant(world.owner, guide.person, Role.DESIGNER, world.west.id), AlreadyGranted)
    await people.revoke_grant(world.owner, held.id)
    assert (await world.identity.check(guide.session)).staff_shops == (world.east.id,)
    await refused(people.revoke_grant(world.owner, held.id), NotFound)
    assert world.heard_of(events.AccessChanged) == [events.AccessChanged(guide.chain, guide.person)] * 2


async def test_grants_stay_within_ones_rights_and_chain(world: World) -> None:
    people = world.identity.people
    guide, manager = await world.staff("guide", world.east), await world.staff("manager", world.east)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    customer = await world.customer("zhouyu")
    await refused(people.grant(guide, guide.person, Role.OWNER, None), Forbidden)
    await refused(people.grant(manager, guide.person, Role.GUIDE, world.west.id), Forbidden)
    await refused(people.grant(manager, guide.person, Role.GUIDE, world.abroad.id), ShopNotFound)
    await refused(people.grant(world.owner, foreigner.person, Role.GUIDE, None), NotFound)
    await refused(people.grant(foreigner, guide.person, Role.GUIDE, None), NotFound)
    await refused(people.grant(world.owner, customer, Role.GUIDE, None), NotStaff)
    (held,) = await people.grants(world.owner, guide.person, None)
    await refused(people.revoke_grant(foreigner, held.id), NotFound)
    await refused(people.revoke_grant(guide, held.id), Forbidden)
    await refused(people.grants(guide, None, None), Forbidden)
    visible = await people.grants(manager, None, None)
    assert {one.grant.shop for one in visible} == {None, world.east.id}
    assert {one.person for one in await people.grants(foreigner, None, None)} == {foreigner.person}


async def test_the_last_owner_stays(world: World) -> None:
    people = world.identity.people
    (first,) = await people.grants(world.owner, world.owner.person, None)
    await refused(people.revoke_grant(world.owner, first.id), LastOwner)
    await refused(world.identity.erasing.erase(world.owner, world.owner.person), LastOwner)
    partner = await world.staff("owner", None, "partner")
    (second,) = await people.grants(world.owner, partner.person, None)
    outcomes = await asyncio.gather(
        people.revoke_grant(world.owner, second.id), people.revoke_grant(partner, first.id), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastOwner", "NoneType"]


async def test_who_may_see_whom(world: World) -> None:
    identity = world.identity
    guide, manager = await world.staff("guide", world.east), await world.staff("manager", world.west)
    zhouyu = await world.customer("zhouyu")
    visitor = (await world.visitor()).principal
    foreigner = await world.staff("owner", None, chain=world.abroad)
    assert (await identity.access_person(manager, zhouyu)).name == "zhouyu"
    assert (await identity.access_person(guide, manager.person)).kind == "staff"
    assert (await identity.access_person(visitor, visitor.person)).kind == "visitor"
    for who, whom in ((guide, zhouyu), (visitor, guide.person), (visitor, zhouyu), (foreigner, zhouyu)):
        await refused(identity.access_person(who, whom), NotFound)
    assert await identity.people_of(foreigner.chain, [zhouyu, guide.person]) == {}
    assert set(await identity.people_of(guide.chain, [zhouyu, foreigner.person])) == {zhouyu}


async def test_people_are_found_by_a_part_of_the_name_page_by_page(world: World) -> None:
    people = world.identity.people
    for name in ("Ann", "annabel", "BEN", "100%"):
        world.clock.advance(1)
        await world.customer(name)
    names = [card.name for card, _ in await people.find(world.owner, "customer", "ANN", None, 10)]
    assert sorted(names) == ["Ann", "annabel"]
    assert [card.name for card, _ in await people.find(world.owner, "customer", "%", None, 10)] == ["100%"]
    pages: list[str] = []
    cursor = None
    while page := await people.find(world.owner, "customer", "", cursor, 3):
        pages += [card.name for card, _ in page]
        cursor = page[-1][0].id
    assert sorted(pages) == ["100%", "Ann", "BEN", "annabel"]
    guide = await world.staff("guide", world.east)
    await refused(people.find(guide, "customer", "", None, 10), Forbidden)
    assert {card.id for card, _ in await people.find(guide, "staff", "", None, 10)} == {
        guide.person,
        world.owner.person,
    }
    await refused(people.find((await world.visitor()).principal, "staff", "", None, 10), Forbidden)


async def test_staff_of_a_shop_include_those_of_the_whole_chain(world: World) -> None:
    guide, designer = await world.staff("guide", world.east), await world.staff("designer", None)
    found = {member.card.id for member in await world.identity.people.staff_of(world.east.chain.id, world.west.id)}
    assert found == {world.owner.person, designer.person}
    assert guide.person in {member.card.id for member in await world.identity.people.staff(guide)}
    await refused(world.identity.people.staff((await world.visitor()).principal), Forbidden)


async def test_the_vip_mark(world: World) -> None:
    zhouyu = await world.customer("zhouyu")
    signed = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, None)
    assert (await world.identity.people.mark_vip(world.owner, zhouyu, True)).vip
    assert (await world.identity.check(signed.principal.session)).vip
    assert world.heard_of(events.PersonChanged) == [events.PersonChanged(world.east.chain.id, zhouyu)]
    guide = await world.staff("guide", world.east)
    await refused(world.identity.people.mark_vip(guide, zhouyu, False), NotFound)
    await refused(world.identity.people.mark_vip(guide, world.owner.person, True), Forbidden)
    await refused(world.identity.people.mark_vip(signed.principal, zhouyu, True), Forbidden)


async def test_oneself(world: World) -> None:
    visitor = (await world.visitor()).principal
    await world.identity.profiles.change(visitor, name="周屿", locale="en", avatar="p-zhou")
    await world.identity.profiles.change(visitor)
    now = await world.identity.check(visitor.session)
    assert (now.name, now.locale, now.avatar) == ("周屿", "en", "p-zhou")
    profile = await world.identity.profiles.me(world.owner)
    assert profile.chain.name == "东方"
    assert [shop.slug for shop in profile.shops] == ["east", "west"]
    assert (await world.identity.profiles.me(visitor)).shops == ()


async def test_shops_are_run_by_their_own(world: World) -> None:
    keeping = world.identity.shop_keeping
    manager, guide = await world.staff("manager", world.east), await world.staff("guide", None)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    hours = parse_hours({"mon": [("10:00", "12:00")]})
    changed = await keeping.change(manager, "east", {"hours": hours, "greeting": "您好", "phone": "1"}, (60_000,))
    assert changed == await world.identity.shops.by_slug("east")
    assert (changed.hours, changed.settings.greeting, changed.settings.recall_limit_ms) == (hours, "您好", 60_000)
    assert (await keeping.change(manager, "east", {}, (None,))).settings.recall_limit_ms is None
    await refused(keeping.change(manager, "west", {"name": "x"}), Forbidden)
    await refused(keeping.change(guide, "east", {"name": "x"}), Forbidden)
    await refused(keeping.change(foreigner, "east", {"name": "x"}), ShopNotFound)
    await refused(keeping.change(manager, "east", {"time_zone": "Mars/Olympus"}), BadHours)
    await refused(keeping.create(manager, NewShop("third", "x")), Forbidden)
    await refused(keeping.create(world.owner, NewShop("abroad", "x")), SlugTaken)
    await refused(keeping.rename_chain(manager, "x"), Forbidden)
    assert (await keeping.rename_chain(world.owner, "新东方")).name == "新东方"
    assert (await world.identity.shops.by_slug("abroad")).chain.name == "别家"
    await refused(world.identity.access_shop(foreigner, world.east.id), ShopNotFound)
    assert (await world.identity.access_shop(guide, world.west.id)).slug == "west"


async def test_a_login_is_one_persons_over_all_chains(world: World) -> None:
    await world.staff("guide", world.east, "chenjing")
    await refused(world.identity.people.add_staff(world.abroad.chain.id, "x", "ChenJing", PASSWORD, []), LoginTaken)


async def test_the_record_says_who_did_what_and_only_to_those_concerned(world: World) -> None:
    records = world.identity.records
    manager = await world.staff("manager", world.east)
    guide = await world.staff("guide", world.east)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    world.clock.advance(1)
    await world.identity.shop_keeping.change(manager, "east", {"name": "东店二"})
    world.clock.advance(1)
    await world.identity.people.grant(world.owner, guide.person, Role.GUIDE, world.west.id)
    newest = await records.newest(world.owner, None, None, 2)
    assert [(entry.action, entry.actor, entry.object_id) for entry in newest] == [
        ("grant.given", world.owner.person, guide.person),
        ("shop.changed", manager.person, world.east.id),
    ]
    assert {entry.shop for entry in await records.newest(manager, None, None, 100)} == {world.east.id}
    await refused(records.newest(manager, world.west.id, None, 10), NotFound)
    await refused(records.newest(guide, None, None, 10), Forbidden)
    assert {entry.chain for entry in await records.newest(foreigner, None, None, 100)} == {world.abroad.chain.id}
    seen: list[str] = []
    cursor = None
    while page := await records.newest(world.owner, None, cursor, 3):
        seen += [entry.id for entry in page]
        cursor = page[-1].id
    assert len(seen) == len(set(seen)) == len(await records.newest(world.owner, None, None, 100))


@pytest.mark.parametrize("statement", ["update audit set action = 'x'", "delete from audit"])
async def test_the_record_cannot_be_changed(world: World, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        await world.database.write(ALL_CHAINS, lambda connection: connection.execute(sa.text(statement)))
    assert await world.identity.records.newest(world.owner, None, None, 10)


async def test_erasing_overwrites_what_is_personal(world: World) -> None:
    zhouyu = await world.customer("zhouyu")
    visitor = await world.visitor()
    await world.identity.profiles.change(visitor.principal, name="小周")
    signed = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    guide = await world.staff("guide", world.east)
    await refused(world.identity.erasing.erase(guide, zhouyu), Forbidden)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    await refused(world.identity.erasing.erase(foreigner, zhouyu), NotFound)
    await world.identity.erasing.erase(world.owner, zhouyu)
    await refused(world.identity.authenticate(signed.token), Revoked)
    await refused(world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, None), WrongCredentials)
    await refused(world.identity.access_person(world.owner, zhouyu), NotFound)
    await refused(world.identity.erasing.erase(world.owner, zhouyu), NotFound)
    assert world.heard_of(events.PersonErased) == [
        events.PersonErased(world.east.chain.id, zhouyu, (visitor.principal.person,))
    ]
    cards = await world.identity.people_of(world.east.chain.id, [zhouyu, visitor.principal.person])
    assert {(card.name, card.avatar, card.erased) for card in cards.values()} == {("", None, True)}

    def everything(connection: Connection) -> str:
        tables = ("person", "credential", "device", "session", "audit", "identity_outbox", "site_customer")
        rows = [str(tuple(row)) for table in tables for row in connection.execute(sa.text(f"select * from {table}"))]
        return "".join(rows)

    left = await world.database.read(ALL_CHAINS, everything)
    assert "小周" not in left
    assert "zhouyu" not in left


async def test_one_may_erase_oneself(world: World) -> None:
    visitor = await world.visitor()
    await world.identity.erasing.erase(visitor.principal, visitor.principal.person)
    await refused(world.identity.authenticate(visitor.token), Revoked)
    other = (await world.visitor()).principal
    await refused(world.identity.erasing.erase(other, visitor.principal.person), Forbidden)


async def test_published_passwords_are_counted_freshened_and_removed(world: World) -> None:
    credentials = world.identity.credentials
    assert await seed_demo(world.identity)
    assert not await seed_demo(world.identity)
    assert await credentials.demo_logins() == sorted(person.login for person in DEMO_PEOPLE)
    signed = await world.identity.sessions.sign_in("chenjing", "chenjing-liyu", WEB, None)
    fresh = await credentials.freshen_demo_logins()
    assert await credentials.demo_logins() == []
    await refused(world.identity.authenticate(signed.token), Revoked)
    await refused(world.identity.sessions.sign_in("chenjing", "chenjing-liyu", WEB, None), WrongCredentials)
    assert (await world.identity.sessions.sign_in("chenjing", fresh["chenjing"], WEB, None)).principal.name == "陈静"
    assert not await seed_demo(world.identity)
    assert await credentials.demo_logins() == []


async def test_demo_logins_can_be_taken_away(world: World) -> None:
    await seed_demo(world.identity)
    assert len(await world.identity.credentials.remove_demo_logins()) == len(DEMO_PEOPLE)
    assert await world.identity.credentials.demo_logins() == []
    await refused(world.identity.sessions.sign_in("chenjing", "chenjing-liyu", WEB, None), WrongCredentials)
