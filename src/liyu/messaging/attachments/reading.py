"""Who may read which file: links are issued after the access function was asked, bytes only for a good link.

Product media are public. Everything else is read by those who may read a message that names it, and by its uploader
until it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, ConversationId, FileId
from liyu.messaging.attachments import store, uses
from liyu.messaging.attachments.errors import FileUnknown
from liyu.messaging.attachments.model import StoredFile, StoredVariant
from liyu.messaging.attachments.ports import Conversations, Readable
from liyu.platform.db.port import Database
from liyu.platform.files.links import LinkSigner


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Addresses of one file's variants. ``expires_at`` in ms since 1970; 0: they do not expire."""

    url: str
    thumb_url: str | None
    poster_url: str | None
    expires_at: int


@dataclass(frozen=True, slots=True)
class Served:
    """One variant of a file, to be sent."""

    file: StoredFile
    variant: StoredVariant


class Reading:
    """Issues links and answers them."""

    def __init__(self, database: Database, conversations: Conversations, signer: LinkSigner, clock: Clock) -> None:
        self._database = database
        self._conversations = conversations
        self._signer = signer
        self._clock = clock

    async def links(
        self, principal: Principal, files: Sequence[FileId], conversation: ConversationId | None
    ) -> dict[FileId, FileLinks]:
        """Links for those of ``files`` that ``principal`` may read now; the others are left out.

        Raises the access function's refusal when ``conversation`` is not open to ``principal``.
        """
        access = None
        if conversation is not None:
            access = await self._conversations.access(principal, conversation)

        def query(connection: Connection) -> dict[FileId, FileLinks]:
            found = store.find_files(connection, principal.chain, files)
            readable = _readable(connection, principal, access, found)
            allowed = [file for file in found if file.id in readable]
            by_file = store.variants(connection, principal.chain, [file.id for file in allowed])
            return {file.id: self.sign(file, by_file.get(file.id, [])) for file in allowed}

        return await self._database.read(principal.chain, query)

    async def own_links(self, file: StoredFile) -> FileLinks:
        """Links for the uploader of a file that was just finished."""
        found = await self._database.read(file.chain, lambda c: store.variants(c, file.chain, [file.id]))
        return self.sign(file, found.get(file.id, []))

    def sign(self, file: StoredFile, variants: Sequence[StoredVariant]) -> FileLinks:
        """Links for ``variants`` of ``file``; access was checked by the caller."""
        present = {variant.variant for variant in variants}
        now = self._clock.now_ms()
        sign = self._signer.sign_public if file.public else lambda c, f, v: self._signer.sign(c, f, v, now)
        main = sign(file.chain, file.id, "main")
        return FileLinks(
            url=main.url,
            thumb_url=sign(file.chain, file.id, "thumb").url if "thumb" in present else None,
            poster_url=sign(file.chain, file.id, "poster").url if "poster" in present else None,
            expires_at=main.expires_at,
        )

    async def served(self, chain: ChainId, file: FileId, variant: str, expires_at: int, signature: str) -> Served:
        """What a link opens. Raises ``LinkInvalid``, ``LinkExpired``, ``FileUnknown``.

        A recall or an erasure closes links that are still good.
        """
        self._signer.verify(chain, file, variant, expires_at, signature, self._clock.now_ms())

        def query(connection: Connection) -> Served:
            found = store.find_file(connection, chain, file)
            if found is None or found.state == "gone" or (expires_at == 0 and not found.public):
                raise FileUnknown()
            if not found.public and uses.ever_used(connection, file) and not uses.used(connection, found):
                raise FileUnknown()
            for one in store.variants(connection, chain, [file]).get(file, []):
                if one.variant == variant:
                    return Served(found, one)
            raise FileUnknown()

        return await self._database.read(chain, query)


def _readable(
    connection: Connection, principal: Principal, access: Readable | None, files: Sequence[StoredFile]
) -> set[FileId]:
    """Which of ``files`` (of the principal's own chain) the principal may read."""
    allowed = {file.id for file in files if file.public}
    own = [file for file in files if not file.public and file.owner in principal.ids]
    allowed |= {file.id for file in own if not uses.ever_used(connection, file.id)}
    if access is not None and access.chain == principal.chain:
        ids = [file.id for file in files]
        allowed |= {
            use.file
            for use in uses.uses_in(connection, access.chain, access.conversation, ids)
            if use.visibility in access.classes and use.seq >= access.from_seq
        }
    return allowed
