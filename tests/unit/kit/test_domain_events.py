"""Domain events: order, type, and one failing handler beside the others."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from liyu.kit.events import DomainEvents


@dataclass(frozen=True)
class Rang:
    who: str


@dataclass(frozen=True)
class RangTwice(Rang):
    pass


async def test_handlers_hear_only_their_own_type_in_order_of_subscription() -> None:
    events, heard = DomainEvents(), list[str]()

    async def first(event: Rang) -> None:
        heard.append("first " + event.who)

    async def second(event: Rang) -> None:
        heard.append("second " + event.who)

    events.subscribe(Rang, first)
    events.subscribe(Rang, second)
    await events.publish(Rang("a"))
    await events.publish(RangTwice("b"))
    await events.publish("nobody listens to text")
    assert heard == ["first a", "second a"]


async def test_a_failing_handler_does_not_silence_the_others_but_is_told() -> None:
    events, heard = DomainEvents(), list[str]()

    async def broken(event: Rang) -> None:
        raise ValueError("broken")

    async def sound(event: Rang) -> None:
        heard.append(event.who)

    events.subscribe(Rang, broken)
    events.subscribe(Rang, sound)
    with pytest.raises(ExceptionGroup) as told:
        await events.publish(Rang("a"))
    assert heard == ["a"]
    assert [type(error) for error in told.value.exceptions] == [ValueError]
