"""The catalogue's tables. Texts by language and attribute lists are JSON; what is counted or compared has a column.

``revision`` numbers every change of what search shows, per chain, without gaps in commit order: whoever follows it
(``indexing.py``) misses nothing. Products are archived, never deleted: printed addresses and old cards stay readable.
"""

from __future__ import annotations

import sqlalchemy as sa

from liyu.platform.db.metadata import Big, Boolean, Integer, Json, LargeBinary, Text, metadata

#: One row per chain. ``epoch`` is random and new when the numbering cannot be continued (another database).
heads = sa.Table(
    "catalog_heads",
    metadata,
    sa.Column("chain_id", Text, primary_key=True),
    sa.Column("epoch", Text, nullable=False),
    sa.Column("revision", Big, nullable=False),
)

products = sa.Table(
    "catalog_products",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("slug", Text, nullable=False),
    sa.Column("status", Text, nullable=False),  # live, hidden, archived
    sa.Column("currency", Text, nullable=False),
    sa.Column("rank", Integer, nullable=False),  # higher is shown first
    sa.Column("shops", Json, nullable=False),  # shop ids that sell it; empty: all of the chain
    sa.Column("texts", Json, nullable=False),  # language → title, line, description, meaning, selling_points
    sa.Column("attributes", Json, nullable=False),  # group → keys of the vocabulary
    sa.Column("gift_options", Json, nullable=False),
    sa.Column("personalisation", Json, nullable=False),  # {} where it cannot be personalised
    sa.Column("source", Text, nullable=False),  # who wrote it last: staff, demo, import, retailer
    sa.Column("revision", Big, nullable=False),
    sa.Column("created_at", Big, nullable=False),
    sa.Column("updated_at", Big, nullable=False),
    sa.UniqueConstraint("chain_id", "slug"),
    sa.CheckConstraint("status in ('live', 'hidden', 'archived')", name="status"),
    sa.Index("ix_catalog_products_chain_id_revision", "chain_id", "revision"),
)

variants = sa.Table(
    "catalog_variants",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("product_id", Text, sa.ForeignKey("catalog_products.id"), nullable=False),
    sa.Column("sku", Text, nullable=False),
    sa.Column("names", Json, nullable=False),  # language → name; {} for the only variant of a product
    sa.Column("options", Json, nullable=False),  # what tells it from the others: {"colour": "pink"}
    sa.Column("price_minor", Big, nullable=False),
    sa.Column("position", Integer, nullable=False),
    sa.Column("active", Boolean, nullable=False),
    sa.UniqueConstraint("chain_id", "sku"),
    sa.CheckConstraint("price_minor >= 0", name="price"),
    sa.Index("ix_catalog_variants_product_id", "product_id"),
)

#: Pictures and clips of a product, in the order in which they are shown.
media = sa.Table(
    "catalog_media",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("product_id", Text, sa.ForeignKey("catalog_products.id"), nullable=False),
    sa.Column("kind", Text, nullable=False),  # picture, clip
    sa.Column("position", Integer, nullable=False),
    sa.Column("demo", Text),  # name of a picture that the package carries, or
    sa.Column("file_id", Text),  # an uploaded file
    sa.Column("width", Integer, nullable=False),
    sa.Column("height", Integer, nullable=False),
    sa.Column("duration_ms", Integer),
    sa.Column("ground", Text, nullable=False),
    sa.Column("alts", Json, nullable=False),  # language → what it shows
    sa.CheckConstraint("kind in ('picture', 'clip')", name="kind"),
    sa.CheckConstraint("(demo is null) <> (file_id is null)", name="one_source"),
    sa.Index("ix_catalog_media_product_id", "product_id"),
)

locations = sa.Table(
    "catalog_locations",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("code", Text, nullable=False),  # short, stable, for files: "pingjiang", "main"
    sa.Column("kind", Text, nullable=False),  # shop, warehouse
    sa.Column("shop_id", Text),  # of a shop
    sa.Column("names", Json, nullable=False),
    sa.Column("position", Integer, nullable=False),
    sa.Column("active", Boolean, nullable=False),
    sa.UniqueConstraint("chain_id", "code"),
    sa.CheckConstraint("kind in ('shop', 'warehouse')", name="kind"),
    sa.CheckConstraint("(kind = 'shop') = (shop_id is not null)", name="shop"),
)

stock = sa.Table(
    "catalog_stock",
    metadata,
    sa.Column("variant_id", Text, sa.ForeignKey("catalog_variants.id"), primary_key=True),
    sa.Column("location_id", Text, sa.ForeignKey("catalog_locations.id"), primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("on_hand", Integer, nullable=False),
    sa.Column("reserved", Integer, nullable=False),
    sa.Column("updated_at", Big, nullable=False),
    # The last fence against overselling: no code path can pass it.
    sa.CheckConstraint("reserved >= 0 and reserved <= on_hand", name="not_oversold"),
    sa.Index("ix_catalog_stock_location_id", "location_id"),
)

#: Why stock changed: every adjustment, sale and reservation, with who did it.
stock_moves = sa.Table(
    "catalog_stock_moves",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("variant_id", Text, nullable=False),
    sa.Column("location_id", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),  # counted, adjusted, reserved, released, expired, taken, imported
    sa.Column("on_hand_by", Integer, nullable=False),
    sa.Column("reserved_by", Integer, nullable=False),
    sa.Column("on_hand_after", Integer, nullable=False),
    sa.Column("reserved_after", Integer, nullable=False),
    sa.Column("actor", Text, nullable=False),
    sa.Column("word", Text, nullable=False),
    sa.Column("at", Big, nullable=False),
    sa.Index("ix_catalog_stock_moves_chain_id_variant_id_id", "chain_id", "variant_id", "id"),
)

reservations = sa.Table(
    "catalog_reservations",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("variant_id", Text, sa.ForeignKey("catalog_variants.id"), nullable=False),
    sa.Column("location_id", Text, sa.ForeignKey("catalog_locations.id"), nullable=False),
    sa.Column("quantity", Integer, nullable=False),
    sa.Column("holder", Text, nullable=False),  # for whom: a bag, an order, a conversation
    sa.Column("state", Text, nullable=False),  # held, released, expired, taken
    sa.Column("created_at", Big, nullable=False),
    sa.Column("expires_at", Big, nullable=False),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint("state in ('held', 'released', 'expired', 'taken')", name="state"),
    sa.Index("ix_catalog_reservations_state_expires_at", "state", "expires_at"),
    sa.Index("ix_catalog_reservations_variant_id_location_id_state", "variant_id", "location_id", "state"),
    sa.Index("ix_catalog_reservations_chain_id_holder", "chain_id", "holder"),
)

imports = sa.Table(
    "catalog_imports",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("person_id", Text, nullable=False),
    sa.Column("name", Text, nullable=False),  # of the file, as it was given
    sa.Column("content", LargeBinary),  # the file; null once the run has ended
    sa.Column("mapping", Json, nullable=False),  # {"columns": …, "constants": …}
    sa.Column("state", Text, nullable=False),  # ready, running, done, failed
    sa.Column("rows_total", Integer, nullable=False),
    sa.Column("rows_done", Integer, nullable=False),
    sa.Column("created", Integer, nullable=False),
    sa.Column("updated", Integer, nullable=False),
    sa.Column("unchanged", Integer, nullable=False),
    sa.Column("refused", Integer, nullable=False),
    sa.Column("created_at", Big, nullable=False),
    sa.Column("beat_at", Big, nullable=False),  # last sign of life of the node that runs it
    sa.Column("ended_at", Big),
    sa.CheckConstraint("state in ('ready', 'running', 'done', 'failed')", name="state"),
    sa.Index("ix_catalog_imports_chain_id_id", "chain_id", "id"),
)

import_errors = sa.Table(
    "catalog_import_errors",
    metadata,
    sa.Column("import_id", Text, sa.ForeignKey("catalog_imports.id"), primary_key=True),
    sa.Column("number", Integer, primary_key=True),  # 1, 2, … within the import
    sa.Column("chain_id", Text, nullable=False),
    sa.Column("row", Integer, nullable=False),  # line of the file, the heading being 1
    sa.Column("field", Text, nullable=False),
    sa.Column("code", Text, nullable=False),
    sa.Column("details", Json, nullable=False),
)

#: Products bought together, from real baskets; ``product_a`` < ``product_b``.
pairs = sa.Table(
    "catalog_pairs",
    metadata,
    sa.Column("chain_id", Text, primary_key=True),
    sa.Column("product_a", Text, primary_key=True),
    sa.Column("product_b", Text, primary_key=True),
    sa.Column("baskets", Integer, nullable=False),
    sa.Index("ix_catalog_pairs_chain_id_product_b", "chain_id", "product_b"),
)
