"""How a message becomes search terms, and a query the terms it wants. Pure; the same on every database.

Chinese, Japanese and Korean are cut into pairs of characters, so no dictionary decides what can be found; the last
character of a run is a term by itself, so that every character begins exactly one term and a single one is found as
a beginning. Other scripts are cut into words, found by their beginning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORD = 24  # letters of a word that are kept
MAX_WANTED = 12  # terms of a query that are looked up; the check of the text itself covers the rest
MAX_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that a message must have; ``beginning``: or one that begins so."""

    term: str
    beginning: bool


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    pairs: bool


def folded(text: str) -> str:
    """Text without differences that searching people do not mean: width, case, compatibility forms."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of(text: str) -> set[str]:
    """The terms under which ``text`` is found."""
    found: set[str] = set()
    for run in _runs(folded(text)):
        if run.pairs:
            found.update(run.text[place : place + 2] for place in range(len(run.text)))
        else:
            found.add(run.text[:MAX_WORD])
    return found


def wanted_of(query: str) -> list[Wanted]:
    """The terms that a message must have to answer ``query``; exact ones first. Empty: nothing can be looked for."""
    found: dict[Wanted, None] = {}
    for run in _runs(folded(query[:MAX_QUERY])):
        if not run.pairs:
            found[Wanted(run.text[:MAX_WORD], beginning=True)] = None
        elif len(run.text) == 1:
            found[Wanted(run.text, beginning=True)] = None
        else:
            found |= {Wanted(run.text[place : place + 2], False): None for place in range(len(run.text) - 1)}
    return sorted(found, key=lambda wanted: (wanted.beginning, -len(wanted.term)))[:MAX_WANTED]


def answers(text: str, query: str) -> bool:
    """Whether ``text`` holds every part of ``query``: runs of characters as they stand, words by their beginning."""
    runs = list(_runs(folded(text)))
    for part in _runs(folded(query[:MAX_QUERY])):
        if part.pairs:
            held = any(run.pairs and part.text in run.text for run in runs)
        else:
            held = any(not run.pairs and run.text.startswith(part.text) for run in runs)
        if not held:
            return False
    return True


def _runs(text: str) -> Iterator[_Run]:
    start, kind = 0, None
    for place, sign in enumerate(text):
        now = _kind(sign)
        if now is not kind:
            if kind is not None:
                yield _Run(text[start:place], kind)
            start, kind = place, now
    if kind is not None:
        yield _Run(text[start:], kind)


def _kind(sign: str) -> bool | None:
    """``True``: a script without spaces between words; ``False``: letters and digits; ``None``: neither."""
    code = ord(sign)
    if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7AF or 0xF900 <= code <= 0xFAFF:
        return True
    if 0x20000 <= code <= 0x323AF:
        return True
    return False if sign.isalnum() else None
