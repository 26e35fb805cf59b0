"""Takes entries into the catalogue: one transaction a batch, found by SKU, so that repeating an import changes nothing.

``judged`` says what an entry would do; ``apply`` does exactly that. Each row is whole: what is wrong with its stock
keeps its price from changing too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection

from liyu.catalog import editing_store, store, tables
from liyu.catalog.drafts import ProductDraft, VariantDraft, given, slug_of, value
from liyu.catalog.importing.deciding import Entry
from liyu.catalog.importing.problems import Problem, Refused
from liyu.catalog.model import Product, StockLine, Variant, Words
from liyu.catalog.stock import store as stock_store
from liyu.catalog.stock.model import Move
from liyu.catalog.stock.store import Cause
from liyu.kit.ids import ChainId, LocationId, ProductId, VariantId, new_id

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an import goes: the chain, its places by code, the currency of new products, and who it is."""

    chain: ChainId
    places: Mapping[str, LocationId]
    currency: str
    cause: Cause
    source: str = "import"


@dataclass(slots=True)
class Shelf:
    """What the catalogue holds of a batch: by SKU and by address. Grows while the batch is applied."""

    by_sku: dict[str, tuple[Product, Variant]] = field(default_factory=dict)
    by_slug: dict[str, Product] = field(default_factory=dict)

    def put(self, product: Product) -> None:
        """Remember the product as it is now."""
        self.by_slug[product.slug] = product
        self.by_sku.update({variant.sku: (product, variant) for variant in product.variants})


def shelf(connection: Connection, target: Target, entries: Sequence[Entry]) -> Shelf:
    """What the catalogue holds of these entries."""
    known = editing_store.skus(connection, target.chain, [entry.sku for entry in entries])
    slugs = [slug_for(entry) for entry in entries]
    handles = store.product_ids(connection, target.chain, slugs)
    ids = dict.fromkeys([product for _, product in known.values()] + list(handles.values()))
    found = Shelf()
    for product in store.load(connection, target.chain, list(ids)):
        found.put(product)
    return found


def slug_for(entry: Entry) -> str:
    """The address of the product that the entry belongs to."""
    if entry.product is not None:
        return slug_of(entry.product, entry.sku)
    title = str(entry.texts.get("en", {}).get("title", ""))
    return slug_of(f"{title} {entry.sku}", entry.sku)


def judged(entry: Entry, held: Shelf, target: Target) -> Outcome:
    """What the entry would do. Raises ``Refused``."""
    product, variant = _found(entry, held)
    if product is None or variant is None:
        _check_new(entry, product)
    if product is not None and entry.currency is not None and entry.currency != product.currency:
        details = {"known": product.currency, "value": entry.currency}
        raise Refused(Problem(entry.row, "currency", "other_currency", details))
    if variant is None:
        return "created"
    assert product is not None
    _check_stock(entry, product, variant, target)
    same = (
        _product_change(entry, product) is None
        and _variant_change(entry, variant) is None
        and not _counts(entry, product, variant, target)
    )
    return "unchanged" if same else "updated"


def apply(connection: Connection, entries: Sequence[Entry], target: Target) -> tuple[dict[int, Outcome], list[Problem]]:
    """Take in a batch: row → what it did, and the problems of rows that stay out.

    Raises ``Refused`` when a row turns out to be impossible only while it is written: then nothing of the batch was.
    """
    held = shelf(connection, target, entries)
    outcomes: dict[int, Outcome] = {}
    problems: list[Problem] = []
    made = Made()
    touched: list[ProductId] = []
    for entry in entries:
        try:
            outcome = judged(entry, held, target)
        except Refused as refused:
            problems.append(refused.problem)
            continue
        outcomes[entry.row] = outcome
        if outcome == "created":
            touched.append(_create(connection, entry, held, target, made))
        elif outcome == "updated":
            touched.append(_update(connection, entry, held, target))
    made.write(connection)
    store.touch(connection, target.chain, touched, target.cause.at)
    return outcomes, problems


@dataclass(slots=True)
class Made:
    """Rows of what a batch makes, written together: a statement a row would take ten times as long."""

    products: list[dict[str, Any]] = field(default_factory=list)
    variants: list[dict[str, Any]] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Insert everything."""
        for table, rows in (
            (tables.products, self.products),
            (tables.variants, self.variants),
            (tables.stock, self.stock),
            (tables.stock_moves, self.moves),
        ):
            store.insert_rows(connection, table, rows)


def _found(entry: Entry, held: Shelf) -> tuple[Product | None, Variant | None]:
    if entry.sku in held.by_sku:
        return held.by_sku[entry.sku]
    return held.by_slug.get(slug_for(entry)), None


def _check_new(entry: Entry, product: Product | None) -> None:
    if product is None and not any("title" in parts for parts in entry.texts.values()):
        raise Refused(Problem(entry.row, "title", "missing_title"))
    if entry.price_minor is None:
        raise Refused(Problem(entry.row, "price", "missing_price"))


def _check_stock(entry: Entry, product: Product, variant: Variant, target: Target) -> None:
    for line, pieces in _counts(entry, product, variant, target):
        if pieces < line.reserved:
            details = {"reserved": line.reserved}
            raise Refused(Problem(entry.row, "stock", "below_reserved", details))


def _counts(entry: Entry, product: Product, variant: Variant, target: Target) -> list[tuple[StockLine, int]]:
    """The lines whose count the entry changes, with their new count."""
    lines = {line.location: line for line in product.stock if line.variant == variant.id}
    wanted = [
        (lines.get(target.places[code], StockLine(variant.id, target.places[code], 0, 0)), pieces)
        for code, pieces in entry.stock.items()
    ]
    return [(line, pieces) for line, pieces in wanted if line.on_hand != pieces]


def _product_change(entry: Entry, product: Product | None) -> ProductDraft | None:
    """What the entry changes of its product; ``None``: nothing."""
    texts = merged(product.texts if product else {}, entry.texts)
    attributes = {**(product.attributes if product else {}), **entry.attributes}
    wanted: dict[str, Any] = {}
    if product is None or texts != dict(product.texts):
        wanted["texts"] = texts
    if product is None or attributes != dict(product.attributes):
        wanted["attributes"] = attributes
    if entry.status is not None and (product is None or entry.status != product.status):
        wanted["status"] = entry.status
    if entry.rank is not None and (product is None or entry.rank != product.rank):
        wanted["rank"] = entry.rank
    return ProductDraft(**wanted) if wanted else None


def merged(known: Mapping[str, Words], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Words]:
    """Known words with the given parts put in. A language without a title takes one that another language has."""
    texts = dict(known)
    some = next((parts["title"] for parts in given.values() if "title" in parts), None)
    some = some or next((words.title for words in known.values()), "")
    for language, parts in given.items():
        changes: dict[str, Any] = dict(parts)
        if "selling_points" in changes:
            changes["selling_points"] = tuple(changes["selling_points"])
        texts[language] = replace(texts.get(language, Words(str(some))), **changes)
    return texts


def _variant_change(entry: Entry, variant: Variant) -> VariantDraft | None:
    wanted: dict[str, Any] = {}
    if entry.price_minor is not None and entry.price_minor != variant.price_minor:
        wanted["price_minor"] = entry.price_minor
    names = {**variant.names, **entry.names}
    if names != dict(variant.names):
        wanted["names"] = names
    return VariantDraft(**wanted) if wanted else None


def _create(connection: Connection, entry: Entry, held: Shelf, target: Target, made: Made) -> ProductId:
    """A new variant, of a new product unless the catalogue has its product already."""
    product = held.by_slug.get(slug_for(entry))
    change = _product_change(entry, product) or ProductDraft()
    chain, now = target.chain, target.cause.at
    if product is None:
        product = _new_product(entry, change, target)
        made.products.append(editing_store.product_row(product, target.source))
    elif given(change):
        editing_store.update_product(connection, chain, product.id, change, target.source)
    variant = Variant(
        id=VariantId(new_id("var", at_ms=now)),
        sku=entry.sku,
        price_minor=entry.price_minor or 0,
        names=dict(entry.names),
        options={},
    )
    made.variants.append(editing_store.variant_row(chain, product.id, variant, len(product.variants)))
    lines = [StockLine(variant.id, target.places[code], pieces, 0) for code, pieces in entry.stock.items()]
    made.stock += [stock_store.line_row(chain, line, now) for line in lines]
    made.moves += [
        stock_store.move_row(chain, line, Move("imported", line.on_hand, 0), target.cause)
        for line in lines
        if line.on_hand
    ]
    held.put(
        replace(
            product,
            texts=value(change.texts, product.texts),
            attributes=value(change.attributes, product.attributes),
            variants=(*product.variants, variant),
            stock=(*product.stock, *lines),
        )
    )
    return product.id


def _new_product(entry: Entry, draft: ProductDraft, target: Target) -> Product:
    now = target.cause.at
    return Product(
        id=ProductId(new_id("prd", at_ms=now)),
        chain=target.chain,
        slug=slug_for(entry),
        status=entry.status or "live",
        currency=entry.currency or target.currency,
        rank=entry.rank or 0,
        shops=(),
        texts=value(draft.texts, {}),
        attributes=value(draft.attributes, {}),
        gift_options={},
        personalisation={},
        created_at=now,
        updated_at=now,
        revision=0,
    )


def _update(connection: Connection, entry: Entry, held: Shelf, target: Target) -> ProductId:
    product, variant = held.by_sku[entry.sku]
    if (change := _product_change(entry, product)) is not None:
        editing_store.update_product(connection, target.chain, product.id, change, target.source)
    if (own := _variant_change(entry, variant)) is not None:
        editing_store.update_variant(connection, target.chain, variant.id, own)
    for line, pieces in _counts(entry, product, variant, target):
        if not _set_count(connection, target, line, pieces):
            now = stock_store.line(connection, target.chain, line.variant, line.location)
            details = {"reserved": now.reserved}
            raise Refused(Problem(entry.row, "stock", "below_reserved", details))
    held.put(store.load(connection, target.chain, [product.id])[0])
    return product.id


def _set_count(connection: Connection, target: Target, line: StockLine, pieces: int) -> bool:
    """Set a count from what it is now; false when more is promised by now."""
    stock_store.ensure_line(connection, target.chain, line.variant, line.location, target.cause.at)
    now = stock_store.lock_line(connection, target.chain, line.variant, line.location)
    if pieces == now.on_hand:
        return True
    change = Move("imported", pieces - now.on_hand, 0)
    return stock_store.move(connection, target.chain, line.variant, line.location, change, target.cause) is not None


def tally(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many rows did what."""
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    for outcome in outcomes:
        counts[outcome] += 1
    return counts
