"""What travels over HTTP. The shapes are those of ``liyu.protocol``; a test holds them equal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from liyu.http.fields import Id, refuse_unstorable

Visibility = Literal["all", "staff", "customer"]
Cid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Word = Annotated[str, AfterValidator(refuse_unstorable), StringConstraints(max_length=1000)]
Place = Annotated[int, Field(ge=0, lt=2**53)]


class Out(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(extra="forbid")


class MemberPersonOut(Out):
    """Who a member is, as others may see it."""

    id: str = Field(description="The person's id.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    name: str = Field(description="The name shown.", examples=["小林"])
    role: str = Field(description="As what it takes part: customer, friend, guide, ….", examples=["customer"])
    avatar: str | None = Field(default=None, description="Address of its picture, if any.", examples=["p-lin"])
    vip: bool = Field(False, description="Whether the shop marked it as VIP.")


class MemberOut(Out):
    """A member and where it stands."""

    person: MemberPersonOut = Field(description="Who it is.")
    read: int = Field(0, description="The last number that it has read.", examples=[16])
    delivered: int = Field(0, description="The last number that reached one of its devices.", examples=[17])
    present: bool = Field(True, description="False once it has left.")


class StateOut(Out):
    """What later events made of a message."""

    recalled: bool = Field(False, description="Its content is gone.")
    text: str | None = Field(default=None, description="The newest edit.", examples=["你好，想给妈妈挑一份礼物"])
    edited_at: int | None = Field(
        default=None, description="When it was edited, milliseconds since 1970 UTC.", examples=[1795485660000]
    )
    reactions: dict[str, list[str]] = Field(
        {}, description="Emoji → who, in order of appearance.", examples=[{"👍": ["per_01k3m2n4p5q6r7s8t9v0w1x2y3"]}]
    )
    choices: dict[str, str] = Field(
        {}, description="Who → the option chosen.", examples=[{"per_01k3m2n4p5q6r7s8t9v0w1x2y3": "yes"}]
    )


class MessageOut(Out):
    """An entry of the thread."""

    seq: int = Field(description="Its number in the conversation.", examples=[17])
    kind: str = Field(description="Its kind, such as `text`.", examples=["text"])
    actor: str = Field(description="Who wrote it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    cid: str = Field(description="The writer's own id of it.", examples=["a1b2c3"])
    at: int = Field(description="When it was committed, milliseconds since 1970 UTC.", examples=[1795485600000])
    body: dict[str, Any] = Field(description="By kind; `{}` once its content is gone.", examples=[{"text": "你好"}])
    vis: Visibility = Field("all", description="The class that may read it.")
    state: StateOut = Field(
        default_factory=lambda: StateOut.model_validate({}), description="What later events made of it."
    )


class ConversationOut(Out):
    """A conversation as the reader's class sees it, exactly at `head`."""

    id: str = Field(description="The conversation's id.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    shop: str = Field(description="The shop that it belongs to.", examples=["shp_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    epoch: int = Field(
        description="When it differs from what a client knows, the client loads everything afresh.", examples=[1]
    )
    head: int = Field(description="The last number.", examples=[17])
    members: list[MemberOut] = Field(description="Everybody who takes part or did.")
    messages: list[MessageOut] = Field(description="The newest entries of the thread, oldest first.")
    more: bool = Field(False, description="There are older ones.")
    assignee: str | None = Field(
        default=None, description="Who takes care of it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"]
    )
    title: str = Field("", description="The customer's name.", examples=["小林"])
    kind: str = Field("shop", description="`shop`, or `room` for a room of friends.", examples=["shop"])


class HistoryOut(Out):
    """Older entries of the thread."""

    items: list[MessageOut] = Field(description="Oldest first.")
    more: bool = Field(description="There are still older ones.")


class EventOut(Out):
    """One entry of the log."""

    seq: int = Field(description="Its number.", examples=[17])
    kind: str = Field(description="Its kind.", examples=["text"])
    actor: str = Field(description="Who wrote it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    cid: str = Field(description="The writer's own id of it.", examples=["a1b2c3"])
    at: int = Field(description="When it was committed, milliseconds since 1970 UTC.", examples=[1795485600000])
    body: dict[str, Any] = Field(description="By kind.", examples=[{"text": "你好"}])
    vis: Visibility = Field("all", description="The class that may read it.")


class EventsOut(Out):
    """The log from `from` to `to`, contiguous: numbers without an event here are hidden from the reader."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    conv: str = Field(description="The conversation.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    epoch: int = Field(
        description="When it is not the client's, drop everything and load the conversation afresh.", examples=[1]
    )
    from_: int = Field(alias="from", description="The first number covered.", examples=[12])
    to: int = Field(description="The last number covered; `from - 1`: nothing new.", examples=[17])
    head: int = Field(
        description="The last number of the conversation: ask again while `to` is below it.", examples=[17]
    )
    items: list[EventOut] = Field(alias="list", description="The visible events, in order.")


class SendIn(BaseModel):
    """A message to be sent."""

    cid: Cid = Field(description="Your own id of it: the same `cid` is the same message for ever.", examples=["a1b2c3"])
    kind: str = Field(description="Its kind.", min_length=1, max_length=40, examples=["text"])
    body: dict[str, Any] = Field(description="By kind.", examples=[{"text": "你好，想给妈妈挑一份礼物"}])
    vis: Visibility = Field("all", description="The class that may read it; staff may write to `staff` alone.")


class AckOut(Out):
    """The message is durable."""

    cid: str = Field(description="Your own id of it.", examples=["a1b2c3"])
    seq: int = Field(description="Its number in the conversation.", examples=[17])
    at: int = Field(description="When it was committed first, milliseconds since 1970 UTC.", examples=[1795485600000])


class CursorIn(BaseModel):
    """Where the reader stands. Marks only go forward."""

    read: Place = Field(0, description="The last number read.", examples=[16])
    delivered: Place = Field(0, description="The last number received.", examples=[17])


class CursorOut(Out):
    """Where the reader now stands."""

    read: int = Field(description="The last number read.", examples=[16])
    delivered: int = Field(description="The last number received.", examples=[17])


class AssignIn(BaseModel):
    """Who takes care."""

    person: Id | None = Field(
        description="A member of staff, or `null` for the queue.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"]
    )
    word: Word = Field("", description="A hand-over note that only staff can read.", examples=["她要给妈妈挑礼物"])


class MemberIn(BaseModel):
    """Who joins."""

    person: Id = Field(description="A member of staff of the chain.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])


class InboxEntryOut(Out):
    """One row of an inbox."""

    conv: str = Field(description="The conversation.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    rev: int = Field(description="Its place in the owner's numbering.", examples=[42])
    shop: str = Field(description="The shop.", examples=["shp_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    title: str = Field("", description="The customer's name.", examples=["小林"])
    kind: str = Field("shop", description="`shop` or `room`.", examples=["shop"])
    last_seq: int = Field(0, description="Number of the newest message for everybody.", examples=[17])
    last_at: int = Field(0, description="When that came, milliseconds since 1970 UTC.", examples=[1795485600000])
    last_kind: str = Field("", description="Its kind; `recalled` where its content is gone.", examples=["text"])
    last_text: str = Field("", description="Its beginning.", examples=["你好，想给妈妈挑一份礼物"])
    last_actor: str = Field("", description="Who wrote it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    customer: str | None = Field(
        default=None, description="Whose conversation it is.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"]
    )
    vip: bool = Field(False, description="Whether the customer is a VIP.")
    assignee: str | None = Field(
        default=None, description="Who takes care of it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"]
    )
    waiting_since: int | None = Field(
        default=None, description="When the oldest unanswered message of the customer came.", examples=[1795485600000]
    )
    read: int = Field(0, description="The owner's read mark (0 in a queue).", examples=[16])
    unread: int = Field(
        0, description="Messages of others after it, at most 99; in a queue: unanswered ones.", examples=[2]
    )
    gone: bool = Field(False, description="It left this inbox.")


class InboxOut(Out):
    """Some rows of an inbox."""

    owner: str = Field(description="`p:<person>` or `q:<shop>`.", examples=["q:shp_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    rev: int = Field(description="The inbox's last revision: follow it from here.", examples=[42])
    items: list[InboxEntryOut] = Field(description="The most recently changed first.")
    next_cursor: str | None = Field(
        description="Where the next page begins; `null`: these were the last.", examples=[None]
    )


class InboxHead(Out):
    """An inbox that the reader may follow."""

    owner: str = Field(description="`p:<person>` or `q:<shop>`.", examples=["q:shp_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    name: str = Field(description="The shop's name for a queue, else empty.", examples=["苏州平江路店"])
    rev: int = Field(description="Its last revision.", examples=[42])


class InboxList(Out):
    """The reader's inboxes."""

    items: list[InboxHead] = Field(description="Its own first, then the queues of its shops.")
    next_cursor: str | None = Field(default=None, description="Always `null`: there are never many.", examples=[None])


class HitOut(Out):
    """A message that answers the search."""

    conv: str = Field(description="The conversation.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    seq: int = Field(description="Its number there.", examples=[17])
    at: int = Field(description="When it was committed, milliseconds since 1970 UTC.", examples=[1795485600000])
    actor: str = Field(description="Who wrote it.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    text: str = Field(description="Its words as they now stand.", examples=["你好，想给妈妈挑一份礼物"])


class HitList(Out):
    """What was found."""

    items: list[HitOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(
        default=None, description="Always `null`: search more narrowly for older ones.", examples=[None]
    )


def built(value: Any) -> Any:
    """A protocol struct as plain values, raw bodies decoded."""
    return msgspec.json.decode(msgspec.json.encode(value))
