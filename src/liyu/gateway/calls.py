"""Passing the negotiation of calls on: not stored, but in order and answered, and never shed.

A call's id is ``<conversation>/<anything>``; it reaches devices of people who follow that conversation. ``n`` counts
what one device says in one call: a repetition is answered again without being passed on, a number too many is refused
with the one that is missing.
"""

from __future__ import annotations

from typing import NamedTuple

from liyu.gateway import crossing
from liyu.gateway.hub import Hub
from liyu.gateway.outgoing import Lane
from liyu.gateway.refusals import CallGap, CallUnreachable
from liyu.gateway.topic import Reader, Topic
from liyu.gateway.wire import encoded
from liyu.kit.errors import Refusal
from liyu.kit.ids import ConversationId
from liyu.protocol import frames

FORGET_MS = 600_000  # a call in which a device is silent for so long is over


class _Said(NamedTuple):
    n: int
    at_ms: int


class CallRelay:
    """What each device has said in each call, as far as the order needs it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._said: dict[tuple[str, str], _Said] = {}
        hub.heard[crossing.CallNote] = self._heard

    def pass_on(self, sender: Reader, frame: frames.SendCall) -> frames.Ack | Refusal:
        """Hand ``frame`` to the other devices; the answer for its sender."""
        conversation = ConversationId(frame.call.partition("/")[0])
        topic = self._hub.find(sender, conversation)
        if topic is None:
            return CallUnreachable()
        principal = sender.principal
        key = (principal.device, frame.call)
        now = self._hub.clock.monotonic_ms()
        known = self._said.get(key)
        expected = known.n + 1 if known is not None else frame.n
        if frame.n > expected:
            return CallGap(expected=expected)
        if frame.n == expected:
            relayed = frames.Call(
                call=frame.call, n=frame.n, kind=frame.kind, from_device=principal.device, body=frame.body
            )
            if not self._deliver(topic, principal.person, frame.to_device, encoded(relayed)):
                return CallUnreachable()
            self._said[key] = _Said(frame.n, now)
        return frames.Ack(cid=f"{frame.call}#{frame.n}", seq=frame.n, at=self._hub.clock.now_ms(), conv=conversation)

    def forget_old(self, now_ms: int) -> None:
        """Drop what belongs to calls that are over."""
        for key in [key for key, said in self._said.items() if now_ms - said.at_ms > FORGET_MS]:
            del self._said[key]

    def _deliver(self, topic: Topic, who: str, device: str | None, frame: bytes) -> bool:
        reached = self._hand_out(topic, who, device, frame)
        if self._hub.bus.shared:
            self._hub.tell(topic.chain, topic.conversation, crossing.CallNote(self._hub.node, who, device, frame))
            return True  # whether another node reaches it shows in the answer of the other side
        return reached

    def _hand_out(self, topic: Topic, who: str, device: str | None, frame: bytes) -> bool:
        reached = False
        for reader in topic.readers():
            principal = reader.principal
            if (principal.device == device) if device is not None else (principal.person != who):
                reader.deliver(Lane.VITAL, topic.conversation, frame)
                reached = True
        return reached

    def _heard(self, topic: Topic, note: crossing.CallNote) -> None:
        self._hand_out(topic, note.who, note.device, note.frame)
