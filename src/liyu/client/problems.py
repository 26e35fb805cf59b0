"""Refusals over HTTP: RFC 9457 problem documents as an exception."""

from __future__ import annotations

from typing import Any

import httpx


class Problem(Exception):
    """The server refused a request.

    ``code`` is stable (``area.word``), ``detail`` the sentence for a person, ``retryable`` says that the same request
    may succeed after ``retry_after_ms``.
    """

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        self.status = status
        self.code = str(document.get("code", "internal.unknown"))
        self.detail = str(document.get("detail", ""))
        self.retryable = bool(document.get("retryable", False))
        self.retry_after_ms: int | None = document.get("retry_after_ms")
        super().__init__(f"{status} {self.code}: {self.detail}")


def raise_for_problem(response: httpx.Response) -> None:
    """Raise ``Problem`` for an answer of 400 and more."""
    if response.status_code < 400:
        return
    try:
        document = response.json()
    except ValueError:
        document = {"detail": response.text[:200]}
    raise Problem(response.status_code, document if isinstance(document, dict) else {})
