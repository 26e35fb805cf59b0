"""Reads the demo catalogue's files into values. Pure but for reading what the package carries."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from liyu.catalog.model import LANGUAGES, Words
from liyu.catalog.vocabulary import QUERY_GROUPS

#: Files in the order in which the shop shows its gifts, and how it mixes them: one of each in turn.
FILES = ("home", "tea", "wear", "taste", "desk", "play")


@dataclass(frozen=True, slots=True)
class GiftVariant:
    """One thing that can be bought; ``stock``: code of a location → pieces."""

    sku: str
    names: Mapping[str, str]
    options: Mapping[str, str]
    price_minor: int
    stock: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Gift:
    """A product of the demo catalogue. ``pictures``: (name, ground)."""

    slug: str
    words: Mapping[str, Words]
    pictures: tuple[tuple[str, str], ...]
    attributes: Mapping[str, tuple[str, ...]]
    gift_options: Mapping[str, Any]
    personalisation: Mapping[str, Any]
    variants: tuple[GiftVariant, ...]


@cache
def gifts() -> tuple[Gift, ...]:
    """All gifts, in the order in which the shop shows them."""
    shelves = [[_gift(entry) for entry in _read("products", f"{name}.toml")["product"]] for name in FILES]
    mixed: list[Gift] = []
    while any(shelves):
        mixed.extend(shelf.pop(0) for shelf in shelves if shelf)
    return tuple(mixed)


@cache
def gift_options() -> Mapping[str, Any]:
    """Name of a set → boxes, card, wrappings."""
    return _read("gift_options.toml")


def warehouse() -> Mapping[str, Any]:
    """``code`` and ``names`` of the warehouse that sends for every shop."""
    return _read("warehouse.toml")


def _read(*path: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("liyu.catalog").joinpath("demo", *path).read_text(encoding="utf-8"))


def _gift(entry: Mapping[str, Any]) -> Gift:
    sku = entry["slug"].upper()
    variants = tuple(_variant(sku, entry, variant) for variant in entry.get("variant", ()))
    pictures = tuple(picture.split(":") for picture in entry["pictures"])
    return Gift(
        slug=entry["slug"],
        words={language: _words(entry[language.split("-")[0]]) for language in LANGUAGES},
        pictures=tuple((name, ground) for name, ground in pictures),
        attributes={group: tuple(entry.get(name, ())) for name, group in QUERY_GROUPS.items()},
        gift_options=gift_options()[entry["gift"]],
        personalisation=entry.get("personalise", {}),
        variants=variants or (GiftVariant(sku, {}, {}, entry["price"], entry["stock"]),),
    )


def _variant(sku: str, entry: Mapping[str, Any], variant: Mapping[str, Any]) -> GiftVariant:
    return GiftVariant(
        sku=f"{sku}-{variant['key'].upper()}",
        names={language: variant[language.split("-")[0]] for language in LANGUAGES},
        options=variant["options"],
        price_minor=variant.get("price", entry["price"]),
        stock=variant["stock"],
    )


def _words(texts: Mapping[str, Any]) -> Words:
    return Words(
        title=texts["title"],
        line=texts["line"],
        description=texts["description"],
        meaning=texts["meaning"],
        selling_points=tuple(texts["selling_points"]),
    )
