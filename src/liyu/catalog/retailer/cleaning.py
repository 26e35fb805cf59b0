"""What is made of the retailer's own words and numbers. Pure.

Stock by rule, for the data has none: the warehouse holds four weeks of the year's sales, 500 at most; the shop a tenth
of that, 20 at most; one article in 29, chosen by a digest of its SKU, is sold out.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from liyu.catalog.retailer.files import Article
from liyu.platform.search.text import stem

WEEKS = 53  # that the data covers
_SMALL = frozenset(["a", "and", "at", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
_UNITS = re.compile(r"^\d+(x\d+)*(cm|mm|m|ml|l|g|kg|in|pcs)?$", re.IGNORECASE)


def title(description: str) -> str:
    """A readable name: ``WHITE HANGING HEART T-LIGHT HOLDER`` → ``White Hanging Heart T-Light Holder``."""
    words = re.sub(r"\s+([,.])", r"\1", " ".join(description.strip("* ").split())).split(" ")
    return " ".join(_word(word, first=place == 0) for place, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    low = word.lower()
    if _UNITS.match(word):
        return low
    if low in _SMALL and not first:
        return low
    return re.sub(r"(^|[-/(+&\"])([a-z])", lambda found: found.group(1) + found.group(2).upper(), low)


def attributes(description: str) -> dict[str, list[str]]:
    """What the name says about the gift: group → keys of the vocabulary."""
    words = {stem(word) for word in re.findall(r"[a-z][a-z-]*", description.lower())}
    words |= {part for word in words for part in word.split("-")}
    found: dict[str, list[str]] = {}
    for group, keys in _words().items():
        fitting = [key for key, wanted in keys.items() if words & wanted]
        if fitting:
            found[group] = fitting
    return found


@cache
def _words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    text = resources.files("liyu.catalog.retailer").joinpath("words.toml").read_text(encoding="utf-8")
    return {
        group: {key: frozenset(stem(word) for word in words) for key, words in keys.items()}
        for group, keys in tomllib.loads(text).items()
    }


def stock(article: Article) -> tuple[int, int]:
    """Pieces in the warehouse and in the shop."""
    if zlib.crc32(article.sku.encode()) % 29 == 0:
        return 0, 0
    main = min(500, -(-article.sold * 4 // WEEKS))
    return main, min(20, main // 10)
