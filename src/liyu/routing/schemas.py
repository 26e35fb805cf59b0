"""What routing says over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from liyu.routing.model import Wait
from liyu.routing.service import Board, Colleague
from liyu.routing.store import DeskRow, WaitingRow


class DeskIn(BaseModel):
    """That the desk is open, and what is to change about it."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["free", "busy", "away"] | None = Field(
        default=None,
        description="`free` takes new customers, `busy` keeps those at hand, `away` is not there; absent: as before.",
        examples=["free"],
    )
    capacity: int | None = Field(
        default=None, ge=1, le=50, description="Customers at once; absent: as before.", examples=[6]
    )


class DeskOut(BaseModel):
    """A desk."""

    person: str = Field(description="Whose it is.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    state: Literal["free", "busy", "away"] = Field(description="What it takes on.", examples=["free"])
    capacity: int = Field(description="Customers at once.", examples=[6])


class WaitingOut(BaseModel):
    """A customer who waits in the queue."""

    conversation: str = Field(description="The conversation's id.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    since: int = Field(
        description="When the oldest unanswered message came, milliseconds since 1970 UTC.", examples=[1790000000000]
    )
    vip: bool = Field(description="Whether the shop marked the customer as VIP.", examples=[False])
    title: str = Field(description="The customer's name.", examples=["周屿"])
    last_kind: str = Field(description="Kind of the newest message.", examples=["text"])
    last_text: str = Field(description="Its beginning.", examples=["能刻囍字吗？"])


class ColleagueOut(BaseModel):
    """A member of staff who serves the shop."""

    person: str = Field(description="The person's id.", examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    name: str = Field(description="The name shown.", examples=["陈静"])
    avatar: str | None = Field(description="The picture's name, if any.", examples=["p-chen"])
    roles: list[str] = Field(description="What it is there for.", examples=[["guide"]])
    state: Literal["free", "busy", "away"] = Field(description="What its desk takes on.", examples=["free"])
    online: bool = Field(description="Whether its desk is open now.", examples=[True])
    at_hand: int = Field(description="Conversations in its charge that still move.", examples=[2])
    capacity: int = Field(description="Customers at once.", examples=[6])


class BoardOut(BaseModel):
    """A shop's queue, in the order in which customers are taken, and its staff."""

    waiting: list[WaitingOut] = Field(description="VIPs first, then whoever waits longest.")
    colleagues: list[ColleagueOut] = Field(description="Who serves the shop, by name.")


class TakenOut(BaseModel):
    """A conversation that is now in one's charge."""

    conversation: str = Field(description="The conversation's id.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])


class WaitOut(BaseModel):
    """What may honestly be said about a wait."""

    ahead: int = Field(description="Conversations that come before this one.", examples=[2])
    about_ms: int | None = Field(
        description="An estimate from recent waits, milliseconds; absent when there are too few to say.",
        examples=[90000],
    )
    nobody: bool = Field(description="Nobody of the shop is there to answer now.", examples=[False])


def desk_out(row: DeskRow) -> DeskOut:
    """A desk as it is answered."""
    return DeskOut(person=row.person, state=row.state, capacity=row.capacity)


def board_out(board: Board) -> BoardOut:
    """A board as it is answered."""
    return BoardOut(
        waiting=[_waiting(row) for row in board.waiting], colleagues=[_colleague(one) for one in board.colleagues]
    )


def wait_out(wait: Wait) -> WaitOut:
    """A wait as it is answered."""
    return WaitOut(ahead=wait.ahead, about_ms=wait.about_ms, nobody=wait.nobody)


def _waiting(row: WaitingRow) -> WaitingOut:
    one = row.waiting
    return WaitingOut(
        conversation=one.conversation,
        since=one.since,
        vip=one.vip,
        title=row.title,
        last_kind=row.kind,
        last_text=row.text,
    )


def _colleague(one: Colleague) -> ColleagueOut:
    guide = one.guide
    return ColleagueOut(
        person=guide.person,
        name=one.name,
        avatar=one.avatar,
        roles=list(one.roles),
        state=guide.state,
        online=guide.online,
        at_hand=guide.open_now,
        capacity=guide.capacity,
    )
