"""What one row says: from cells to an entry, or the problem with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_args

from liyu.catalog.importing.columns import LANGUAGES, STOCK, TEXTS, ColumnMapping
from liyu.catalog.importing.problems import Problem, Refused
from liyu.catalog.importing.reading import Table
from liyu.catalog.model import GROUPS, Status
from liyu.catalog.stock.model import MOST_PIECES
from liyu.catalog.vocabulary import key_of
from liyu.http.fields import clean_line, clean_paragraph
from liyu.kit.money import exponent

_LIMITS = {"title": 80, "line": 200, "description": 2_000, "meaning": 2_000, "selling_points": 2_000}
_MOST_KEYS = 20
_HIGHEST = 2_147_483_647  # minor units
_MONEY = re.compile(r"^[^\d.,+-]{0,4}\s*([+-]?[\d.,' ]+?)\s*[^\d.,+-]{0,4}$")
_THOUSANDS = re.compile(r"^\d{1,3}([, ']\d{3})+(\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be taken in. What is ``None`` or absent was not given and stays as it is."""

    row: int
    sku: str
    product: str | None = None
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # language → part → value
    names: Mapping[str, str] = field(default_factory=dict)  # of the variant, by language
    price_minor: int | None = None
    currency: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: Status | None = None
    rank: int | None = None
    stock: Mapping[str, int] = field(default_factory=dict)  # code of a place → pieces


def decided(table: Table, mapping: ColumnMapping, currency: str) -> Iterator[Entry | Problem]:
    """Every row as an entry or its problem. ``currency`` where the row has none."""
    place = {name: at for at, name in enumerate(table.columns)}
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        if len(cells) > len(table.columns) and any(cell.strip() for cell in cells[len(table.columns) :]):
            yield Problem(line, "", "too_few_cells")
            continue
        row = dict(mapping.constants)
        for name, column in mapping.columns.items():
            at = place[column]
            row[name] = cells[at] if at < len(cells) else ""
        try:
            entry = decide(line, row, currency)
        except Refused as refused:
            yield refused.problem
            continue
        if entry.sku in seen:
            yield Problem(line, "sku", "duplicate_sku", {"first": seen[entry.sku]})
            continue
        seen[entry.sku] = line
        yield entry


def decide(line: int, row: Mapping[str, str], currency: str) -> Entry:
    """One row, field → cell. Raises ``Refused``."""
    sku = _line(line, "sku", row.get("sku", ""), 60)
    if not sku:
        raise Refused(Problem(line, "sku", "missing_sku"))
    own_currency = _currency(line, row.get("currency", ""))
    return Entry(
        row=line,
        sku=sku,
        product=_line(line, "product", row.get("product", ""), 80) or None,
        texts=_texts(line, row),
        names={
            language: name
            for short, language in LANGUAGES.items()
            if (name := _line(line, f"variant_{short}", row.get(f"variant_{short}", ""), 80))
        },
        price_minor=price(line, row.get("price", ""), own_currency or currency),
        currency=own_currency,
        attributes={group: keys for group in GROUPS if (keys := _keys(line, group, row.get(group, "")))},
        status=_status(line, row.get("status", "")),
        rank=_whole(line, "rank", row.get("rank", ""), "bad_rank", -1_000_000_000, 1_000_000_000),
        stock={
            name.removeprefix(STOCK): pieces
            for name, cell in row.items()
            if name.startswith(STOCK) and (pieces := _whole(line, name, cell, "bad_stock", 0, MOST_PIECES)) is not None
        },
    )


def price(line: int, text: str, currency: str) -> int | None:
    """A price in minor units; ``None`` for an empty cell. Raises ``Refused``.

    ``1,299`` is a thousand and more, ``2,55`` has a decimal comma; a sign of the currency may stand on either side.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    found = _MONEY.match(plain)
    amount = _decimal(found.group(1)) if found else None
    if amount is None:
        raise Refused(Problem(line, "price", "bad_price", {"value": text[:40]}))
    if amount < 0:
        raise Refused(Problem(line, "price", "negative_price"))
    places = exponent(currency)
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        details = {"value": text[:40], "currency": currency, "places": places}
        raise Refused(Problem(line, "price", "bad_decimals", details))
    if minor > _HIGHEST:
        raise Refused(Problem(line, "price", "price_too_high", {"value": text[:40]}))
    return int(minor)


def _decimal(text: str) -> Decimal | None:
    sign = "-" if text.startswith("-") else ""
    digits = text.lstrip("+-").strip()
    if _THOUSANDS.match(digits):
        digits = re.sub("[, ']", "", digits)
    elif re.fullmatch(r"\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")
    try:
        return Decimal(sign + digits) if re.fullmatch(r"\d{1,15}(\.\d{0,9})?|\.\d{1,9}", digits) else None
    except InvalidOperation:
        return None


def _whole(line: int, name: str, text: str, code: str, least: int, most: int) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    found = re.fullmatch(r"(-?\d{1,10})(?:\.0+)?", plain.replace(",", "") if _THOUSANDS.match(plain) else plain)
    if found is None or not least <= int(found.group(1)) <= most:
        raise Refused(Problem(line, name, code, {"value": text[:40]}))
    return int(found.group(1))


def _currency(line: int, text: str) -> str | None:
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if code and not re.fullmatch("[A-Z]{3}", code):
        raise Refused(Problem(line, "currency", "bad_currency", {"value": text[:40]}))
    return code or None


def _status(line: int, text: str) -> Status | None:
    wanted = text.strip().lower()
    for status in get_args(Status):
        if wanted == status:
            return cast(Status, status)
    if wanted:
        raise Refused(Problem(line, "status", "bad_status", {"value": text[:40]}))
    return None


def _texts(line: int, row: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = {}
    for short, language in LANGUAGES.items():
        for part in TEXTS:
            name = f"{part}_{short}"
            cell = row.get(name, "")
            if not cell.strip():
                continue
            value: Any = (
                _line(line, name, cell, _LIMITS[part]) if part in ("title", "line") else _text(line, name, cell)
            )
            if part == "selling_points":
                value = _split(line, name, str(value), 12)
            texts.setdefault(language, {})[part] = value
    return texts


def _line(line: int, name: str, text: str, limit: int) -> str:
    try:
        plain: str = clean_line(text)
    except ValueError:
        raise Refused(Problem(line, name, "bad_text", {"field": name})) from None
    if len(plain) > limit:
        raise Refused(Problem(line, name, "too_long", {"field": name, "limit": limit}))
    return plain


def _text(line: int, name: str, text: str) -> str:
    try:
        plain: str = clean_paragraph(text)
    except ValueError:
        raise Refused(Problem(line, name, "bad_text", {"field": name})) from None
    if len(plain) > _LIMITS["description"]:
        raise Refused(Problem(line, name, "too_long", {"field": name, "limit": _LIMITS["description"]}))
    return plain


def _split(line: int, name: str, text: str, most: int) -> list[str]:
    parts = [part.strip() for part in re.split(r"[|;；\n]", text) if part.strip()]
    if len(parts) > most:
        raise Refused(Problem(line, name, "too_many", {"field": name, "limit": most}))
    return parts


def _keys(line: int, group: str, text: str) -> tuple[str, ...]:
    """Keys or labels of the vocabulary, or own words, separated by ``|``, ``;``, commas or ``、``."""
    parts = [part for part in re.split(r"[|;；,，、\n]", _line(line, group, text, 1_000)) if part.strip()]
    if len(parts) > _MOST_KEYS:
        raise Refused(Problem(line, group, "too_many", {"field": group, "limit": _MOST_KEYS}))
    return tuple(dict.fromkeys(key_of(group, part)[:40] for part in parts))


def problems_of(decisions: Sequence[Entry | Problem]) -> list[Problem]:
    """The problems among decisions."""
    return [decision for decision in decisions if isinstance(decision, Problem)]
