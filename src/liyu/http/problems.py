"""Every error as a problem document (RFC 9457) with a stable ``code``, in the caller's language.

An expected refusal keeps its reason; an unexpected exception becomes a 500 that tells nothing of the inside.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from liyu.http.language import Language, language_of
from liyu.kit.errors import Reason, Refusal

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[dict[Reason, int]] = {
    Reason.INVALID: 422,
    Reason.UNAUTHENTICATED: 401,
    Reason.FORBIDDEN: 403,
    Reason.NOT_FOUND: 404,
    Reason.CONFLICT: 409,
    Reason.GONE: 410,
    Reason.TOO_LARGE: 413,
    Reason.UNSUPPORTED: 415,
    Reason.TOO_MANY: 429,
    Reason.UNAVAILABLE: 503,
}

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "http.bad_request": ("请求的格式不对。", "The request could not be read."),
    "http.not_found": ("没有找到您要的内容。", "There is nothing at this address."),
    "http.method": ("这个地址不支持这种操作。", "This address does not support that method."),
    "http.invalid": (
        "有些内容填得不对，请检查后再试。",
        "Some of what was sent is not right. Please check it and try again.",
    ),
    "http.too_large": ("内容太大了，放不下。", "That is too large."),
    "http.refused": ("这一步没有成功。", "That did not work."),
    "internal.error": (
        "店里的系统出了点问题，我们已经记下来了。",
        "Something went wrong on our side; it has been noted.",
    ),
}

_HTTP_CODES: Final = {400: "http.bad_request", 404: "http.not_found", 405: "http.method", 413: "http.too_large"}


class InvalidField(BaseModel):
    """One place of the request that is not right."""

    at: str = Field(description="Where, as a path such as `body.name` or `query.limit`.", examples=["body.name"])
    message: str = Field(
        description="What is not right, in English.", examples=["String should have at least 1 character"]
    )


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). Act on `code`; show `detail`."""

    type: str = Field(description="`about:blank`, or an address about this kind of problem.", examples=["about:blank"])
    title: str = Field(description="The HTTP status in words.", examples=["Conflict"])
    status: int = Field(description="The HTTP status.", examples=[409])
    code: str = Field(description="Stable name of the problem, in the form `area.word`.", examples=["message.conflict"])
    detail: str = Field(
        description="A sentence for a person, in the language of `Accept-Language`.", examples=["没有找到您要的内容。"]
    )
    retryable: bool = Field(description="Whether the same request may succeed later.", examples=[False])
    retry_after_ms: int | None = Field(
        default=None, description="Milliseconds to wait before trying again; absent when unknown.", examples=[2000]
    )
    details: dict[str, Any] | None = Field(
        default=None, description="Plain values about this occurrence.", examples=[{"limit": 4000}]
    )
    errors: list[InvalidField] | None = Field(
        default=None,
        description="The places that are not right, when the request did not fit its description.",
        examples=[[]],
    )


def rendered(refusal: Refusal, language: Language) -> Response:
    """The response for an expected refusal."""
    return _response(
        STATUS[refusal.reason],
        code=refusal.code,
        detail=refusal.message(language),
        retryable=refusal.retryable,
        retry_after_ms=refusal.retry_after_ms,
        details=_plain(refusal.details),
    )


def plain_problem(status: int, code: str, language: Language, **more: Any) -> Response:
    """The response for a problem of the HTTP edge itself."""
    chinese, english = _SENTENCES[code]
    return _response(status, code=code, detail=chinese if language.startswith("zh") else english, **more)


def install(app: FastAPI) -> None:
    """Answer refusals, invalid input, unknown addresses and defects of ``app`` with problem documents."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_defect)


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return rendered(error, language_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"at": ".".join(str(part) for part in found["loc"]), "message": str(found["msg"])} for found in error.errors()
    ]
    return plain_problem(422, "http.invalid", language_of(request), errors=errors)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _HTTP_CODES.get(error.status_code, "http.refused")
    response = plain_problem(error.status_code, code, language_of(request))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _on_defect(request: Request, error: Exception) -> Response:
    log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return plain_problem(500, "internal.error", language_of(request), retryable=True)


def _response(status: int, *, retryable: bool = False, retry_after_ms: int | None = None, **more: Any) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "retryable": retryable}
    body |= {name: value for name, value in more.items() if value}
    headers = {}
    if retry_after_ms is not None:
        body["retry_after_ms"] = retry_after_ms
        headers["Retry-After"] = str(-(-retry_after_ms // 1000))
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if isinstance(value, str | int | float | bool)}
