"""What events make of a snapshot: old snapshot + events = new snapshot, for every visibility class. Pure.

The server holds itself to these functions after every test scenario (docs/protocol.md R20). They keep every message
they were given; a fresh snapshot shows only the newest, and ``trimmed`` cuts a kept one to compare the two.
"""

from __future__ import annotations

from typing import Any

import msgspec

from liyu.protocol import events, frames
from liyu.protocol.snapshots import Conversation, InboxEntry, Member, Message, MessageState

_EMPTY = b"{}"


class Gap(Exception):
    """The events do not follow: ask for what is missing after ``head``."""

    def __init__(self, head: int) -> None:
        super().__init__(head)
        self.head = head


class Stale(Exception):
    """The epoch rose: drop the snapshot and load it afresh."""


def applied(conversation: Conversation, frame: frames.Events) -> Conversation:
    """The conversation after ``frame``. A range that is known already changes nothing.

    Raises ``Gap`` when numbers are missing before ``frame``, ``Stale`` when it is of another epoch.
    """
    if frame.epoch != conversation.epoch:
        raise Stale
    if frame.from_ > conversation.head + 1:
        raise Gap(conversation.head)
    if frame.to <= conversation.head:
        return conversation
    draft = _Draft(conversation)
    for event in frame.items:
        if event.seq > conversation.head:
            draft.apply(event)
    return draft.finished(frame.to)


def marked(conversation: Conversation, cursor: frames.Cursor) -> Conversation:
    """The conversation after somebody's marks moved; they never move back."""
    members = [
        msgspec.structs.replace(
            member, read=max(member.read, cursor.read), delivered=max(member.delivered, cursor.delivered)
        )
        if member.person.id == cursor.who
        else member
        for member in conversation.members
    ]
    return msgspec.structs.replace(conversation, members=members)


def trimmed(conversation: Conversation, count: int) -> Conversation:
    """The conversation with its newest ``count`` messages only, as a snapshot of that size shows it."""
    cut = max(0, len(conversation.messages) - count)
    messages = conversation.messages[cut:]
    return msgspec.structs.replace(conversation, messages=messages, more=conversation.more or cut > 0)


class _Draft:
    """A conversation being changed."""

    def __init__(self, old: Conversation) -> None:
        self._old = old
        self._messages = list(old.messages)
        self._places = {message.seq: place for place, message in enumerate(self._messages)}
        self._members = {member.person.id: member for member in old.members}
        self._assignee = old.assignee
        self._title = old.title

    def apply(self, event: frames.Event) -> None:
        if event.kind in events.CHANGES:
            self._change(event)
            return
        if event.kind == "member.joined":
            self._join(msgspec.json.decode(event.body, type=events.MemberJoined).person)
        elif event.kind == "member.left":
            self._leave(msgspec.json.decode(event.body, type=events.MemberLeft).person)
        elif event.kind == "assigned":
            self._assignee = msgspec.json.decode(event.body, type=events.Assigned).person
        gone = event.kind in events.MESSAGES and bytes(event.body) == _EMPTY
        state = MessageState(recalled=True) if gone else MessageState()
        self._places[event.seq] = len(self._messages)
        self._messages.append(
            Message(event.seq, event.kind, event.actor, event.cid, event.at, event.body, event.vis, state)
        )

    def finished(self, head: int) -> Conversation:
        return msgspec.structs.replace(
            self._old,
            head=head,
            members=[self._members[person] for person in sorted(self._members)],
            messages=self._messages,
            assignee=self._assignee,
            title=self._title,
        )

    def _join(self, person: events.Person) -> None:
        known = self._members.get(person.id)
        marks = (known.read, known.delivered) if known else (0, 0)
        self._members[person.id] = Member(person, *marks, present=True)
        if person.role == "customer":
            self._title = person.name

    def _leave(self, person: str) -> None:
        known = self._members.get(person)
        if known is not None:
            self._members[person] = msgspec.structs.replace(known, present=False)
        if self._assignee == person:
            self._assignee = None

    def _change(self, event: frames.Event) -> None:
        body: Any = msgspec.json.decode(event.body, type=events.KINDS[event.kind])
        place = self._places.get(body.target)
        if place is None:
            return  # older than the window
        message = self._messages[place]
        if message.state.recalled:
            return
        if isinstance(body, events.Recall):
            gone = msgspec.Raw(_EMPTY)
            self._messages[place] = msgspec.structs.replace(message, body=gone, state=MessageState(recalled=True))
            return
        state = _changed(message.state, body, event)
        self._messages[place] = msgspec.structs.replace(message, state=state)


def _changed(state: MessageState, body: events.Body, event: frames.Event) -> MessageState:
    if isinstance(body, events.Edit):
        return msgspec.structs.replace(state, text=body.text, edited_at=event.at)
    if isinstance(body, events.Choice):
        return msgspec.structs.replace(state, choices={**state.choices, event.actor: body.option})
    assert isinstance(body, events.Reaction)
    reactions = {emoji: list(who) for emoji, who in state.reactions.items()}
    who = reactions.setdefault(body.emoji, [])
    if body.on and event.actor not in who:
        who.append(event.actor)
    if not body.on and event.actor in who:
        who.remove(event.actor)
    if not who:
        del reactions[body.emoji]
    return msgspec.structs.replace(state, reactions=reactions)


class InboxView(msgspec.Struct, frozen=True):
    """An inbox as a reader has it at ``rev``: conversation → entry, without those that are gone."""

    owner: str
    rev: int
    entries: dict[str, InboxEntry] = {}


def inbox_applied(view: InboxView, frame: frames.Inbox) -> InboxView:
    """The inbox after ``frame``. Raises ``Gap`` when revisions are missing before it."""
    if frame.from_ > view.rev + 1:
        raise Gap(view.rev)
    if frame.to <= view.rev:
        return view
    entries = dict(view.entries)
    for raw in frame.items:
        entry = msgspec.json.decode(raw, type=InboxEntry)
        if entry.rev <= view.rev:
            continue
        if entry.gone:
            entries.pop(entry.conv, None)
        else:
            entries[entry.conv] = entry
    return InboxView(view.owner, frame.to, entries)
