"""A node over a fake shop: what readers are sent, and what it costs in queries."""

from __future__ import annotations

import asyncio

import pytest

from liyu.gateway.hub import HubLimits
from liyu.gateway.recent import KEPT_MS
from liyu.gateway.repair import HOLE_MS
from liyu.kit.ids import ChainId, ConversationId
from tests.unit.gateway.fakes import CHAIN, CONV, CUSTOMER, STAFF, Client, Shop, joined, make_node, settle, who


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.conversation(ann=CUSTOMER, bo=STAFF, cy=STAFF)
    make_node(shop)
    return shop


async def test_events_reach_everybody_once_and_cover_what_is_hidden(shop: Shop) -> None:
    """R24."""
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    shop.commit("all")
    shop.commit("staff", "all")
    await settle()
    assert ann.seqs() == [1, 3]
    assert bo.seqs() == [1, 2, 3]


async def test_what_is_committed_in_one_turn_travels_in_one_frame_encoded_once(shop: Shop) -> None:
    bo, cy = await joined(shop.nodes[0], "bo"), await joined(shop.nodes[0], "cy")
    before = len(bo.wire.raw)
    shop.commit("all")
    shop.commit("all", "staff")
    await settle()
    assert [(f["from"], f["to"]) for f in bo.wire.frames[before:]] == [(1, 3)]
    assert bo.wire.raw[-1] is cy.wire.raw[-1]


async def test_a_reader_who_is_current_costs_no_history(shop: Shop) -> None:
    shop.write("all", "all")
    client = await joined(shop.nodes[0], "ann", after=2)
    assert client.wire.of("events") == [{"t": "events", "conv": CONV, "epoch": 1, "from": 3, "to": 2, "list": []}]
    assert "events" not in shop.queries


async def test_a_reader_who_is_behind_gets_what_it_lacks(shop: Shop) -> None:
    shop.write("all", "staff", "all")
    client = await joined(shop.nodes[0], "ann", after=1)
    assert client.seqs() == [3]
    assert client.wire.of("events")[0]["from"] == 2


async def test_after_a_mere_network_drop_there_is_no_query_at_all(shop: Shop) -> None:
    first = await joined(shop.nodes[0], "ann")
    shop.commit("all")
    await settle()
    first.connection.closed()
    shop.commit("all", "staff", "all")
    await settle()
    shop.queries.clear()
    again = Client(shop.nodes[0], "ann")
    await again.hello(heads={CONV: [1, 1]})
    assert again.seqs() == [2, 4]
    assert shop.queries == []


async def test_a_session_that_ended_is_not_remembered(shop: Shop) -> None:
    node = shop.nodes[0]
    for ended_first in (True, False):
        client = await joined(node, f"ann+{ended_first}")
        session = client.connection.principal.session
        shop.ended_sessions.add(session)
        if ended_first:
            node.sessions_ended(who("ann").chain, [session])
            client.connection.closed()
        else:
            client.connection.closed()
            node.sessions_ended(who("ann").chain, [session])
        again = Client(node, f"ann+{ended_first}")
        await again.hello()
        assert again.wire.closed == (4401, "session.ended")


async def test_a_session_is_remembered_for_a_moment_only(shop: Shop) -> None:
    node = shop.nodes[0]
    (await joined(node, "ann")).connection.closed()
    node.clock.advance(KEPT_MS)  # type: ignore[attr-defined]
    shop.queries.clear()
    await Client(node, "ann").hello()
    assert shop.queries == ["authenticate"]


async def test_a_person_that_changed_is_looked_up_again(shop: Shop) -> None:
    node = shop.nodes[0]
    (await joined(node, "ann")).connection.closed()
    node.person_changed(who("ann").chain, who("ann").person)
    await settle()
    shop.queries.clear()
    await Client(node, "ann").hello()
    assert shop.queries == ["authenticate"]


async def test_many_who_return_share_one_query_for_their_positions(shop: Shop) -> None:
    clients = []
    for number in range(40):
        conv = ConversationId(f"cnv_{number}")
        shop.conversation(conv, ann=CUSTOMER)
        shop.write("all", "all", conv=conv)
        client = Client(shop.nodes[0], "ann")
        clients.append(client)
        behind = 1 if number % 10 == 0 else 2
        client.say(t="hello", token="ann", resume={"heads": {conv: [1, behind]}})
    await settle(200)
    assert shop.queries.count("heads") <= 2
    assert shop.queries.count("events") == 4
    assert sum(len(client.seqs(f"cnv_{n}")) for n, client in enumerate(clients)) == 4


async def test_another_epoch_or_a_position_ahead_is_told_to_load_afresh(shop: Shop) -> None:
    """R25."""
    shop.write("all")
    for epoch, after in [(2, 1), (1, 9)]:
        client = Client(shop.nodes[0], "ann")
        await client.hello()
        await client.follow(epoch=epoch, after=after)
        assert client.wire.of("resync") == [{"t": "resync", "conv": CONV, "epoch": 1, "head": 1}]
        assert client.connection.session.subscriptions == {}


async def test_too_long_a_history_is_loaded_afresh_rather_than_in_part() -> None:
    """R25."""
    shop = Shop()
    shop.conversation(ann=CUSTOMER)
    node = make_node(shop, hub_limits=HubLimits(replay=5))
    shop.write(*["all"] * 7)
    client = await joined(node, "ann", after=1)
    assert client.wire.of("events") == []
    assert client.wire.of("resync")[0]["head"] == 7
    assert (await joined(node, "ann", after=2)).seqs() == [3, 4, 5, 6, 7]


async def test_a_stranger_and_another_chain_find_nothing(shop: Shop) -> None:
    shop.conversation(ConversationId("cnv_2"), ann=CUSTOMER).chain = ChainId("chn_2")
    stranger = await joined(shop.nodes[0], "eve")
    assert [(e["code"], e["about"]) for e in stranger.wire.of("error")] == [("conv.not_found", CONV)]
    ann = await joined(shop.nodes[0], "ann", conv="cnv_2")
    assert [e["code"] for e in ann.wire.of("error")] == ["conv.not_found"]
    shop.commit("all")
    await settle()
    assert stranger.wire.of("events") == []
    assert stranger.connection.session.subscriptions == {}


async def test_a_stranger_who_asks_first_is_in_nobodys_way(shop: Shop) -> None:
    shop.conversation(ConversationId("cnv_2"), ann=CUSTOMER).chain = ChainId("chn_2")
    assert (await joined(shop.nodes[0], "ann", conv="cnv_2")).wire.of("events") == []
    own = Client(shop.nodes[0], "ann")
    own.connection.session.receive(b'{"t":"hello","token":"ann"}', 0)
    own.connection.known = who("ann", chain=ChainId("chn_2"))
    own.connection.session.authenticated(own.connection.known, [], 0)
    shop.nodes[0].registry.introduce(own.connection)
    await own.follow("cnv_2")
    shop.commit("all", conv=ConversationId("cnv_2"))
    await settle()
    assert own.seqs("cnv_2") == [1]


async def test_who_may_read_only_from_later_on_sees_nothing_before(shop: Shop) -> None:
    shop.write("all", "all")
    shop.conversations[CONV].from_seq["per_ann"] = 2
    client = await joined(shop.nodes[0], "ann")
    shop.commit("all")
    await settle()
    assert client.seqs() == [2, 3]
    assert client.wire.of("events")[0]["from"] == 1


async def test_a_gap_is_asked_for_again(shop: Shop) -> None:
    client = await joined(shop.nodes[0], "ann")
    shop.commit("all", "all", "all")
    await settle()
    client.wire.frames.clear()
    await client.follow(after=1)
    assert client.seqs() == [2, 3]
    shop.commit("all")
    await settle()
    assert client.seqs() == [2, 3, 4]


async def test_unsub_ends_it(shop: Shop) -> None:
    client = await joined(shop.nodes[0], "ann")
    client.say(t="unsub", conv=CONV)
    shop.commit("all")
    await settle()
    assert client.seqs() == []


async def test_commits_that_overtake_each_other_are_shown_in_order(shop: Shop) -> None:
    node = shop.nodes[0]
    client = await joined(node, "ann")
    one, two, three = shop.write("all"), shop.write("all"), shop.write("all")
    for committed in (three, one, one, two):
        node.committed([committed], [])
        await settle()
    assert client.seqs() == [1, 2, 3]


async def test_a_hole_that_stays_is_read_from_the_database(shop: Shop) -> None:
    node = shop.nodes[0]
    client = await joined(node, "ann")
    shop.write("all", "all")
    node.committed([shop.write("all")], [])
    assert client.seqs() == []
    await asyncio.sleep(2 * HOLE_MS / 1000)
    await settle()
    assert client.seqs() == [1, 2, 3]


async def test_whoever_loses_access_is_evicted_before_anything_more_is_shown(shop: Shop) -> None:
    """R12."""
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    del shop.conversations[CONV].readers["per_ann"]
    shop.commit("all", acl=True)
    shop.commit("all")
    await settle()
    assert ann.seqs() == []
    assert ann.wire.of("evicted") == [{"t": "evicted", "conv": CONV, "code": "conv.access_lost"}]
    assert bo.seqs() == [1, 2]
    assert ann.connection.session.subscriptions == {}


async def test_whoever_sees_other_classes_than_before_loads_afresh(shop: Shop) -> None:
    ann = await joined(shop.nodes[0], "ann")
    shop.conversations[CONV].readers["per_ann"] = STAFF
    shop.commit("all", acl=True)
    await settle()
    assert [kind for kind in ann.wire.kinds() if kind in ("events", "resync")][-1] == "resync"


async def test_who_follows_while_access_is_decided_again_is_served_after_it(shop: Shop) -> None:
    await joined(shop.nodes[0], "bo")
    shop.commit("all", acl=True)
    late = Client(shop.nodes[0], "ann")
    late.say(t="hello", token="ann")
    await settle(1)
    late.say(t="sub", conv=CONV, epoch=1, after=0)
    await settle()
    shop.commit("all")
    await settle()
    assert late.seqs() == [1, 2]


async def test_a_restore_from_backup_makes_everybody_load_afresh(shop: Shop) -> None:
    ann = await joined(shop.nodes[0], "ann")
    shop.conversations[CONV].epoch = 2
    shop.commit("all")
    await settle()
    assert ann.wire.of("resync")[0]["epoch"] == 2
    assert ann.seqs() == []


async def test_what_was_recalled_is_not_kept_in_memory(shop: Shop) -> None:
    from dataclasses import replace

    node = shop.nodes[0]
    client = await joined(node, "ann")
    shop.commit("all", text="secret")
    await settle()
    recall = replace(shop.write("all"), blanked=(1,))
    stored = shop.conversations[CONV].events
    stored[0] = replace(stored[0], encoded=b'{"seq":1}')
    node.committed([recall], [])
    await settle()
    client.connection.closed()
    again = await joined(node, "ann")
    assert b"secret" not in b"".join(again.wire.raw)
    assert again.seqs() == [1, 2]


async def test_messages_are_acknowledged_and_a_retry_gets_the_first_ack(shop: Shop) -> None:
    ann = await joined(shop.nodes[0], "ann")
    for _ in range(2):
        ann.say(t="send", conv=CONV, cid="m1", kind="text", body={"text": "hi"})
        await settle()
    assert ann.wire.of("ack") == [{"t": "ack", "cid": "m1", "seq": 1, "at": 1_001, "conv": CONV}] * 2
    assert ann.seqs() == [1]


async def test_a_refused_message_says_why(shop: Shop) -> None:
    eve = Client(shop.nodes[0], "eve")
    await eve.hello()
    eve.say(t="send", conv=CONV, cid="m1", kind="text", body={})
    await settle()
    (refuse,) = eve.wire.of("refuse")
    assert (refuse["cid"], refuse["code"], refuse["conv"]) == ("m1", "conv.not_found", CONV)
    assert refuse["message"]


async def test_a_person_has_one_rate_over_all_connections() -> None:
    shop = Shop()
    shop.conversation(ann=CUSTOMER)
    node = make_node(shop, person_sends_per_minute=9)
    clients = [await joined(node, "ann"), await joined(node, "ann+phone")]
    for number in range(4):
        clients[number % 2].say(t="send", conv=CONV, cid=f"m{number}", kind="text", body={})
    await settle()
    refused = [frame for client in clients for frame in client.wire.of("refuse")]
    assert [(r["code"], r["retryable"]) for r in refused] == [("send.too_many", True)]
    assert refused[0]["retry_after_ms"] > 0


async def test_cursors_reach_everybody_and_whoever_comes_later(shop: Shop) -> None:
    shop.write("all", "all")
    ann, bo = await joined(shop.nodes[0], "ann", after=2), await joined(shop.nodes[0], "bo", after=2)
    ann.say(t="cursor", conv=CONV, read=2, delivered=2)
    await settle()
    told = {"t": "cursor", "conv": CONV, "who": "per_ann", "read": 2, "delivered": 2}
    assert ann.wire.of("cursor") == bo.wire.of("cursor") == [told]
    assert (await joined(shop.nodes[0], "cy", after=2)).wire.of("cursor") == [told]


async def test_a_client_that_is_behind_for_a_while_is_repaired_by_its_ping(shop: Shop) -> None:
    node = shop.nodes[0]
    ann = await joined(node, "ann")
    shop.commit("all")
    await settle()
    ann.wire.frames.clear()
    ann.say(t="ping", heads={CONV: 0})
    await settle()
    assert ann.wire.kinds() == ["pong"]  # it may still be under way
    node.clock.advance(5_000)  # type: ignore[attr-defined]
    ann.say(t="ping", heads={CONV: 0})
    await settle()
    assert ann.seqs() == [1]


async def test_a_revoked_session_is_closed_at_once(shop: Shop) -> None:
    node = shop.nodes[0]
    phone, desk = await joined(node, "ann+phone"), await joined(node, "ann+desk")
    node.sessions_ended(who("ann").chain, [phone.connection.principal.session])
    assert phone.wire.closed == (4402, "session.ended")
    assert desk.wire.closed is None


async def test_a_visitor_who_becomes_known_goes_on_under_the_new_id(shop: Shop) -> None:
    node = shop.nodes[0]
    ann = await joined(node, "ann")
    shop.renamed[ann.connection.principal.session] = who("bo")
    node.person_changed(who("ann").chain, who("ann").person)
    await settle()
    assert ann.connection.principal.person == "per_bo"
    assert node.registry.of_person(who("bo").person) == (ann.connection,)
    assert node.registry.of_person(who("ann").person) == ()


async def test_a_database_that_is_away_is_said_and_can_be_tried_again(shop: Shop) -> None:
    client = Client(shop.nodes[0], "ann")
    await client.hello()
    shop.down = True
    await client.follow()
    (error,) = client.wire.of("error")
    assert (error["code"], error["retryable"], error["about"]) == ("database.unavailable", True, CONV)
    shop.down = False
    await client.follow()
    assert client.wire.kinds()[-1] == "events"


async def test_idle_topics_are_forgotten(shop: Shop) -> None:
    node = shop.nodes[0]
    client = await joined(node, "ann")
    client.connection.closed()
    node.hub.drop_idle(60_000)
    assert (CHAIN, CONV) in node.hub.topics
    node.hub.drop_idle(120_001)
    assert node.hub.topics == {}


async def test_a_gone_connection_leaves_nothing_behind(shop: Shop) -> None:
    node = shop.nodes[0]
    client = await joined(node, "ann")
    client.say(t="watch", owner="p:per_ann", after=0)
    await settle()
    client.connection.closed()
    assert len(node.registry) == 0
    assert node.hub.topics[CHAIN, CONV].groups == []
    assert node.registry.of_person(who("ann").person) == ()
    assert node.registry.chains() == ()
