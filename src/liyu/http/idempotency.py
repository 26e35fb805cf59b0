"""``Idempotency-Key``: a POST that is sent again under its key gets the first answer and is not done again.

For signed-in callers, for a day. Not where the answer holds a secret (sessions, links, site keys): those are shown
once and kept nowhere. Messages have a stronger promise of their own, their ``cid``, which is for ever.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final, Protocol

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liyu.http.authentication import Authenticator, token_of
from liyu.http.language import language_of
from liyu.http.problems import rendered
from liyu.identity.model import Principal
from liyu.kit.errors import Reason, Refusal

HEADER: Final = "idempotency-key"
PATTERN: Final = r"^[!-~]{1,128}$"
#: Below ``/api/v1``: what answers with a secret.
SECRETIVE: Final = ("/visitors", "/sessions", "/site-sessions", "/site-keys", "/links")
_PREFIX: Final = "/api/v1"
_KEPT_HEADERS: Final = ("content-type", "location")
#: Answers after which nothing has been done: the same key may be tried again.
_UNDONE: Final = frozenset({401, 403, 408, 429})
WAIT_MS: Final = 1_000
PATIENCE_MS: Final = 60_000  # after so long a request without an answer is taken for lost


class BadKey(Refusal):
    """The header is not a key."""

    code = "idempotency.bad_key"
    zh = "Idempotency-Key 需要 1 到 128 个可见字符。"
    en = "Idempotency-Key must be 1 to 128 visible ASCII characters."


class KeyReused(Refusal):
    """The key stands for another request."""

    code = "idempotency.reused"
    reason = Reason.CONFLICT
    zh = "这个 Idempotency-Key 已经用在另一个请求上。"
    en = "This Idempotency-Key was used for another request."


class UnderWay(Refusal):
    """The first request is being answered."""

    code = "idempotency.under_way"
    reason = Reason.CONFLICT
    retryable = True
    zh = "同一个请求正在处理，请稍等。"
    en = "The same request is being dealt with. Please wait a moment."


class OutcomeUnknown(Refusal):
    """The first request was never answered: its server stopped. Look at what is there before another try."""

    code = "idempotency.unknown"
    reason = Reason.CONFLICT
    zh = "上一次请求没有得到回应，请先看看它有没有生效，再用新的 Idempotency-Key。"
    en = "The first request was never answered. See whether it took effect before you use another key."


class Kept(Protocol):
    """What is known under a key."""

    @property
    def fingerprint(self) -> bytes: ...
    @property
    def begun_at(self) -> int: ...
    @property
    def status(self) -> int | None: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def body(self) -> bytes: ...


class Repeats(Protocol):
    """Where answers are kept."""

    async def begin(self, caller: Principal, key: str, fingerprint: bytes) -> Kept | None: ...
    async def finish(self, caller: Principal, key: str, status: int, headers: dict[str, str], body: bytes) -> None: ...
    async def forget(self, caller: Principal, key: str) -> None: ...


class Now(Protocol):
    """The time."""

    def now_ms(self) -> int: ...


@dataclass(slots=True)
class _Answer:
    """An answer on its way, remembered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            found = Headers(raw=message["headers"])
            self.headers = {name: found[name] for name in _KEPT_HEADERS if name in found}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Idempotency:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, repeats: Repeats, identity: Authenticator, clock: Now, secret: bytes) -> None:
        self._app = app
        self._repeats = repeats
        self._identity = identity
        self._clock = clock
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            if not re.match(PATTERN, key):
                raise BadKey()
            caller = await self._caller(request)
            if caller is None:
                await self._app(scope, receive, send)
                return
            body = await request.body()
            kept = await self._repeats.begin(caller, key, self._fingerprint(scope, body))
            if kept is not None:
                answer = self._again(kept, self._fingerprint(scope, body))
                await answer(scope, receive, send)
                return
        except Refusal as refusal:
            await rendered(refusal, language_of(request))(scope, receive, send)
            return
        await self._first(scope, body, send, caller, key)

    async def _caller(self, request: Request) -> Principal | None:
        """Who asks; ``None``: nobody that the key could belong to (the endpoint says what is wrong)."""
        try:
            token = token_of(request)
            return None if token is None else await self._identity.authenticate(token)
        except Refusal as refusal:
            if refusal.reason in (Reason.UNAUTHENTICATED, Reason.FORBIDDEN):
                return None
            raise

    async def _first(self, scope: Scope, body: bytes, send: Send, caller: Principal, key: str) -> None:
        answer = _Answer()
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def remembered(message: Message) -> None:
            answer.take(message)
            last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if last and (answer.status >= 500 or answer.status in _UNDONE):
                await self._repeats.forget(caller, key)
            elif last:  # before the caller sees it: whoever repeats now must find it
                await self._repeats.finish(caller, key, answer.status, answer.headers, bytes(answer.body))
            await send(message)

        await self._app(scope, replayed, remembered)

    def _again(self, kept: Kept, fingerprint: bytes) -> Response:
        if not hmac.compare_digest(kept.fingerprint, fingerprint):
            raise KeyReused()
        if kept.status is None:
            if self._clock.now_ms() - kept.begun_at > PATIENCE_MS:
                raise OutcomeUnknown()
            raise UnderWay(retry_after_ms=WAIT_MS)
        return Response(kept.body, kept.status, {**kept.headers, "idempotency-replayed": "true"})

    def _fingerprint(self, scope: Scope, body: bytes) -> bytes:
        said = b"\n".join((scope["path"].encode(), scope["query_string"], hashlib.sha256(body).digest()))
        return hmac.new(self._secret, said, hashlib.sha256).digest()


def key_of(scope: Scope) -> str | None:
    """The key of a request that may have one; ``None``: it has none, or its answer is not to be kept."""
    if scope["type"] != "http" or scope["method"] != "POST" or not takes_key(scope["path"]):
        return None
    return Headers(scope=scope).get(HEADER)


def takes_key(path: str) -> bool:
    """Whether a POST to ``path`` may carry a key."""
    below = path.removeprefix(_PREFIX)
    return path.startswith(_PREFIX + "/") and not any(below == one or below.startswith(one + "/") for one in SECRETIVE)
