"""Random programs: whatever people do in whatever order, the equation and the invariants hold on both twins."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from dataclasses import dataclass

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liyu.identity.events import PersonMerged
from liyu.identity.model import Principal
from liyu.kit.errors import Refusal
from liyu.kit.ids import ConversationId
from liyu.messaging.tables import event
from liyu.platform.db.port import Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.protocol.events import MESSAGES
from tests.contract.messaging.world import World
from tests.contract.messaging.world import cid as fresh_cid
from tests.equation import Equation

EMOJI = ("👍", "❤️", "😂")
ACTORS = ("customer", "guide", "second", "friend")


@dataclass(frozen=True)
class Step:
    """One act: ``what`` by ``who``, ``number`` choosing among what there is."""

    what: str
    who: str
    number: int


STEPS = st.builds(
    Step,
    what=st.sampled_from(
        ["say", "say", "note", "retry", "reply", "react", "unreact", "edit", "recall", "mark", "assign", "unassign",
         "join", "leave", "rename", "burst", "merge", "wait"]
    ),
    who=st.sampled_from(ACTORS),
    number=st.integers(0, 60),
)  # fmt: skip


class Play:
    """Runs steps; what is refused is refused with a refusal, and changes nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: dict[str, Principal] = {
            "customer": world.person(name="小林"),
            "guide": world.guide(),
            "second": world.guide(name="阿诚"),
            "friend": world.person("friend", "阿青"),
        }
        self.conversation = ConversationId("")
        self.said: list[tuple[Principal, str, str, int]] = []

    async def start(self) -> None:
        visitor = self.people["customer"]
        self.conversation = await self.world.open(visitor)

    async def run(self, step: Step) -> None:
        who = self.people[step.who]
        act = getattr(self, f"do_{step.what}")
        with contextlib.suppress(Refusal):
            await act(who, step.number)

    async def do_say(self, who: Principal, number: int) -> None:
        cid, words = fresh_cid(), f"第{number}句"
        ack = await self.world.say(who, self.conversation, words, cid_=cid)
        self.said.append((who, cid, words, ack.seq))

    async def do_note(self, who: Principal, number: int) -> None:
        await self.world.say(who, self.conversation, f"备注{number}", vis="staff")

    async def do_retry(self, who: Principal, number: int) -> None:
        if self.said:
            sender, cid, words, seq = self.said[number % len(self.said)]
            ack = await self.world.say(sender, self.conversation, words, cid_=cid)
            assert (ack.seq, ack.duplicate) == (seq, True)

    async def do_reply(self, who: Principal, number: int) -> None:
        await self.world.send(who, self.conversation, "text", {"text": "嗯", "reply_to": number + 1})

    async def do_react(self, who: Principal, number: int) -> None:
        body = {"target": number + 1, "emoji": EMOJI[number % 3]}
        await self.world.send(who, self.conversation, "reaction", body)

    async def do_unreact(self, who: Principal, number: int) -> None:
        body = {"target": number + 1, "emoji": EMOJI[number % 3], "on": False}
        await self.world.send(who, self.conversation, "reaction", body)

    async def do_edit(self, who: Principal, number: int) -> None:
        await self.world.send(who, self.conversation, "edit", {"target": number + 1, "text": f"改{number}"})

    async def do_recall(self, who: Principal, number: int) -> None:
        await self.world.send(who, self.conversation, "recall", {"target": number + 1})

    async def do_mark(self, who: Principal, number: int) -> None:
        await self.world.messaging.mark(who, self.conversation, number, number + 1)

    async def do_assign(self, who: Principal, number: int) -> None:
        other = self.people["guide" if number % 2 else "second"]
        await self.world.messaging.assign(who, self.conversation, other.person, "接一下" if number % 3 == 0 else "")

    async def do_unassign(self, who: Principal, number: int) -> None:
        await self.world.messaging.assign(who, self.conversation, None)

    async def do_join(self, who: Principal, number: int) -> None:
        await self.world.messaging.joining.add_friend(self.world.chain, self.conversation, self.people["friend"].person)

    async def do_leave(self, who: Principal, number: int) -> None:
        gone = self.people[ACTORS[number % 4]].person
        await self.world.messaging.joining.remove(who, self.conversation, gone)

    async def do_rename(self, who: Principal, number: int) -> None:
        customer = dataclasses.replace(self.people["customer"], name=f"林{number}")
        self.people["customer"] = customer
        await self.world.open(customer)

    async def do_burst(self, who: Principal, number: int) -> None:
        steps = [Step(what, who_, number + n) for n, (what, who_) in enumerate(
            [("say", "customer"), ("say", "guide"), ("react", "customer"), ("mark", "guide"), ("recall", "customer")]
        )]  # fmt: skip
        await asyncio.gather(*(self.run(step) for step in steps))

    async def do_merge(self, who: Principal, number: int) -> None:
        old = self.people["customer"]
        if len(old.aliases) < 2:
            fresh = self.world.person(name=f"熟客{number}")
            merged = dataclasses.replace(fresh, aliases=old.ids)
            self.people["customer"] = merged
            await self.world.messaging.on_person_merged(PersonMerged(old.chain, old.person, fresh.person))

    async def do_wait(self, who: Principal, number: int) -> None:
        self.world.clock.advance(number * 60_000)


async def holds(play: Play) -> None:
    """What is true of every log."""
    world = play.world
    rows = await world.database.read(
        world.chain, lambda c: c.execute(sa.select(event).where(event.c.conversation_id == play.conversation)).all()
    )
    rows = sorted(rows, key=lambda row: row.seq)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len({(row.actor_id, row.client_id) for row in rows}) == len(rows)
    counted = 0
    for row in rows:
        counted += row.kind in MESSAGES and row.visibility == "all"
        assert row.ordinal == counted
    recalled = {json.loads(row.body)["target"] for row in rows if row.kind == "recall"}
    for row in rows:
        if row.seq in recalled:
            assert (row.body, row.state) == ("{}", '{"recalled":true}')
        if row.kind == "edit" and row.target in recalled:
            assert json.loads(row.body)["text"] == ""
    for _, cid, _, seq in play.said:
        assert next(row.seq for row in rows if row.client_id == cid) == seq


@given(program=st.lists(STEPS, min_size=1, max_size=30))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
async def test_programs(database: Database, program: list[Step]) -> None:
    """R1, R2, R3, R9, R16, R20."""
    if isinstance(database, PostgresDatabase):
        program = program[:12]
    play = Play(World(database))
    await play.start()
    equation = Equation(play.world)
    await equation.watch(play.conversation, play.people["guide"])
    await equation.watch_inboxes(play.people["guide"], play.people["second"])
    for step in program:
        await play.run(step)
    await equation.watch(play.conversation, play.people["customer"])
    await equation.holds()
    await holds(play)
    await play.world.stop()
