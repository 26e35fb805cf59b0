"""Capability links: one mechanism, raced for, on both twins."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, text

from liyu.identity import events
from liyu.identity.clients import Client, Issued
from liyu.identity.errors import Forbidden, LoginTaken, NotFound, Revoked, TooManyAttempts, WeakPassword
from liyu.identity.links.entering import Newcomer
from liyu.identity.links.errors import LinkGone, LinkNotAllowed, LinkUnknown, LoginNeeded, UnknownObject
from liyu.identity.links.making import Wish
from liyu.identity.links.model import Made
from liyu.identity.model import Grant, Principal, Role
from liyu.identity.settings import DAY_MS
from liyu.kit.ids import ShopId
from liyu.platform.db.port import ALL_CHAINS
from tests.contract.identity.world import PASSWORD, WEB, World

CONVERSATION = "cnv_01k3v8y6x2m4q7r9t1w5z0a3bc"


async def friend_link(world: World, maker: Principal | None = None, **wish: int) -> Made:
    async def sharing(principal: Principal, object_id: str) -> ShopId | None:
        if object_id != CONVERSATION:
            raise NotFound()
        return world.east.id

    world.identity.links.share("conversation", sharing)
    maker = maker or (await world.visitor()).principal
    return await world.identity.links.make(maker, Wish("friend", "conversation", CONVERSATION, **wish))


async def redeem(world: World, made: Made, name: str = "阿柚", current: Issued | None = None) -> Issued:
    principal, token = (current.principal, current.token) if current else (None, None)
    return await world.identity.links.redeem(made.secret, Newcomer(name), WEB, principal, token)


async def test_a_friend_enters_without_an_account(world: World) -> None:
    made = await friend_link(world)
    issued = await redeem(world, made)
    principal = await world.identity.authenticate(issued.token)
    assert (principal.kind, principal.name, principal.chain) == ("friend", "阿柚", world.east.chain.id)
    told = events.LinkRedeemed(
        principal.chain, made.link.id, "friend", principal.person, "conversation", CONVERSATION, "all"
    )
    assert world.heard_of(events.LinkRedeemed) == [told]
    (entry,) = await world.identity.links.entries(principal)
    assert (entry.target.kind, entry.target.id, entry.visibility) == ("conversation", CONVERSATION, "all")


async def test_the_secret_is_in_the_fragment_and_nowhere_else(world: World) -> None:
    made = await friend_link(world)
    assert made.path == f"/s/east/join#{made.secret}"

    def everything(connection: Connection) -> str:
        return "".join(str(tuple(row)) for row in connection.execute(text("select * from link")))

    assert made.secret not in await world.database.read(ALL_CHAINS, everything)


@pytest.mark.parametrize("uses", [1, 3])
async def test_of_many_who_race_exactly_as_many_enter_as_may(world: World, uses: int) -> None:
    made = await friend_link(world, max_uses=uses)
    outcomes = await asyncio.gather(*(redeem(world, made, f"{n}") for n in range(12)), return_exceptions=True)
    assert sum(isinstance(outcome, Issued) for outcome in outcomes) == uses
    assert sum(isinstance(outcome, LinkGone) for outcome in outcomes) == 12 - uses
    assert len(world.heard_of(events.LinkRedeemed)) == uses
    maker = await world.identity.links.listed(world.owner, None, 10)
    assert [(link.uses, link.left()) for link in maker] == [(uses, 0)]


async def test_coming_again_uses_nothing_up(world: World) -> None:
    made = await friend_link(world, max_uses=1)
    first = await redeem(world, made)
    again = await redeem(world, made, current=first)
    assert (again.principal.person, again.fresh) == (first.principal.person, False)
    with pytest.raises(LinkGone):
        await redeem(world, made)


async def test_one_person_who_comes_several_times_at_once_uses_one_place(world: World) -> None:
    made = await friend_link(world, max_uses=8)
    visitor = await world.visitor()
    outcomes = await asyncio.gather(*(redeem(world, made, current=visitor) for _ in range(6)))
    assert {outcome.principal.person for outcome in outcomes} == {visitor.principal.person}
    assert (await world.identity.links.listed(world.owner, None, 10))[0].uses == 1
    assert len(world.heard_of(events.LinkRedeemed)) == 1


async def test_whoever_is_in_the_chain_enters_as_itself(world: World) -> None:
    made = await friend_link(world)
    visitor = await world.visitor()
    issued = await redeem(world, made, "小周", visitor)
    assert issued.principal.person == visitor.principal.person
    assert (await world.identity.check(visitor.principal.session)).name == "小周"
    foreigner = await world.visitor(world.abroad)
    assert (await redeem(world, made, current=foreigner)).principal.person != foreigner.principal.person


async def test_links_end_by_time_and_by_revocation(world: World) -> None:
    visitor = (await world.visitor()).principal
    brief = await friend_link(world, visitor, lifetime_ms=60_000)
    lasting = await friend_link(world, visitor)
    friend = await redeem(world, lasting)
    world.clock.advance(60_000)
    for use in (redeem(world, brief), world.identity.links.preview(brief.secret, WEB)):
        with pytest.raises(LinkGone):
            await use
    await world.identity.links.revoke(visitor, lasting.link.id)
    with pytest.raises(LinkGone):
        await redeem(world, lasting)
    with pytest.raises(Revoked):
        await world.identity.authenticate(friend.token)
    assert await world.identity.links.entries(friend.principal) == []
    assert world.heard_of(events.LinkRevoked) == [
        events.LinkRevoked(
            visitor.chain, lasting.link.id, "friend", "conversation", CONVERSATION, (friend.principal.person,)
        )
    ]
    with pytest.raises(NotFound):
        await world.identity.links.revoke(visitor, lasting.link.id)


async def test_a_friend_with_another_link_stays(world: World) -> None:
    visitor = (await world.visitor()).principal
    one, two = await friend_link(world, visitor), await friend_link(world, visitor)
    friend = await redeem(world, one)
    await redeem(world, two, current=friend)
    await world.identity.links.revoke(visitor, one.link.id)
    assert len(await world.identity.links.entries(await world.identity.authenticate(friend.token))) == 1


async def test_a_look_tells_whose_shop_it_is_and_nothing_else(world: World) -> None:
    made = await friend_link(world)
    preview = await world.identity.links.preview(made.secret, WEB)
    assert preview.shop is not None
    assert (preview.chain.name, preview.shop.slug) == ("东方", "east")
    assert (await world.identity.links.listed(world.owner, None, 10))[0].uses == 0
    with pytest.raises(LinkUnknown):
        await world.identity.links.preview("lyl_unknown", WEB)


async def test_guessing_at_links_is_slowed_down(world: World) -> None:
    guesser = Client(address="198.51.100.1")
    outcomes = []
    for _ in range(501):
        try:
            await world.identity.links.preview("lyl_unknown", guesser)
        except (LinkUnknown, TooManyAttempts) as refusal:
            outcomes.append(type(refusal))
    assert outcomes == [LinkUnknown] * 500 + [TooManyAttempts]


async def test_who_may_make_and_revoke(world: World) -> None:
    visitor, other = (await world.visitor()).principal, (await world.visitor()).principal
    made = await friend_link(world, visitor)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    for who in (other, foreigner, await world.staff("guide", world.east)):
        with pytest.raises(NotFound):
            await world.identity.links.revoke(who, made.link.id)
    assert await world.identity.links.listed(other, None, 10) == []
    assert [link.id for link in await world.identity.links.listed(visitor, None, 10)] == [made.link.id]
    await world.identity.links.revoke(await world.staff("manager", world.east), made.link.id)
    with pytest.raises(NotFound):
        await world.identity.links.make(visitor, Wish("friend", "conversation", "cnv_other"))
    with pytest.raises(UnknownObject):
        await world.identity.links.make(visitor, Wish("friend", "safe", "1"))
    with pytest.raises(LinkNotAllowed):
        await world.identity.links.make(world.owner, Wish("owner"))


def invitation(world: World, role: Role, shop: ShopId | None) -> Wish:
    return Wish("invitation", grants=(Grant(role, world.east.chain.id, shop),))


async def test_an_invitation_makes_a_member_of_staff(world: World) -> None:
    made = await world.identity.links.make(world.owner, invitation(world, Role.GUIDE, world.west.id))
    assert made.path == f"/desk/join#{made.secret}"
    newcomer = Newcomer("许棠", "XuTang", PASSWORD)
    issued = await world.identity.links.redeem(made.secret, newcomer, WEB, None, None)
    assert issued.principal.staff_shops == (world.west.id,)
    signed = await world.identity.sessions.sign_in("xutang", PASSWORD, WEB, None)
    assert signed.principal.person == issued.principal.person
    with pytest.raises(LinkGone):
        await world.identity.links.redeem(made.secret, Newcomer("又一个", "another", PASSWORD), WEB, None, None)


async def test_an_invitation_that_fails_is_not_used_up(world: World) -> None:
    await world.staff("guide", world.east, "taken")
    made = await world.identity.links.make(world.owner, invitation(world, Role.GUIDE, None))
    for newcomer, refusal in (
        (Newcomer("x", "taken", PASSWORD), LoginTaken),
        (Newcomer("x", "fresh", "short"), WeakPassword),
        (Newcomer("", "fresh", PASSWORD), LoginNeeded),
        (Newcomer("x"), LoginNeeded),
    ):
        with pytest.raises(refusal):
            await world.identity.links.redeem(made.secret, newcomer, WEB, None, None)
    await world.identity.links.redeem(made.secret, Newcomer("x", "fresh", PASSWORD), WEB, None, None)


async def test_staff_who_take_an_invitation_get_its_role(world: World) -> None:
    await world.staff("guide", world.east, "chenjing")
    here = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    made = await world.identity.links.make(world.owner, invitation(world, Role.DESIGNER, world.west.id))
    await world.identity.links.redeem(made.secret, Newcomer(), WEB, here.principal, here.token)
    assert (await world.identity.check(here.principal.session)).has("designer", world.west.id)
    assert events.AccessChanged(world.east.chain.id, here.principal.person) in world.heard


async def test_nobody_invites_beyond_its_own_rights(world: World) -> None:
    manager = await world.staff("manager", world.east)
    for wish in (
        invitation(world, Role.OWNER, None),
        invitation(world, Role.GUIDE, world.west.id),
        invitation(world, Role.MANAGER, world.east.id),
        invitation(world, Role.GUIDE, world.abroad.id),
        Wish("invitation"),
        Wish("invitation", grants=(Grant(Role.GUIDE, world.abroad.chain.id, None),)),
    ):
        with pytest.raises(LinkNotAllowed):
            await world.identity.links.make(manager, wish)
    await world.identity.links.make(manager, invitation(world, Role.GUIDE, world.east.id))


async def test_the_first_owner_comes_in_once(world: World) -> None:
    made = await world.identity.links.make_owner_link(world.abroad.chain.id)
    outcomes = await asyncio.gather(
        *(
            world.identity.links.redeem(made.secret, Newcomer("顾", f"gu-{n}", PASSWORD), WEB, None, None)
            for n in range(4)
        ),
        return_exceptions=True,
    )
    (owner,) = [outcome for outcome in outcomes if isinstance(outcome, Issued)]
    assert owner.principal.has("owner")
    assert owner.principal.runs(None)
    assert owner.principal.staff_shops == (world.abroad.id,)
    late = await world.identity.links.make_owner_link(world.abroad.chain.id)
    world.clock.advance(7 * DAY_MS)
    with pytest.raises(LinkGone):
        await world.identity.links.redeem(late.secret, Newcomer("x", "x", PASSWORD), WEB, None, None)


async def test_a_guide_makes_no_invitations(world: World) -> None:
    guide = await world.staff("guide", None)
    with pytest.raises(LinkNotAllowed):
        await world.identity.links.make(guide, invitation(world, Role.GUIDE, world.east.id))
    with pytest.raises(Forbidden):
        await world.identity.people.grant(guide, guide.person, Role.OWNER, None)
