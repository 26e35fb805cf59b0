"""Which column of a file means which field of ours: the template, the guess, and the check of what a person chose."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from liyu.catalog.importing.errors import BadMapping
from liyu.catalog.model import GROUPS

#: ``zh`` and ``en`` in names of fields → the language of texts.
LANGUAGES = {"zh": "zh-CN", "en": "en"}
TEXTS = ("title", "line", "description", "meaning", "selling_points")
STOCK = "stock_"  # and the code of a place

#: Fields of the template but for stock, which has one for each place.
FIELDS = (
    "sku",
    "product",
    *(f"{text}_{language}" for text in TEXTS for language in LANGUAGES),
    *(f"variant_{language}" for language in LANGUAGES),
    "price",
    "currency",
    *GROUPS,
    "status",
    "rank",
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field → column of the file, and field → what every row has."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]


def template(places: Sequence[str]) -> tuple[str, ...]:
    """The columns of our template for a chain with these places (codes)."""
    return (*FIELDS, *(STOCK + code for code in places))


def guessed(columns: Sequence[str], places: Sequence[str]) -> dict[str, str]:
    """The mapping that the names of the columns suggest. Plain stock goes to the first place."""
    known = {_plain(field): field for field in template(places)}
    for field, names in _synonyms().items():
        for name in names:
            target = field if field != "stock" else STOCK + places[0] if places else ""
            if target:
                known.setdefault(_plain(name), target)
    mapping: dict[str, str] = {}
    for column in columns:
        field = known.get(_plain(column), "")
        if field and field not in mapping:
            mapping[field] = column
    return mapping


def checked(mapping: ColumnMapping, columns: Sequence[str], places: Sequence[str]) -> ColumnMapping:
    """The mapping as it is, when it fits the file. Raises ``BadMapping``."""
    fields = set(template(places))
    for field in (*mapping.columns, *mapping.constants):
        if field not in fields:
            raise BadMapping(what=field)
    for column in mapping.columns.values():
        if column not in columns:
            raise BadMapping(what=column)
    if "sku" not in mapping.columns:
        raise BadMapping(what="sku")
    return mapping


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    text = resources.files("liyu.catalog.importing").joinpath("synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
