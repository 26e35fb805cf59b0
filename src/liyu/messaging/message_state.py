"""What a change (choice, reaction, edit, recall) makes of the message that it is about. Pure.

Either the new state of the target, or the refusal. Whether the sender may see the target at all is decided before.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from liyu.kit.errors import Refusal
from liyu.messaging import errors
from liyu.protocol import events
from liyu.protocol.snapshots import MessageState

MAX_EMOJI = 20  # different emoji on one message; beyond it the row under a message cannot be read

_encode = msgspec.json.Encoder().encode  # keeps the order in which emoji appeared
_STATE = msgspec.json.Decoder(MessageState)
_DECODERS = {kind: msgspec.json.Decoder(events.KINDS[kind]) for kind in events.CHANGES}
_QUESTION = msgspec.json.Decoder(events.Question)


class Target(msgspec.Struct):
    """A message as it stands under the lock. ``state`` is the encoded ``MessageState`` or ``None``."""

    seq: int
    kind: str
    actor: str
    vis: str
    at: int
    body: str
    state: str | None

    @property
    def recalled(self) -> bool:
        """Whether its content is gone (recalled or erased)."""
        return self.body == "{}"


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a message, how and when. ``ids``: the person's own. ``limit_ms``: oldest target; ``None``: any."""

    kind: str
    body: bytes
    actor: str
    ids: tuple[str, ...]
    limit_ms: int | None
    now_ms: int


def changed(target: Target, change: Change) -> MessageState | Refusal:
    """The state of ``target`` after ``change``, or why not."""
    if target.kind not in events.MESSAGES:
        return errors.TargetUnsuited()
    if target.recalled:
        return errors.TargetGone()
    if change.kind in ("edit", "recall"):
        if target.actor not in change.ids:
            return errors.NotYours()
        if change.limit_ms is not None and change.now_ms - target.at > change.limit_ms:
            return errors.TooLate()
    state = _STATE.decode(target.state) if target.state else MessageState()
    body = _DECODERS[change.kind].decode(change.body)
    if isinstance(body, events.Recall):
        return MessageState(recalled=True)
    if isinstance(body, events.Edit):
        if target.kind != "text":
            return errors.TargetUnsuited()
        return msgspec.structs.replace(state, text=body.text, edited_at=change.now_ms)
    if isinstance(body, events.Choice):
        return _chosen(target, state, body, change.actor)
    assert isinstance(body, events.Reaction)
    return _reacted(state, body, change.actor)


def encoded(state: MessageState) -> str | None:
    """The state as it is stored; ``None`` for that of an unchanged message."""
    return None if state == MessageState() else _encode(state).decode()


def _chosen(target: Target, state: MessageState, body: events.Choice, actor: str) -> MessageState | Refusal:
    if target.kind != "question":
        return errors.TargetUnsuited()
    if body.option not in {option.id for option in _QUESTION.decode(target.body).options}:
        return errors.BadMessage(what="option")
    return msgspec.structs.replace(state, choices={**state.choices, actor: body.option})


def _reacted(state: MessageState, body: events.Reaction, actor: str) -> MessageState | Refusal:
    reactions = {emoji: list(who) for emoji, who in state.reactions.items()}
    who = reactions.setdefault(body.emoji, [])
    if body.on and actor not in who:
        who.append(actor)
    if not body.on and actor in who:
        who.remove(actor)
    if not who:
        del reactions[body.emoji]
    if len(reactions) > MAX_EMOJI:
        return errors.TooManyReactions()
    return msgspec.structs.replace(state, reactions=reactions)
