"""What people want a product, a variant or a place to be: complete for a new one, a few fields for a change.

``UNSET`` marks what a change leaves alone. Pure; ``editing.py`` writes them down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final, TypeVar

from liyu.catalog.model import Status, Words
from liyu.kit.ids import ShopId

T = TypeVar("T")


class Unset(Enum):
    """The type of ``UNSET``."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product's own fields. ``slug`` is only read for a new product: printed addresses stay."""

    slug: str | Unset = UNSET
    status: Status | Unset = UNSET
    rank: int | Unset = UNSET
    shops: tuple[ShopId, ...] | Unset = UNSET
    texts: Mapping[str, Words] | Unset = UNSET
    attributes: Mapping[str, tuple[str, ...]] | Unset = UNSET
    gift_options: Mapping[str, Any] | Unset = UNSET
    personalisation: Mapping[str, Any] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant's own fields."""

    sku: str | Unset = UNSET
    names: Mapping[str, str] | Unset = UNSET
    options: Mapping[str, str] | Unset = UNSET
    price_minor: int | Unset = UNSET
    position: int | Unset = UNSET
    active: bool | Unset = UNSET


@dataclass(frozen=True, slots=True)
class LocationDraft:
    """A place's own fields. ``code``, ``kind`` and ``shop`` are only read for a new one."""

    code: str | Unset = UNSET
    shop: str | Unset | None = UNSET
    names: Mapping[str, str] | Unset = UNSET
    position: int | Unset = UNSET
    active: bool | Unset = UNSET


def given(draft: object) -> dict[str, Any]:
    """The fields that a draft sets."""
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}  # type: ignore[arg-type]
    return {name: value for name, value in values.items() if value is not UNSET}


def value(wanted: T | Unset, otherwise: T) -> T:
    """What a draft sets, or ``otherwise``."""
    return otherwise if isinstance(wanted, Unset) else wanted


def slug_of(text: str, otherwise: str) -> str:
    """An address made of Latin letters and digits of ``text``; ``otherwise`` when it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or otherwise.lower()
