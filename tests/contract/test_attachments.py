"""Uploads, finishing, facts, links and sweeping on both databases."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from liyu.identity.model import Grant, Principal, Role
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import ChainId, ConversationId, DeviceId, FileId, PersonId, SessionId, ShopId, UploadId, new_id
from liyu.messaging.attachments import errors
from liyu.messaging.attachments.facts import FileFacts
from liyu.messaging.attachments.model import LEASE_MS, Purpose, StoredFile
from liyu.messaging.attachments.service import Attachments, build
from liyu.messaging.attachments.settings import AttachmentSettings
from liyu.messaging.attachments.tables import stored_file, upload
from liyu.messaging.attachments.uploads import NewUpload
from liyu.messaging.model import Access
from liyu.messaging.tables import conversation, erasure, event
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.files.links import LinkExpired, LinkInvalid
from liyu.platform.files.port import FilesFull, ObjectMissing
from liyu.platform.media.errors import TooManyPixels, Unreadable, WrongKind
from tests import samples
from tests.contract.object_storage import Bucket, BucketStore

HOUR = 60 * 60 * 1000
SETTINGS = AttachmentSettings(chunk_bytes=65_536, open_uploads=4, person_bytes=4 << 20)


class NotAllowed(Exception):
    """What the access function of the fake raises."""


@dataclass
class Talks:
    """The log's access function: who may read which conversation."""

    access_of: dict[tuple[PersonId, ConversationId], Access] = field(default_factory=dict)

    async def access(self, principal: Principal, conversation: ConversationId) -> Access:
        for person in principal.ids:
            if (person, conversation) in self.access_of:
                return self.access_of[person, conversation]
        raise NotAllowed


class FullStore(BucketStore):
    """Storage that can be full for a while."""

    full = False

    async def put(self, key: str, content: bytes | Path) -> int:
        if self.full:
            raise FilesFull()
        return await super().put(key, content)


@dataclass
class World:
    """One chain with a customer, a friend, a guide, and another chain's guide."""

    database: Database
    clock: VirtualClock
    talks: Talks
    bucket: Bucket
    files: FullStore
    attachments: Attachments
    facts: FileFacts
    chain: ChainId
    talk: ConversationId
    customer: Principal
    friend: Principal
    guide: Principal
    stranger: Principal
    seq: int = 0

    async def uploaded(
        self, content: bytes, purpose: Purpose = "file", who: Principal | None = None, name: str = "a.bin"
    ) -> UploadId:
        who = who or self.customer
        talk = None if purpose.startswith("product") else self.talk
        opened = await self.attachments.uploads.begin(who, NewUpload(purpose, talk, name, len(content)))
        for start in range(0, len(content), SETTINGS.chunk_bytes):
            piece = content[start : start + SETTINGS.chunk_bytes]
            await self.attachments.uploads.append(who, opened.id, start, piece)
        return opened.id

    async def file(
        self, content: bytes, purpose: Purpose = "file", who: Principal | None = None, name: str = "a.bin"
    ) -> StoredFile:
        who = who or self.customer
        return await self.attachments.finishing.finish(who, await self.uploaded(content, purpose, who, name))

    async def say(self, file: StoredFile, *, vis: str = "all", who: Principal | None = None) -> int:
        """Send a message that names ``file``, as the log does; return its seq."""
        who = who or self.customer
        cid = new_id("cid")
        body = await self.facts.facts(self.chain, self.talk, who.ids, cid, file.kind, file.id)
        self.seq += 1
        row = {
            "conversation_id": self.talk,
            "seq": self.seq,
            "chain_id": self.chain,
            "kind": file.kind,
            "actor_id": who.person,
            "client_id": cid,
            "body": msgspec.json.encode(body).decode(),
            "visibility": vis,
            "at": self.clock.now_ms(),
            "ordinal": 0,
        }
        await self.database.write(self.chain, lambda c: c.execute(sa.insert(event).values(row)))
        return self.seq

    async def blank(self, seq: int) -> None:
        """What a recall does to the message."""
        here = sa.and_(event.c.conversation_id == self.talk, event.c.seq == seq)
        await self.database.write(self.chain, lambda c: c.execute(sa.update(event).where(here).values(body="{}")))

    async def readable(self, who: Principal, file: StoredFile, talk: ConversationId | None) -> bool:
        return file.id in await self.attachments.reading.links(who, [file.id], talk)

    async def content(self, url: str) -> bytes:
        """What the link opens."""
        path, _, query = url.partition("?")
        _, _, file, variant = path.split("/")
        values = dict(part.split("=") for part in query.split("&"))
        served = await self.attachments.reading.served(
            ChainId(values["c"]), FileId(file), variant, int(values["e"]), values["s"]
        )
        return b"".join([piece async for piece in self.files.read(served.variant.key)])

    def stored(self) -> list[str]:
        return sorted(self.bucket.objects)


def person(chain: ChainId, kind: Any, *grants: Grant, shops: tuple[ShopId, ...] = ()) -> Principal:
    return Principal(
        person=PersonId(new_id("per")), chain=chain, session=SessionId(new_id("ses")), device=DeviceId(new_id("dev")),
        kind=kind, name="x", locale="zh-CN", avatar=None, vip=False, grants=grants, shops=shops,
    )  # fmt: skip


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    chain, other = ChainId(new_id("chn")), ChainId(new_id("chn"))
    shop, talk = ShopId(new_id("shp")), ConversationId(new_id("cnv"))
    customer, friend = person(chain, "customer"), person(chain, "friend")
    guide = person(chain, "staff", Grant(Role.GUIDE, chain, shop), shops=(shop,))
    stranger = person(other, "staff", Grant(Role.OWNER, other, None))
    await database.write(chain, lambda c: c.execute(sa.insert(conversation).values(_conversation(chain, shop, talk))))

    def access(who: Principal, *classes: str, from_seq: int = 1) -> Access:
        return Access(talk, chain, shop, 1, 1, "x", frozenset(classes), from_seq, True, who.person)

    talks = Talks(
        {
            (customer.person, talk): access(customer, "all", "customer"),
            (friend.person, talk): access(friend, "all", from_seq=3),
            (guide.person, talk): access(guide, "all", "staff"),
        }
    )
    clock, bucket = VirtualClock(), Bucket()
    files = FullStore(bucket)
    attachments = build(database, files, talks, clock, SETTINGS, secret=b"x" * 32, scratch=tmp_path / "scratch")
    yield World(
        database, clock, talks, bucket, files, attachments, FileFacts(database), chain, talk, customer, friend, guide,
        stranger,
    )  # fmt: skip
    assert not list((tmp_path / "scratch").glob("*")), "work under way leaves nothing behind"


def _conversation(chain: ChainId, shop: ShopId, talk: ConversationId) -> dict[str, Any]:
    return {
        "id": talk, "chain_id": chain, "shop_id": shop, "kind": "shop", "title": "", "vip": False, "epoch": 1,
        "last_seq": 0, "acl_rev": 1, "counted": 0, "answered": 0, "top_seq": 0, "top_at": 0, "top_kind": "",
        "top_text": "", "top_actor": "", "indexed_seq": 0, "created_at": 0,
    }  # fmt: skip


# ── arriving in pieces ─────────────────────────────────────────────────────────


async def test_pieces_become_the_file_that_was_sent(world: World) -> None:
    content = random.Random(1).randbytes(200_001)
    file = await world.file(content, name="../生日.zip")
    assert (file.kind, file.name, file.size, file.media_type) == (
        "file", "生日.zip", 200_001, "application/octet-stream",
    )  # fmt: skip
    links = await world.attachments.reading.own_links(file)
    assert await world.content(links.url) == content
    assert world.stored() == [f"{world.chain}/files/{file.id}/main"], "the pieces are gone"


async def test_a_broken_upload_goes_on_where_it_stands(world: World) -> None:
    uploads, content = world.attachments.uploads, bytes(100_000)
    opened = await uploads.begin(world.customer, NewUpload("file", world.talk, "a", len(content)))
    assert await uploads.append(world.customer, opened.id, 0, content[:65_536]) == 65_536
    assert await uploads.append(world.customer, opened.id, 0, content[:65_536]) == 65_536, "a retry is no second piece"
    with pytest.raises(errors.UploadOffset) as refused:
        await uploads.append(world.customer, opened.id, 0, b"x" * 65_536)
    assert refused.value.details == {"offset": 65_536}
    with pytest.raises(errors.UploadOffset):
        await uploads.append(world.customer, opened.id, 70_000, content[70_000:])
    with pytest.raises(errors.UploadIncomplete):
        await world.attachments.finishing.finish(world.customer, opened.id)
    assert (await uploads.find(world.customer, opened.id)).received == 65_536
    assert await uploads.append(world.customer, opened.id, 65_536, content[65_536:]) == 100_000
    assert (await world.attachments.finishing.finish(world.customer, opened.id)).size == 100_000


async def test_parallel_pieces_count_once(world: World) -> None:
    uploads = world.attachments.uploads
    opened = await uploads.begin(world.customer, NewUpload("file", world.talk, "a", 60_000))
    bodies = [bytes([index]) * 30_000 for index in range(6)]
    done = await asyncio.gather(
        *(uploads.append(world.customer, opened.id, 0, body) for body in bodies), return_exceptions=True
    )
    taken = [index for index, each in enumerate(done) if each == 30_000]
    assert len(taken) == 1
    assert sum(isinstance(each, errors.UploadOffset) for each in done) == 5
    assert len(world.stored()) == 1, "what lost the race is not kept"
    await uploads.append(world.customer, opened.id, 30_000, bytes(30_000))
    file = await world.attachments.finishing.finish(world.customer, opened.id)
    links = await world.attachments.reading.own_links(file)
    assert await world.content(links.url) == bodies[taken[0]] + bytes(30_000)


async def test_the_same_piece_in_parallel_is_one(world: World) -> None:
    uploads = world.attachments.uploads
    opened = await uploads.begin(world.customer, NewUpload("file", world.talk, "a", 30_000))
    done = await asyncio.gather(*(uploads.append(world.customer, opened.id, 0, bytes(30_000)) for _ in range(5)))
    assert done == [30_000] * 5
    assert len(world.stored()) == 1


@pytest.mark.parametrize("size", [0, 100, 65_537, 90_001])
async def test_a_piece_of_a_wrong_size_is_refused(world: World, size: int) -> None:
    opened = await world.attachments.uploads.begin(world.customer, NewUpload("file", world.talk, "a", 90_000))
    with pytest.raises(errors.PieceRefused):
        await world.attachments.uploads.append(world.customer, opened.id, 0, bytes(size))
    assert world.stored() == []


async def test_a_full_disk_loses_nothing_that_came_before(world: World) -> None:
    opened = await world.uploaded(b"hello")
    world.files.full = True
    with pytest.raises(FilesFull):
        await world.attachments.finishing.finish(world.customer, opened)
    world.files.full = False
    assert (await world.attachments.finishing.finish(world.customer, opened)).size == 5


# ── who may upload, and how much ───────────────────────────────────────────────


async def test_an_upload_is_its_owners_alone(world: World) -> None:
    opened = await world.uploaded(b"hello")
    for other in (world.guide, world.friend, world.stranger):
        with pytest.raises(errors.UploadUnknown):
            await world.attachments.uploads.find(other, opened)
        with pytest.raises(errors.UploadUnknown):
            await world.attachments.uploads.append(other, opened, 0, b"hello")
        with pytest.raises(errors.UploadUnknown):
            await world.attachments.finishing.finish(other, opened)


async def test_a_visitor_who_became_known_goes_on(world: World) -> None:
    opened = await world.uploaded(b"hello")
    known = replace(person(world.chain, "customer"), aliases=(world.customer.person,))
    assert (await world.attachments.finishing.finish(known, opened)).size == 5


async def test_only_members_upload_to_a_conversation(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.attachments.uploads.begin(world.stranger, NewUpload("file", world.talk, "a", 5))
    with pytest.raises(errors.ConversationNeeded):
        await world.attachments.uploads.begin(world.customer, NewUpload("voice", None, "a", 5))
    key = (world.friend.person, world.talk)
    world.talks.access_of[key] = msgspec.structs.replace(world.talks.access_of[key], may_send=False)
    with pytest.raises(errors.UploadForbidden):
        await world.attachments.uploads.begin(world.friend, NewUpload("file", world.talk, "a", 5))


async def test_only_staff_uploads_product_media(world: World) -> None:
    for who in (world.customer, world.friend):
        with pytest.raises(errors.UploadForbidden):
            await world.attachments.uploads.begin(who, NewUpload("product_picture", None, "a", 5))


async def test_sizes_are_limited_by_purpose(world: World) -> None:
    for purpose, limit in (("picture", 20), ("voice", 20), ("file", 50)):
        with pytest.raises(errors.UploadTooLarge) as refused:
            await world.attachments.uploads.begin(
                world.customer,
                NewUpload(purpose, world.talk, "a", (limit << 20) + 1),  # type: ignore[arg-type]
            )
        assert refused.value.details == {"limit": limit}


async def test_unfinished_uploads_are_limited_in_number_and_bytes(world: World) -> None:
    begin = world.attachments.uploads.begin
    await begin(world.customer, NewUpload("file", world.talk, "a", 3 << 20))
    with pytest.raises(errors.UploadQuota):
        await begin(world.customer, NewUpload("file", world.talk, "a", 2 << 20))
    done = await asyncio.gather(
        *(begin(world.customer, NewUpload("file", world.talk, "a", 1)) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(each, errors.UploadQuota) for each in done) == 5, "four at most, also when asked at once"
    await begin(world.guide, NewUpload("file", world.talk, "a", 1))


async def test_a_conversation_and_a_day_have_their_limit(world: World, tmp_path: Path) -> None:
    small = AttachmentSettings(conversation_bytes=1000, visitor_day_bytes=500)
    tight = build(
        world.database, world.files, world.talks, world.clock, small, secret=b"x" * 32, scratch=tmp_path / "scratch"
    )
    await world.file(bytes(400), who=world.guide)
    await tight.uploads.begin(world.customer, NewUpload("file", world.talk, "a", 500))
    with pytest.raises(errors.ConversationFull):
        await tight.uploads.begin(world.customer, NewUpload("file", world.talk, "a", 101))
    visitor = replace(world.friend, kind="visitor")
    await world.database.write(world.chain, lambda c: c.execute(sa.delete(upload)))
    await world.file(bytes(300), who=visitor)
    with pytest.raises(errors.UploadQuota):
        await tight.uploads.begin(visitor, NewUpload("file", world.talk, "a", 201))


# ── finishing ──────────────────────────────────────────────────────────────────


async def test_a_picture_is_kept_only_as_re_encoded(world: World) -> None:
    content = samples.picture(90, 30, "JPEG", orientation=6)
    file = await world.file(content, "picture", name="Schöne Blume.JPG")
    assert (file.kind, file.name, file.media_type, file.width, file.height) == (
        "picture", "Schöne Blume.webp", "image/webp", 30, 90,
    )  # fmt: skip
    links = await world.attachments.reading.own_links(file)
    assert links.thumb_url is not None
    assert (await world.content(links.url))[8:12] == b"WEBP"
    assert (await world.content(links.thumb_url))[8:12] == b"WEBP"
    assert not any(b"SecretCamera" in stored for stored in world.bucket.objects.values())


async def test_a_voice_note_keeps_its_length_and_shape(world: World) -> None:
    file = await world.file(samples.recording("webm", 0.8), "voice", name="blob")
    assert (file.kind, file.media_type) == ("voice", "audio/mp4")
    assert file.duration_ms is not None
    assert 760 <= file.duration_ms <= 860
    assert file.waveform is not None
    assert len(file.waveform) == 64


async def test_a_product_clip_has_a_poster_and_public_links(world: World) -> None:
    file = await world.file(samples.clip("mp4"), "product_clip", world.guide)
    links = await world.attachments.reading.own_links(file)
    assert (file.kind, links.expires_at) == ("clip", 0)
    assert links.poster_url is not None
    assert (await world.content(links.poster_url))[8:12] == b"WEBP"
    taken = await world.attachments.products.take(world.chain, file.id)
    assert (taken.kind, taken.width, taken.height) == ("clip", 160, 120)
    assert world.attachments.products.links(world.chain, file.id, "clip").url == links.url
    with pytest.raises(errors.FileUnknown):
        await world.attachments.products.take(world.stranger.chain, file.id)


@pytest.mark.parametrize(
    ("purpose", "content", "refusal"),
    [
        ("picture", samples.pixel_bomb(), TooManyPixels),
        ("picture", samples.SVG_WITH_SCRIPT, WrongKind),
        ("picture", samples.picture()[:60], Unreadable),
        ("voice", samples.picture(), WrongKind),
        ("voice", samples.PAGE_WITH_SCRIPT, WrongKind),
    ],
    ids=["pixel bomb", "svg", "cut short", "picture as voice", "page as voice"],
)
async def test_refused_content_stays_refused_and_is_swept(
    world: World, purpose: Purpose, content: bytes, refusal: type[Exception]
) -> None:
    opened = await world.uploaded(content, purpose)
    for _ in range(2):
        with pytest.raises(refusal):
            await world.attachments.finishing.finish(world.customer, opened)
    assert not any("/files/" in key for key in world.stored())
    world.clock.advance(25 * HOUR)
    await world.attachments.sweeper.sweep()
    assert world.stored() == []


async def test_an_archive_is_kept_as_it_is(world: World) -> None:
    content = samples.zip_bomb()
    file = await world.file(content, name="x.zip")
    assert (file.media_type, file.size) == ("application/zip", len(content))


async def test_finishing_twice_gives_the_same_file(world: World) -> None:
    opened = await world.uploaded(b"hello")
    first = await world.attachments.finishing.finish(world.customer, opened)
    assert (await world.attachments.finishing.finish(world.customer, opened)).id == first.id
    with pytest.raises(errors.UploadOffset):
        await world.attachments.uploads.append(world.customer, opened, 0, b"hello")


async def test_two_requests_do_not_finish_at_once(world: World) -> None:
    opened = await world.uploaded(samples.picture(), "picture")
    done = await asyncio.gather(
        *(world.attachments.finishing.finish(world.customer, opened) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(each, StoredFile) for each in done) == 1
    assert sum(isinstance(each, errors.UploadBeingFinished) for each in done) == 2


async def test_a_crash_while_finishing_is_overcome(world: World) -> None:
    opened = await world.uploaded(b"hello")
    state = {"state": "finishing", "lease_until": world.clock.now_ms() + LEASE_MS}
    await world.database.write(
        world.chain, lambda c: c.execute(sa.update(upload).where(upload.c.id == opened).values(state))
    )
    with pytest.raises(errors.UploadBeingFinished):
        await world.attachments.finishing.finish(world.customer, opened)
    world.clock.advance(LEASE_MS + 1)
    assert (await world.attachments.finishing.finish(world.customer, opened)).size == 5


# ── what a message says ────────────────────────────────────────────────────────


async def test_facts_come_from_our_record(world: World) -> None:
    picture = await world.file(samples.picture(90, 30), "picture")
    other = await world.file(b"%PDF-1.4 x", name="a/b.pdf")
    ask = world.facts.facts
    assert await ask(world.chain, world.talk, world.customer.ids, "c1", "picture", picture.id) == {
        "file": picture.id, "width": 90, "height": 30,
    }  # fmt: skip
    assert await ask(world.chain, world.talk, world.customer.ids, "c2", "file", other.id) == {
        "file": other.id, "name": "b.pdf", "size_bytes": 10, "media_type": "application/pdf",
    }  # fmt: skip


async def test_a_message_names_only_a_finished_file_of_its_sender_kind_and_place(world: World) -> None:
    file = await world.file(samples.picture(), "picture")
    product = await world.file(samples.picture(), "product_picture", world.guide)
    unfinished = await world.attachments.uploads.find(world.customer, await world.uploaded(b"x"))
    wrong: list[tuple[ChainId, ConversationId, Principal, str, str]] = [
        (world.stranger.chain, world.talk, world.customer, "picture", file.id),
        (world.chain, ConversationId(new_id("cnv")), world.customer, "picture", file.id),
        (world.chain, world.talk, world.guide, "picture", file.id),
        (world.chain, world.talk, world.customer, "file", file.id),
        (world.chain, world.talk, world.guide, "picture", product.id),
        (world.chain, world.talk, world.customer, "file", unfinished.file),
        (world.chain, world.talk, world.customer, "picture", "fil_nothing"),
    ]
    for chain, talk, who, kind, id_ in wrong:
        with pytest.raises(errors.FileNotYours):
            await world.facts.facts(chain, talk, who.ids, "c1", kind, id_)


async def test_a_retry_after_the_recall_says_the_same(world: World) -> None:
    file = await world.file(b"hello")
    seq = await world.say(file)
    cid = await world.database.read(
        world.chain, lambda c: c.scalar(sa.select(event.c.client_id).where(event.c.seq == seq))
    )
    first = await world.facts.facts(world.chain, world.talk, world.customer.ids, cid, "file", file.id)
    await world.blank(seq)
    world.attachments.sweeper.recalled(world.chain, world.talk, seq)
    await world.attachments.sweeper.sweep()
    assert await world.facts.facts(world.chain, world.talk, world.customer.ids, cid, "file", file.id) == first
    with pytest.raises(errors.FileNotYours):
        await world.facts.facts(world.chain, world.talk, world.customer.ids, "another", "file", file.id)


# ── who may read ───────────────────────────────────────────────────────────────


async def test_a_file_is_its_uploaders_until_it_is_sent(world: World) -> None:
    file = await world.file(b"hello")
    assert await world.readable(world.customer, file, None)
    assert not await world.readable(world.guide, file, world.talk)
    await world.say(file)
    assert await world.readable(world.guide, file, world.talk)
    assert not await world.readable(world.guide, file, None)


async def test_links_follow_class_and_place_of_the_message(world: World) -> None:
    early, note, late = [await world.file(b"hello") for _ in range(3)]
    await world.say(early)
    staff = await world.file(b"internal", who=world.guide)
    await world.say(staff, vis="staff", who=world.guide)
    await world.say(late)
    await world.say(note, vis="customer")
    seen = {
        name: [await world.readable(who, file, world.talk) for file in (early, staff, late, note)]
        for name, who in (("customer", world.customer), ("guide", world.guide), ("friend", world.friend))
    }
    assert seen == {
        "customer": [True, False, True, True],
        "guide": [True, True, True, False],
        "friend": [False, False, True, False],
    }


async def test_strangers_and_other_chains_get_no_link(world: World) -> None:
    file = await world.file(b"hello")
    await world.say(file)
    with pytest.raises(NotAllowed):
        await world.attachments.reading.links(world.stranger, [file.id], world.talk)
    assert not await world.readable(world.stranger, file, None)
    own = ConversationId(new_id("cnv"))
    world.talks.access_of[world.stranger.person, own] = Access(
        own, world.stranger.chain, ShopId("shp"), 1, 1, "x", frozenset({"all"}), 1, True, world.stranger.person
    )
    assert not await world.readable(world.stranger, file, own)


async def test_a_link_opens_nothing_else_and_ends(world: World) -> None:
    file = await world.file(b"hello")
    url = (await world.attachments.reading.own_links(file)).url
    assert await world.content(url) == b"hello"
    for changed in (
        url.replace("main", "thumb"),
        url.replace(f"c={world.chain}", f"c={world.stranger.chain}"),
        url.replace("e=", "e=9"),
        url[:-1] + ("A" if url[-1] != "A" else "B"),
    ):
        with pytest.raises(LinkInvalid):
            await world.content(changed)
    world.clock.advance(2 * HOUR)
    with pytest.raises(LinkExpired):
        await world.content(url)


async def test_a_recall_closes_links_at_once_and_frees_the_bytes(world: World) -> None:
    file = await world.file(b"hello")
    seq = await world.say(file)
    url = (await world.attachments.reading.links(world.guide, [file.id], world.talk))[file.id].url
    assert await world.content(url) == b"hello"
    await world.blank(seq)
    with pytest.raises(errors.FileUnknown):
        await world.content(url)
    assert not await world.readable(world.guide, file, world.talk)
    assert not await world.readable(world.customer, file, world.talk)
    world.attachments.sweeper.recalled(world.chain, world.talk, seq)
    assert await world.attachments.sweeper.sweep() == 1
    assert world.stored() == []


async def test_a_file_named_twice_stays_until_both_are_recalled(world: World) -> None:
    file = await world.file(b"hello")
    first, second = await world.say(file), await world.say(file)
    await world.blank(first)
    world.attachments.sweeper.recalled(world.chain, world.talk, first)
    await world.attachments.sweeper.sweep()
    assert await world.readable(world.guide, file, world.talk)
    await world.blank(second)
    world.attachments.sweeper.recalled(world.chain, world.talk, second)
    await world.attachments.sweeper.sweep()
    assert world.stored() == []


async def test_a_merged_conversation_keeps_its_files(world: World) -> None:
    file = await world.file(b"hello")
    await world.say(file)
    older = ConversationId(new_id("cnv"))

    def merge(connection: sa.Connection) -> None:
        row = _conversation(world.chain, ShopId("shp_other"), older)
        connection.execute(sa.insert(conversation).values(row))
        connection.execute(sa.update(conversation).where(conversation.c.id == world.talk).values(merged_into=older))
        connection.execute(
            sa.update(event).where(event.c.conversation_id == world.talk).values(conversation_id=older, seq=41)
        )

    await world.database.write(world.chain, merge)
    known = world.talks.access_of[world.guide.person, world.talk]
    world.talks.access_of[world.guide.person, older] = msgspec.structs.replace(known, conversation=older)
    links = await world.attachments.reading.links(world.guide, [file.id], older)
    assert await world.content(links[file.id].url) == b"hello"
    world.clock.advance(25 * HOUR)
    await world.attachments.sweeper.sweep()
    assert len(world.stored()) == 1


# ── forgetting ─────────────────────────────────────────────────────────────────


async def test_unfinished_uploads_are_dropped_after_their_time(world: World) -> None:
    opened = await world.uploaded(b"hello")
    world.clock.advance(23 * HOUR)
    assert await world.attachments.sweeper.sweep() == 0
    world.clock.advance(2 * HOUR)
    with pytest.raises(errors.UploadUnknown):
        await world.attachments.uploads.find(world.customer, opened)
    assert await world.attachments.sweeper.sweep() == 1
    assert world.stored() == []


async def test_files_that_were_never_sent_are_dropped_and_sent_ones_stay(world: World) -> None:
    sent, unsent = await world.file(b"sent"), await world.file(b"unsent")
    await world.say(sent)
    media = await world.file(samples.picture(), "product_picture", world.guide)
    loose = await world.file(samples.picture(), "product_picture", world.guide)
    await world.attachments.products.take(world.chain, media.id)
    for _ in range(3):
        world.clock.advance(25 * HOUR)
        await world.attachments.sweeper.sweep()
    assert {key.split("/")[2] for key in world.stored()} == {sent.id, media.id}
    with pytest.raises(errors.FileUnknown):
        await world.attachments.products.take(world.chain, loose.id)
    assert not await world.readable(world.customer, unsent, None)
    await world.attachments.products.drop(world.chain, media.id)
    world.clock.advance(25 * HOUR)
    await world.attachments.sweeper.sweep()
    assert {key.split("/")[2] for key in world.stored()} == {sent.id}


async def test_a_recall_that_nobody_told_is_found_later(world: World) -> None:
    file = await world.file(b"hello")
    seq = await world.say(file)
    world.clock.advance(25 * HOUR)
    await world.attachments.sweeper.sweep()
    await world.blank(seq)
    world.clock.advance(25 * HOUR)
    await world.attachments.sweeper.sweep()
    assert world.stored() == []


async def test_erasure_takes_bytes_and_names(world: World) -> None:
    mine = await world.file(b"mine", name="my diagnosis.txt")
    await world.say(mine)
    theirs = await world.file(b"theirs", who=world.guide)
    await world.say(theirs, who=world.guide)
    await world.uploaded(b"half")
    assert await world.attachments.sweeper.erase(world.chain, world.customer.ids) == 3
    assert {key.split("/")[2] for key in world.stored()} == {theirs.id}
    names = await world.database.read(
        world.chain, lambda c: {row.id: row.name for row in c.execute(sa.select(stored_file.c.id, stored_file.c.name))}
    )
    assert names == {mine.id: "", theirs.id: "a.bin"}


async def test_erasures_are_replayed_over_a_restored_backup(world: World) -> None:
    file = await world.file(b"hello")
    await world.say(file)
    row = {"chain_id": world.chain, "person_id": world.customer.person, "at": world.clock.now_ms()}
    await world.database.write(world.chain, lambda c: c.execute(sa.insert(erasure).values(row)))
    assert await world.attachments.sweeper.sweep() >= 1
    assert world.stored() == []
    assert await world.attachments.sweeper.sweep() == 0


async def test_the_sweeper_runs_until_it_is_cancelled(world: World) -> None:
    file = await world.file(b"hello")
    seq = await world.say(file)
    await world.blank(seq)
    task = asyncio.create_task(world.attachments.sweeper.run())
    world.attachments.sweeper.recalled(world.chain, world.talk, seq)
    async with asyncio.timeout(20):
        while world.stored():
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_chains_are_apart_in_the_database(world: World) -> None:
    if world.database.dialect == "sqlite":
        return
    file = await world.file(b"hello")
    counted = await world.database.read(
        world.stranger.chain,
        lambda c: c.scalar(sa.select(sa.func.count()).select_from(stored_file).where(stored_file.c.id == file.id)),
    )
    assert counted == 0
    assert await world.database.read(ALL_CHAINS, lambda c: c.scalar(sa.select(sa.func.count()).select_from(upload)))


async def test_missing_bytes_are_told(world: World) -> None:
    file = await world.file(b"hello")
    url = (await world.attachments.reading.own_links(file)).url
    world.bucket.objects.clear()
    with pytest.raises(ObjectMissing):
        await world.content(url)
