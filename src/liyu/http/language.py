"""Which of the two languages a request wants. Chinese is the shop's own, so it is what stands when nothing is said."""

from __future__ import annotations

from typing import Final, Literal

from starlette.requests import HTTPConnection

Language = Literal["zh-CN", "en"]

CHINESE: Final[Language] = "zh-CN"
ENGLISH: Final[Language] = "en"


def language_of(request: HTTPConnection) -> Language:
    """``?lang=`` first, then ``Accept-Language``."""
    return chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def chosen(asked: str | None, accepted: str) -> Language:
    """The language for an explicit wish ``asked`` and an ``Accept-Language`` header ``accepted``."""
    if asked:
        return CHINESE if asked.lower().startswith("zh") else ENGLISH
    best: tuple[float, Language] = (0.0, CHINESE)
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";")
        quality = _quality(weight)
        if tag and tag != "*" and quality > best[0]:
            best = (quality, CHINESE if tag.lower().startswith("zh") else ENGLISH)
    return best[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
