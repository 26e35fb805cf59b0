"""Reads what the package carries of the retailer."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was found: ``description`` and ``price`` (GBP, decimal) may be empty. ``sold``: pieces and
    ``orders``: invoices from December 2009 to December 2010."""

    sku: str
    description: str
    price: str
    sold: int
    orders: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a basket. ``time``: HH:MM in London; ``price_minor``: pence a piece."""

    basket: int
    time: str
    sku: str
    quantity: int
    price_minor: int


def articles() -> list[Article]:
    """Every article, also those that cannot be sold for want of a name or a price."""
    return [
        Article(sku, description, price, int(sold), int(orders))
        for sku, description, price, sold, orders in _rows("products.csv.gz")
    ]


def pairs() -> list[tuple[str, str, int]]:
    """Articles bought together in at least twenty baskets, most frequent first: (SKU, SKU, baskets)."""
    return [(one, other, int(baskets)) for one, other, baskets in _rows("pairs.csv.gz")]


def day() -> list[Line]:
    """The lines of 22 December 2009 in the order of time, baskets numbered from 1."""
    return [
        Line(int(basket), time, sku, int(quantity), int(price))
        for basket, time, sku, quantity, price in _rows("day_2009_12_22.csv.gz")
    ]


def warehouse_names() -> Mapping[str, str]:
    """Language → what the warehouse is called."""
    text = resources.files("liyu.catalog.retailer").joinpath("warehouse.toml").read_text(encoding="utf-8")
    names: Mapping[str, str] = tomllib.loads(text)["names"]
    return names


def _rows(name: str) -> Iterator[list[str]]:
    content = resources.files("liyu.catalog.retailer").joinpath(name).read_bytes()
    rows = csv.reader(io.StringIO(gzip.decompress(content).decode(), newline=""))
    next(rows)
    return rows
