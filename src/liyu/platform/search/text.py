"""How text becomes terms, the same for documents and queries.

Chinese is cut into single characters and pairs, so no dictionary decides what can be found; Latin text into lower-case
words without accents and plural endings. Titles and keywords are also known by the pinyin that begins at each of
their characters, whole syllables and initials, so that ``chahu`` and ``ch`` find a teapot. Slow only for pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

LONGEST_WORD = 40  # letters of a word that count
LONGEST_PREFIX = 12  # letters after which search as you type knows whole words only
SYLLABLES = 4  # of pinyin from each character: what people type before they see results
INITIALS = 8
QUERY_CHARACTERS = 120  # of a query that are read
QUERY_UNITS = 12

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """A document's terms by field: ``title`` and ``all`` exact, ``starts`` for search as you type, ``fuzzy`` whole
    words and pinyin against which typing errors are measured."""

    title: frozenset[str]
    all: frozenset[str]
    starts: frozenset[str]
    fuzzy: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a query asks for. ``latin`` units may be pinyin, unfinished or mistyped."""

    text: str
    latin: bool


@cache
def empty_words() -> frozenset[str]:
    """Words and single characters that a query is read without."""
    return _listed("empty_words.txt")


@cache
def endings() -> frozenset[str]:
    """Characters that end a noun without changing what it means."""
    return _listed("endings.txt")


def _listed(name: str) -> frozenset[str]:
    found: set[str] = set()
    for line in resources.files("liyu.platform.search").joinpath(name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            found.update(line if is_chinese(line) else line.split())
    return frozenset(found)


def normal(text: str) -> str:
    """Lower case, full-width to plain, without accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain)


def runs(text: str) -> Iterator[str]:
    """Stretches of Chinese or of Latin letters and digits, in order; apostrophes inside words are dropped."""
    return iter(_RUN.findall(normal(text).replace("'", "").replace("’", "")))


def is_chinese(run: str) -> bool:
    """Whether a run is Chinese; runs are never mixed."""
    return run[0] >= "\u3400"


def stem(word: str) -> str:
    """The word without an English plural ending; short words stay."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def exact_terms(text: str) -> set[str]:
    """Characters, pairs and stemmed words of ``text``."""
    found: set[str] = set()
    for run in runs(text):
        if is_chinese(run):
            found.update(run)
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.add(stem(run[:LONGEST_WORD]))
    return found


@lru_cache(maxsize=20_000)
def syllables(run: str) -> tuple[str, ...]:
    """The pinyin of a Chinese run without tones (ü as v), one syllable for each character that has one."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes long to load, and a start needs none of it

    return tuple(lazy_pinyin(run, style=Style.NORMAL, errors="ignore"))


def pinyin_terms(run: str) -> Iterator[str]:
    """What begins at each character: its next one to four syllables together."""
    sounds = syllables(run)
    for at in range(len(sounds)):
        for end in range(at + 1, min(at + SYLLABLES, len(sounds)) + 1):
            yield "".join(sounds[at:end])


def starting_terms(run: str) -> Iterator[str]:
    """All beginnings by which a run is found while it is being typed."""
    if not is_chinese(run):
        yield from _beginnings(run)
        return
    sounds = syllables(run)
    for at in range(len(sounds)):
        yield from _beginnings("".join(sounds[at : at + SYLLABLES]))
        initials = "".join(sound[0] for sound in sounds[at : at + INITIALS])
        yield from (initials[:length] for length in range(2, len(initials) + 1))


def _beginnings(word: str) -> Iterator[str]:
    return (word[:length] for length in range(1, min(len(word), LONGEST_PREFIX) + 1))


def document_terms(titles: Iterable[str], keywords: Iterable[str], texts: Iterable[str]) -> Terms:
    """The terms of a document."""
    named = [*titles]
    words = [*keywords]
    title: set[str] = set().union(*(exact_terms(text) for text in named))
    everything = title.union(*(exact_terms(text) for text in (*words, *texts)))
    starts: set[str] = set()
    fuzzy = {term for term in everything if not is_chinese(term) and len(term) > 2}
    for text in (*named, *words):
        for run in runs(text):
            starts.update(starting_terms(run))
            if is_chinese(run):
                fuzzy.update(pinyin_terms(run))
    return Terms(frozenset(title), frozenset(everything), frozenset(starts), frozenset(fuzzy))


def query_units(text: str) -> list[Unit]:
    """What a query asks for, each once, without words that say nothing (unless it has no others)."""
    units: dict[Unit, bool] = {}
    for run in runs(text[:QUERY_CHARACTERS]):
        if is_chinese(run):
            for part in _meaningful(run):
                pairs = [part[at : at + 2] for at in range(len(part) - 1)] or [part]
                units.update({Unit(pair, latin=False): True for pair in pairs})
        else:
            units[Unit(run[:LONGEST_WORD], latin=True)] = run not in empty_words()
    telling = [unit for unit, tells in units.items() if tells]
    return (telling or list(units))[:QUERY_UNITS]


def _meaningful(run: str) -> list[str]:
    parts = "".join(" " if letter in empty_words() else letter for letter in run).split()
    return parts or [run]
