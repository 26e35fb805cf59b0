"""The HTTP side of the client: sign-in, snapshots, history. One ``httpx`` client with its cookies."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from liyu.client.problems import raise_for_problem
from liyu.protocol.cookies import SHOP
from liyu.protocol.frames import Event
from liyu.protocol.snapshots import Conversation, InboxEntry

PAGE = 500  # events per request when a history is read
INBOX_PAGE = 100
TIMEOUT_S = 15.0


class _EventPage(msgspec.Struct, frozen=True):
    """A stretch of a log over HTTP; the fields of the ``events`` frame."""

    epoch: int
    to: int
    items: list[Event] = msgspec.field(name="list")


class _InboxPage(msgspec.Struct, frozen=True):
    """Some rows of an inbox."""

    rev: int
    items: list[InboxEntry]
    next_cursor: str | None = None


class Api:
    """Requests to ``/api/v1``. Raises ``Problem`` for a refusal and ``httpx.TransportError`` for a lost network."""

    def __init__(self, base: str, *, language: str = "zh-CN") -> None:
        self.base = base.rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=self.base + "/api/v1", timeout=TIMEOUT_S, headers={"Accept-Language": language}
        )

    async def close(self) -> None:
        await self._http.aclose()

    @property
    def token(self) -> str | None:
        """The session's token, for the first frame of a connection."""
        return self._http.cookies.get(SHOP.session)

    async def call(self, method: str, path: str, body: Any = None, **query: str | int) -> Any:
        """One request with JSON both ways; returns the decoded answer, ``None`` for an empty one."""
        headers = {}
        csrf = self._http.cookies.get(SHOP.csrf)
        if csrf and method not in {"GET", "HEAD"}:
            headers["X-CSRF-Token"] = csrf
        response = await self._http.request(method, path, json=body, params=query, headers=headers)
        raise_for_problem(response)
        return response.json() if response.content else None

    async def snapshot(self, conversation: str) -> Conversation:
        """The conversation as this person may see it now."""
        return msgspec.json.decode(await self._bytes(f"/conversations/{conversation}"), type=Conversation)

    async def history(self, conversation: str, after: int) -> tuple[int, int, list[Event]]:
        """Every visible event after ``after``: (epoch, head, events). Read page by page until the end."""
        found: list[Event] = []
        while True:
            raw = await self._bytes(f"/conversations/{conversation}/events", after=after, limit=PAGE)
            page = msgspec.json.decode(raw, type=_EventPage)
            found += page.items
            if page.to - after < PAGE:
                return page.epoch, max(page.to, after), found
            after = page.to

    async def inbox(self, owner: str) -> tuple[int, list[InboxEntry]]:
        """The revision to follow from, and every row."""
        found: list[InboxEntry] = []
        revision: int | None = None
        cursor: dict[str, str] = {}
        while True:
            raw = await self._bytes(f"/inboxes/{owner}", limit=INBOX_PAGE, **cursor)
            page = msgspec.json.decode(raw, type=_InboxPage)
            revision = page.rev if revision is None else revision  # of the first page: later changes come as such
            found += page.items
            if page.next_cursor is None:
                return revision, found
            cursor = {"cursor": page.next_cursor}

    async def _bytes(self, path: str, **query: str | int) -> bytes:
        """The undecoded answer, so that event bodies stay raw JSON."""
        response = await self._http.get(path, params=query)
        raise_for_problem(response)
        return response.content
