"""Old snapshot + events = new snapshot, for every reader and every inbox. Asserted after every scenario of the log.

A watch begins with a snapshot. ``holds`` then derives the present in three ways: from what the writer told after its
commits, filtered as a hub does; from the log read after the old head; and from the log read from its beginning.
"""

from __future__ import annotations

from typing import Any

import msgspec

from liyu.client import reducer
from liyu.identity.model import Principal
from liyu.kit.ids import ConversationId
from liyu.messaging.model import Access, CommittedEvents
from liyu.messaging.reading import WINDOW
from liyu.protocol import frames
from liyu.protocol.snapshots import Conversation, InboxEntry
from tests.contract.messaging.world import World

PAGE = 7  # numbers read at once: small, so that ranges end anywhere


class Watch:
    """One reader of one conversation."""

    def __init__(self, world: World, who: Principal, conversation: ConversationId, old: Conversation) -> None:
        self.world = world
        self.who = who
        self.conversation = conversation
        self.old = old
        self._told = len(world.told.events), len(world.told.marks)

    @classmethod
    async def start(cls, world: World, who: Principal, conversation: ConversationId) -> Watch:
        """Load the snapshot that everything must follow from."""
        return cls(world, who, conversation, await world.messaging.snapshot(who, conversation))

    async def holds(self) -> Conversation:
        """Assert the equation and return the new snapshot."""
        world = self.world
        new = await world.messaging.snapshot(self.who, self.conversation)
        access = await world.messaging.access(self.who, self.conversation)
        live = self.old
        for committed in world.told.events[self._told[0] :]:
            if committed.conversation == self.conversation:
                live = reducer.applied(live, frame_of(committed, access))
        same(self._marked(live), new, "told live")
        same(self._marked(await self._replayed(self.old)), new, "replayed from the old head")
        whole = await self._replayed(Conversation(new.id, new.shop, new.epoch, 0, [], [], kind=new.kind), marks=new)
        assert [one.seq for one in whole.messages] == sorted(one.seq for one in whole.messages)
        if access.from_seq == 1:
            same(whole, new, "replayed from the beginning")
        return new

    async def _replayed(self, start: Conversation, marks: Conversation | None = None) -> Conversation:
        """``start`` and the log after it, read page by page."""
        found = start
        while True:
            page = await self.world.messaging.events_after(self.who, self.conversation, found.head, PAGE)
            access = await self.world.messaging.access(self.who, self.conversation)
            found = reducer.applied(found, frame_of(page, access))
            if found.head == page.head:
                break
        for member in marks.members if marks else ():
            cursor = frames.Cursor(self.conversation, member.person.id, member.read, member.delivered)
            found = reducer.marked(found, cursor)
        return found

    def _marked(self, conversation: Conversation) -> Conversation:
        for mark in self.world.told.marks[self._told[1] :]:
            if mark.conversation == self.conversation:
                cursor = frames.Cursor(mark.conversation, mark.person, mark.read, mark.delivered)
                conversation = reducer.marked(conversation, cursor)
        return conversation


class InboxWatch:
    """One reader of one inbox."""

    def __init__(self, world: World, who: Principal, owner: str, old: reducer.InboxView) -> None:
        self.world = world
        self.who = who
        self.owner = owner
        self.old = old
        self._told = len(world.told.inbox)

    @classmethod
    async def start(cls, world: World, who: Principal, owner: str) -> InboxWatch:
        """Load the list that everything must follow from."""
        return cls(world, who, owner, await inbox_view(world, who, owner))

    async def holds(self) -> reducer.InboxView:
        """Assert the equation and return the new list."""
        new = await inbox_view(self.world, self.who, self.owner)
        live = self.old
        for change in self.world.told.inbox[self._told :]:
            if change.owner == self.owner:
                assert change.first_rev == live.rev + 1, "contiguous"
                live = reducer.inbox_applied(live, inbox_frame(change))
        assert live == new, "told live"
        missed = await self.world.messaging.changes_after(self.who.chain, self.owner, self.old.rev, 1_000)
        assert missed is not None
        assert reducer.inbox_applied(self.old, inbox_frame(missed)) == new, "replayed from the old revision"
        return new


async def inbox_view(world: World, who: Principal, owner: str) -> reducer.InboxView:
    """The whole inbox, read page by page."""
    entries: dict[str, InboxEntry] = {}
    first = await world.messaging.inbox(who, owner, None, 3)
    page = first
    while True:
        entries |= {entry.conv: entry for entry in page.items}
        if not page.more:
            return reducer.InboxView(owner, first.rev, entries)
        page = await world.messaging.inbox(who, owner, page.items[-1].rev, 3)


def frame_of(committed: CommittedEvents, access: Access) -> frames.Events:
    """What a hub sends of committed events to a reader with ``access``."""
    visible = [
        msgspec.json.decode(event.encoded, type=frames.Event)
        for event in committed.events
        if access.sees(event.vis, event.seq, event.target)
    ]
    return frames.Events(committed.conversation, committed.epoch, committed.first, committed.last, visible)


def inbox_frame(change: Any) -> frames.Inbox:
    """What a hub sends of an inbox's change."""
    raws = [msgspec.Raw(entry) for entry in change.entries]
    return frames.Inbox(change.owner, change.first_rev, change.last_rev, raws)


def same(found: Conversation, new: Conversation, how: str) -> None:
    """Assert that ``found`` is ``new``, naming what differs."""
    left, right = plain(found, new), plain(new, new)
    differing = {key: (left.get(key), right.get(key)) for key in {*left, *right} if left.get(key) != right.get(key)}
    assert not differing, f"{how}: {differing}"


def plain(conversation: Conversation, like: Conversation) -> Any:
    """Plain values, cut to the window of ``like``; the order of members means nothing."""
    cut = reducer.trimmed(conversation, WINDOW if like.more else len(like.messages))
    value = msgspec.json.decode(msgspec.json.encode(cut))
    for message in value["messages"]:
        message.setdefault("vis", "all")  # a default may be written or left out
    value["members"].sort(key=lambda member: member["person"]["id"])
    return value


class Equation:
    """All watches of one scenario."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watches: list[Watch | InboxWatch] = []

    async def watch(self, conversation: ConversationId, *readers: Principal) -> None:
        """Hold ``conversation`` to the equation for these readers from here on."""
        for who in readers:
            self._watches.append(await Watch.start(self._world, who, conversation))

    async def watch_inboxes(self, *readers: Principal) -> None:
        """Hold every inbox of these readers to the equation from here on."""
        for who in readers:
            for owner in self._world.messaging.owners(who):
                self._watches.append(await InboxWatch.start(self._world, who, owner))

    async def holds(self) -> None:
        """Assert it for every watch."""
        assert self._watches, "a scenario that watches nothing proves nothing"
        for watch in self._watches:
            await watch.holds()
