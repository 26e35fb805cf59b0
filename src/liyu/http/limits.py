"""How large a request body may be. Counted while it arrives: a false or absent ``Content-Length`` changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liyu.http.language import language_of
from liyu.http.problems import plain_problem, rendered
from liyu.kit.errors import Reason, Refusal


class BodyTooLarge(Refusal):
    """The request body is beyond the limit of this address."""

    code = "http.too_large"
    reason = Reason.TOO_LARGE
    zh = "内容太大了，最多 {limit} 字节。"
    en = "That is too large: at most {limit} bytes are accepted here."


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests of ``method`` whose path begins with ``prefix`` may carry ``limit`` bytes."""

    method: str
    prefix: str
    limit: int


class BodyLimit:
    """ASGI middleware: ``limit`` bytes for everything, more where an allowance says so."""

    def __init__(self, app: ASGIApp, limit: int, allowances: Sequence[Allowance] = ()) -> None:
        self._app = app
        self._limit = limit
        self._allowances = allowances

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["method"], scope["path"])
        declared = declared_length(scope)
        if declared is None:
            await plain_problem(400, "http.bad_request", language_of(Request(scope)))(scope, receive, send)
            return
        if declared > limit:
            await rendered(BodyTooLarge(limit=limit), language_of(Request(scope)))(scope, receive, send)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        seen = 0

        async def count() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge(limit=limit)
            return message

        async def answer(message: Message) -> None:
            """Whatever the application makes of the broken body, the caller learns that it was too large."""
            if seen <= limit:
                await send(message)
            elif message["type"] == "http.response.start":
                await rendered(BodyTooLarge(limit=limit), language_of(Request(scope)))(scope, receive, send)

        await self._app(scope, count, answer)

    def _limit_of(self, method: str, path: str) -> int:
        fitting = (a.limit for a in self._allowances if a.method == method and path.startswith(a.prefix))
        return max(fitting, default=self._limit)


def declared_length(scope: Scope) -> int | None:
    """``Content-Length``, 0 when absent, ``None`` when it is not a number."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return 0
