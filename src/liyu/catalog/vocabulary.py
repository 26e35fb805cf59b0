"""The words for what a gift is like: stable keys in data and addresses, labels for people.

The groups and their labels stand in ``vocabulary.toml``. A key that is not there (an owner's own word, an import) is
its own label, so nothing is lost and nothing needs a release.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from liyu.catalog.model import in_language

#: The name of a group in a query (``?for=``) → the group.
QUERY_GROUPS = {
    "for": "for_whom",
    "occasion": "occasions",
    "style": "styles",
    "colour": "colours",
    "material": "materials",
    "age": "ages",
}


@cache
def labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Group → key → language → label, each group in the order in which it is shown."""
    text = resources.files("liyu.catalog").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def label(group: str, key: str, language: str) -> str:
    """What ``key`` is called in ``language``; the key itself when the vocabulary does not have it."""
    entry = labels().get(group, {}).get(key)
    return key if entry is None else in_language(entry, language) or key


def spoken(group: str, key: str) -> tuple[str, ...]:
    """Every label of ``key``, for search in any language."""
    entry = labels().get(group, {}).get(key)
    return (key,) if entry is None else tuple(entry.values())


def key_of(group: str, word: str) -> str:
    """The key whose label in any language is ``word`` (case is ignored), else ``word`` as it is, trimmed."""
    wanted = word.strip().casefold()
    for key, entry in labels().get(group, {}).items():
        if wanted == key or any(wanted == name.casefold() for name in entry.values()):
            return key
    return word.strip()
