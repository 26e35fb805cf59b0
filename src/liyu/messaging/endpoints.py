"""The log over HTTP. The same promise as over the WebSocket: an answer means that the commit stands."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from liyu.http.authentication import Me
from liyu.http.fields import ID_PATTERN, SLUG_PATTERN
from liyu.kit.ids import ConversationId, PersonId
from liyu.kit.pages import MAX_PAGE, decode_cursor, encode_cursor
from liyu.messaging import schemas
from liyu.messaging.service import Messaging

router = APIRouter(tags=["conversations"])

Conv = Annotated[
    str, Path(description="The conversation's id.", pattern=ID_PATTERN, examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"])
]
Slug = Annotated[str, Path(description="The shop's slug.", pattern=SLUG_PATTERN, max_length=40, examples=["pingjiang"])]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Most items of this answer.", examples=[50])]


def messaging_of(request: Request) -> Messaging:
    """The running log."""
    messaging: Messaging = request.app.state.services.messaging
    return messaging


TheLog = Annotated[Messaging, Depends(messaging_of)]


@router.post("/shops/{slug}/conversation", responses={201: {"model": schemas.ConversationOut, "description": "New."}})
async def open_conversation(slug: Slug, me: Me, log: TheLog, response: Response) -> schemas.ConversationOut:
    """Open the one lasting conversation that the signed-in person has with the shop."""
    snapshot, created = await log.open_conversation(me, slug)
    response.status_code = 201 if created else 200
    return schemas.ConversationOut.model_validate(schemas.built(snapshot))


@router.get("/conversations/{conversation}")
async def read_conversation(conversation: Conv, me: Me, log: TheLog) -> schemas.ConversationOut:
    """Its newest messages, members and head, all of one moment."""
    snapshot = await log.snapshot(me, ConversationId(conversation))
    return schemas.ConversationOut.model_validate(schemas.built(snapshot))


@router.get("/conversations/{conversation}/messages")
async def read_history(
    conversation: Conv,
    me: Me,
    log: TheLog,
    before: Annotated[int, Query(ge=1, lt=2**53, description="Only entries with a lower number.", examples=[17])],
    limit: Limit = 50,
) -> schemas.HistoryOut:
    """Older entries of the thread."""
    items, more = await log.history(me, ConversationId(conversation), before, limit)
    return schemas.HistoryOut.model_validate({"items": schemas.built(items), "more": more})


@router.get("/conversations/{conversation}/events")
async def read_events(
    conversation: Conv,
    me: Me,
    log: TheLog,
    after: Annotated[int, Query(ge=0, lt=2**53, description="The last number that the client has.", examples=[17])],
    limit: Annotated[int, Query(ge=1, le=500, description="Most numbers of this answer.", examples=[200])] = 200,
) -> schemas.EventsOut:
    """The log after a number, without a gap: for clients without a WebSocket."""
    found = await log.events_after(me, ConversationId(conversation), after, limit)
    events: list[Any] = [msgspec.json.decode(event.encoded) for event in found.events]
    return schemas.EventsOut.model_validate(
        {
            "conv": conversation,
            "epoch": found.epoch,
            "from": found.first,
            "to": found.last,
            "head": found.head,
            "list": events,
        }
    )


@router.post("/conversations/{conversation}/messages")
async def send_message(conversation: Conv, body: schemas.SendIn, me: Me, log: TheLog) -> schemas.AckOut:
    """Send a message. A retry with the same `cid` gets the first answer; another body under it is refused."""
    log.count(me)
    said = msgspec.json.encode(body.body)
    ack = await log.send(me, ConversationId(conversation), body.cid, body.kind, said, body.vis)
    return schemas.AckOut(cid=body.cid, seq=ack.seq, at=ack.at)


@router.put("/conversations/{conversation}/cursor")
async def set_cursor(conversation: Conv, body: schemas.CursorIn, me: Me, log: TheLog) -> schemas.CursorOut:
    """Move one's own marks forward. Lower numbers than before change nothing."""
    marked = await log.mark(me, ConversationId(conversation), body.read, body.delivered)
    return schemas.CursorOut(read=marked.read, delivered=marked.delivered)


@router.post("/conversations/{conversation}/assignment")
async def assign_conversation(
    conversation: Conv, body: schemas.AssignIn, me: Me, log: TheLog
) -> schemas.ConversationOut:
    """Put a member of staff in charge, or give the conversation back to the queue. For staff."""
    person = None if body.person is None else PersonId(body.person)
    await log.assign(me, ConversationId(conversation), person, body.word)
    return await read_conversation(conversation, me, log)


@router.post("/conversations/{conversation}/members", status_code=204)
async def add_member(conversation: Conv, body: schemas.MemberIn, me: Me, log: TheLog) -> None:
    """Bring a colleague in, of a sister shop too. For staff."""
    await log.joining.add(me, ConversationId(conversation), PersonId(body.person))


@router.delete("/conversations/{conversation}/members/{person}", status_code=204)
async def remove_member(
    conversation: Conv,
    person: Annotated[
        str, Path(description="Who leaves.", pattern=ID_PATTERN, examples=["per_01k3m2n4p5q6r7s8t9v0w1x2y3"])
    ],
    me: Me,
    log: TheLog,
) -> None:
    """Leave a conversation; staff may take others out, but never the customer."""
    await log.joining.remove(me, ConversationId(conversation), PersonId(person))


@router.get("/inboxes")
async def list_inboxes(me: Me, log: TheLog) -> schemas.InboxList:
    """The inboxes that the signed-in person may follow."""
    heads = await log.inbox_heads(me)
    return schemas.InboxList(
        items=[schemas.InboxHead(owner=owner, name=name, rev=rev) for owner, name, rev in heads], next_cursor=None
    )


@router.get("/inboxes/{owner}")
async def read_inbox(
    owner: Annotated[
        str,
        Path(
            description="`p:<person>` or `q:<shop>`.",
            pattern=r"^[pq]:[a-z]{2,4}_[0-9a-z]{26}$",
            examples=["q:shp_01k3m2n4p5q6r7s8t9v0w1x2y3"],
        ),
    ],
    me: Me,
    log: TheLog,
    cursor: Annotated[
        str | None, Query(max_length=200, description="From the page before.", examples=["WzQyXQ"])
    ] = None,
    limit: Limit = 50,
) -> schemas.InboxOut:
    """The rows of an inbox, the most recently changed first."""
    before = decode_cursor(cursor, int)[0] if cursor is not None else None
    page = await log.inbox(me, owner, before, limit)
    following = encode_cursor(page.items[-1].rev) if page.more else None
    items = [schemas.InboxEntryOut.model_validate(schemas.built(item)) for item in page.items]
    return schemas.InboxOut(owner=owner, rev=page.rev, items=items, next_cursor=following)


@router.get("/search/messages")
async def search_messages(
    me: Me,
    log: TheLog,
    q: Annotated[
        str,
        Query(
            min_length=1, max_length=200, description="Words or characters, all of which must occur.", examples=["妈妈"]
        ),
    ],
    conversation: Annotated[
        str | None,
        Query(
            pattern=ID_PATTERN, description="Only in this conversation.", examples=["cnv_01k3m2n4p5q6r7s8t9v0w1x2y3"]
        ),
    ] = None,
    limit: Limit = 50,
) -> schemas.HitList:
    """Search in the messages that one may read."""
    log.count(me)
    within = None if conversation is None else ConversationId(conversation)
    hits = await log.search(me, q, within, limit)
    return schemas.HitList(
        items=[schemas.HitOut(conv=hit.conv, seq=hit.seq, at=hit.at, actor=hit.actor, text=hit.text) for hit in hits]
    )
