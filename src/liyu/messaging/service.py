"""The conversation log as others see it: one object per process, made by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from liyu.identity.events import LinkRedeemed, LinkRevoked, PersonChanged, PersonErased, PersonMerged
from liyu.identity.model import Principal
from liyu.kit.clock import Clock, SystemClock
from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging import erasing, joining
from liyu.messaging.access_cache import AccessCache
from liyu.messaging.completion import Completion
from liyu.messaging.erasing import Erasing
from liyu.messaging.errors import AccessChanged, SendForbidden, TooManyRequests
from liyu.messaging.inboxes import Inboxes, InboxPage
from liyu.messaging.indexing import Indexing
from liyu.messaging.joining import Joining
from liyu.messaging.merging import Merging
from liyu.messaging.model import Access, Ack, CommittedEvents, InboxChange, Mark, Marked
from liyu.messaging.ports import AttachmentCheck, Directory, ProductCards, Shops
from liyu.messaging.reading import Reading
from liyu.messaging.rows import STAFF_ROLES
from liyu.messaging.search import Hit, Search
from liyu.messaging.sending import TRIES, Sending
from liyu.messaging.settings import MessagingSettings
from liyu.messaging.store import Head
from liyu.messaging.writer import Writer
from liyu.platform.db.port import Database
from liyu.platform.jobs.worker import Worker
from liyu.protocol.snapshots import Conversation, Message

#: Who may bring friends in: the customer and staff.
INVITING = STAFF_ROLES | {"customer"}


class Messaging:
    """Use cases by area: ``sending``, ``reading``, ``joining``, ``inboxes``, …; the most used ones also directly."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        *,
        shops: Shops,
        directory: Directory,
        files: AttachmentCheck,
        cards: ProductCards,
        settings: MessagingSettings,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self.database = database
        self.writer = writer
        self._shops = shops
        #: Counts a request of a person and says how many ms it must wait (0: none). Set by the wiring: one count for
        #: HTTP and WebSocket together.
        self.pace: Callable[[Principal], int] = lambda _principal: 0
        self.accesses = AccessCache(database)
        self.reading = Reading(database)
        self.inboxes = Inboxes(database)
        self.joining = Joining(database, writer, self.accesses, shops, directory)
        completion = Completion(files, cards)
        self.merging = Merging(database, writer, directory)
        self.erasing = Erasing(database, writer)
        self.indexing = Indexing(database, clock)
        self.searching = Search(database, self.indexing)
        writer.on_committed.append(self.indexing.committed)
        self.sending = Sending(database, writer, self.accesses, self.joining, completion, shops, settings)

    async def open_conversation(self, principal: Principal, slug: str) -> tuple[Conversation, bool]:
        """The lasting conversation of ``principal`` with the shop, and whether it was made now."""
        conversation, created = await self.joining.open(principal, slug)
        return await self.snapshot(principal, conversation), created

    async def access(self, principal: Principal, conversation: ConversationId) -> Access:
        """What ``principal`` may do there, decided now. Raises ``ConversationNotFound`` when that is nothing."""
        return await self.accesses.load(principal, conversation)

    async def access_many(
        self, principal: Principal, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Access]:
        """The same for several; those that may not be seen are absent."""
        return await self.accesses.load_many(principal, conversations)

    async def send(
        self, principal: Principal, conversation: ConversationId, cid: str, kind: str, body: bytes, vis: str = "all"
    ) -> Ack:
        """Append one event; return after its commit. See ``Sending.send``."""
        return await self.sending.send(principal, conversation, cid, kind, body, vis)

    def count(self, principal: Principal) -> None:
        """Count a request of ``principal`` that costs like a message. Raises ``TooManyRequests``."""
        wait = self.pace(principal)
        if wait:
            raise TooManyRequests(retry_after_ms=wait)

    async def mark(self, principal: Principal, conversation: ConversationId, read: int, delivered: int) -> Marked:
        """Move one's own marks forward, never back; return after the commit where they now stand."""
        for attempt in range(TRIES):
            access = await self.accesses.get(principal, conversation)
            mark = Mark(
                conversation, access.chain, access.person, max(0, read), max(0, delivered), access.acl_rev,
                quiet=not access.member,
            )  # fmt: skip
            try:
                return await self.writer.mark(mark)
            except AccessChanged:
                self.accesses.forget(principal, conversation)
                if attempt == TRIES - 1:
                    raise
        raise AccessChanged()

    async def set_cursor(
        self, principal: Principal, conversation: ConversationId, read: int, delivered: int
    ) -> Marked | None:
        """Like ``mark``; ``None`` where nothing moved."""
        marked = await self.mark(principal, conversation, read, delivered)
        return marked if marked.moved else None

    async def snapshot(self, principal: Principal, conversation: ConversationId) -> Conversation:
        """See ``Reading.snapshot``."""
        return await self.reading.snapshot(principal, conversation)

    async def history(
        self, principal: Principal, conversation: ConversationId, before: int, limit: int
    ) -> tuple[list[Message], bool]:
        """See ``Reading.history``."""
        return await self.reading.history(principal, conversation, before, limit)

    async def events_after(
        self, principal: Principal, conversation: ConversationId, after: int, limit: int
    ) -> CommittedEvents:
        """See ``Reading.events_after``."""
        return await self.reading.events_after(principal, conversation, after, limit)

    async def events_between(
        self, chain: ChainId, conversation: ConversationId, after: int, limit: int
    ) -> CommittedEvents:
        """See ``Reading.events_between``."""
        return await self.reading.events_between(chain, conversation, after, limit)

    async def heads(
        self, chains: Sequence[ChainId], conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Head]:
        """See ``Reading.heads``."""
        return await self.reading.heads(chains, conversations)

    async def marks(
        self, chain: ChainId, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Sequence[Marked]]:
        """See ``Reading.marks``."""
        return await self.reading.marks(chain, conversations)

    def owners(self, principal: Principal) -> list[str]:
        """See ``Inboxes.owners``."""
        return self.inboxes.owners(principal)

    async def revisions(self, chain: ChainId, owners: Sequence[str]) -> Mapping[str, int]:
        """See ``Inboxes.revisions``."""
        return await self.inboxes.revisions(chain, owners)

    async def inbox_heads(self, principal: Principal) -> list[tuple[str, str, int]]:
        """Owner, the shop's name for a queue, and last revision, of every inbox that ``principal`` may follow."""
        owners = self.owners(principal)
        revs = await self.revisions(principal.chain, owners)
        names = {f"q:{shop}": (await self._shops.by_id(principal.chain, shop)).name for shop in principal.staff_shops}
        return [(owner, names.get(owner, ""), revs[owner]) for owner in owners]

    async def inbox(self, principal: Principal, owner: str, before: int | None, limit: int) -> InboxPage:
        """See ``Inboxes.page``."""
        return await self.inboxes.page(principal, owner, before, limit)

    async def changes_after(self, chain: ChainId, owner: str, revision: int, limit: int) -> InboxChange | None:
        """See ``Inboxes.changes_after``."""
        return await self.inboxes.changes_after(chain, owner, revision, limit)

    async def assign(
        self, principal: Principal, conversation: ConversationId, person: PersonId | None, word: str = ""
    ) -> None:
        """See ``Joining.assign``."""
        await self.joining.assign(principal, conversation, person, word)

    async def search(
        self, principal: Principal, query: str, within: ConversationId | None = None, limit: int = 50
    ) -> list[Hit]:
        """See ``Search.search``."""
        return await self.searching.search(principal, query, within, limit)

    async def share(self, principal: Principal, conversation: str) -> ShopId | None:
        """The shop of a conversation to which ``principal`` may invite by link. Raises when it may not."""
        access = await self.access(principal, ConversationId(conversation))
        if access.role not in INVITING:
            raise SendForbidden()
        return access.shop

    async def on_person_merged(self, event: PersonMerged) -> None:
        """A visitor turned out to be a known person."""
        await self.merging.merge(event)

    async def on_person_changed(self, event: PersonChanged) -> None:
        """Somebody's name, picture or VIP mark changed."""
        await self.joining.note_change(event)

    def register(self, jobs: Worker) -> None:
        """Have ``jobs`` do what this domain writes down for later."""
        jobs.handle(erasing.KIND, self.erasing.perform)
        jobs.handle(joining.RENAME, self.joining.rename)

    async def on_person_erased(self, event: PersonErased) -> None:
        """What the person wrote must go."""
        await self.erasing.begin(event)

    async def on_link_redeemed(self, event: LinkRedeemed) -> None:
        """A friend came in by link."""
        if event.object_kind == "conversation" and event.purpose == "friend":
            await self.joining.add_friend(event.chain, ConversationId(event.object_id), event.person)

    async def on_link_revoked(self, event: LinkRevoked) -> None:
        """Whoever came in by this link goes."""
        if event.object_kind == "conversation" and event.purpose == "friend":
            for person in event.people:
                await self.joining.leave(event.chain, ConversationId(event.object_id), person)

    async def stop(self) -> None:
        """Wait for what is under way."""
        await self.writer.stop()
