"""Routing over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from liyu.http.authentication import Me
from liyu.http.fields import ID_PATTERN, SLUG_PATTERN
from liyu.identity.shop import Shop
from liyu.kit.ids import ConversationId
from liyu.routing.schemas import (
    BoardOut,
    DeskIn,
    DeskOut,
    TakenOut,
    WaitOut,
    board_out,
    desk_out,
    wait_out,
)
from liyu.routing.service import Routing

router = APIRouter(tags=["routing"])

Conv = Annotated[
    str, Path(description="The conversation's id.", pattern=ID_PATTERN, examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
]
Slug = Annotated[str, Path(description="The shop's slug.", pattern=SLUG_PATTERN, max_length=40, examples=["pingjiang"])]


def routing_of(request: Request) -> Routing:
    """The running routing."""
    routing: Routing = request.app.state.services.routing
    return routing


async def shop_by_slug(request: Request, slug: Slug) -> Shop:
    """The shop that the address names."""
    shop: Shop = await request.app.state.services.identity.shops.by_slug(slug)
    return shop


TheRouting = Annotated[Routing, Depends(routing_of)]


@router.put("/desk")
async def open_desk(body: DeskIn, me: Me, routing: TheRouting) -> DeskOut:
    """Say that one's desk is open, every half minute, and change what it takes on."""
    return desk_out(await routing.open_desk(me, body.state, body.capacity))


@router.get("/shops/{slug}/queue")
async def read_queue(shop: Annotated[Shop, Depends(shop_by_slug)], me: Me, routing: TheRouting) -> BoardOut:
    """Who waits in this shop, and which colleagues are there. For its staff."""
    return board_out(await routing.board(me, shop.id))


@router.post("/queue/next")
async def take_next(me: Me, routing: TheRouting) -> TakenOut:
    """Take whoever is first over all shops that one serves."""
    return TakenOut(conversation=await routing.claim_next(me))


@router.post("/conversations/{conversation}/claim")
async def claim(conversation: Conv, me: Me, routing: TheRouting) -> TakenOut:
    """Take a conversation of the queue, unless a colleague was faster."""
    await routing.claim(me, ConversationId(conversation))
    return TakenOut(conversation=conversation)


@router.get("/conversations/{conversation}/wait")
async def read_wait(conversation: Conv, me: Me, routing: TheRouting) -> WaitOut:
    """How long an answer may take: only what recent waits support."""
    return wait_out(await routing.wait(me, ConversationId(conversation)))
