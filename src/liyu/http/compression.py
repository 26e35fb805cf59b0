"""Pages and JSON answers travel compressed where the client can read that; pictures and files are so already.

Only answers to ``GET`` that come in one piece: what carries a token answers a ``POST`` and is left as it is.
"""

from __future__ import annotations

import gzip
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TYPES: Final = ("text/html", "application/json", "application/problem+json", "text/csv")
LEAST_BYTES: Final = 1_024  # below it a header costs more than is saved
LEVEL: Final = 4  # a page of 40 kB takes less than a millisecond


class Compression:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and scope["method"] == "GET"
        if not wanted or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def compress(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and fitting(message):
                start = message
                return
            if start:
                held, start = start, {}
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    message = compressed(held, message)
                await send(held)
            await send(message)

        await self._app(scope, receive, compress)


def fitting(start: Message) -> bool:
    """Whether an answer that begins so should be compressed."""
    headers = Headers(raw=start["headers"])
    length = headers.get("content-length", "")
    return (
        headers.get("content-type", "").startswith(_TYPES)
        and "content-encoding" not in headers
        and length.isdigit()
        and int(length) >= LEAST_BYTES
    )


def compressed(start: Message, body: Message) -> Message:
    """The one piece ``body``, compressed; changes the headers of ``start`` accordingly."""
    content = gzip.compress(body.get("body", b""), LEVEL, mtime=0)
    headers = MutableHeaders(raw=start["headers"])
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(content))
    headers.add_vary_header("accept-encoding")
    start["headers"] = headers.raw
    return {**body, "body": content}
