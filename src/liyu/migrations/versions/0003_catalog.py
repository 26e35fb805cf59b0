"""The catalogue: products, stock and its reservations, imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big, Json
from liyu.platform.db.row_security import protect

revision = "0003_catalog"
down_revision = "0002_messaging"
branch_labels = None
depends_on = None

#: In the order in which they can be made; all belong to a chain.
TABLES = (
    "catalog_heads",
    "catalog_products",
    "catalog_variants",
    "catalog_media",
    "catalog_locations",
    "catalog_stock",
    "catalog_stock_moves",
    "catalog_reservations",
    "catalog_imports",
    "catalog_import_errors",
    "catalog_pairs",
)


def upgrade() -> None:
    _products()
    _stock()
    _imports()
    protect(*TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _products() -> None:
    op.create_table(
        "catalog_heads",
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("revision", Big, nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name="pk_catalog_heads"),
    )
    op.create_table(
        "catalog_products",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("shops", Json, nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("gift_options", Json, nullable=False),
        sa.Column("personalisation", Json, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("revision", Big, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("updated_at", Big, nullable=False),
        sa.CheckConstraint("status in ('live', 'hidden', 'archived')", name="ck_catalog_products_status"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_products"),
        sa.UniqueConstraint("chain_id", "slug", name="uq_catalog_products_chain_id_slug"),
    )
    op.create_index("ix_catalog_products_chain_id_revision", "catalog_products", ["chain_id", "revision"], unique=False)
    op.create_table(
        "catalog_variants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("price_minor", Big, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.CheckConstraint("price_minor >= 0", name="ck_catalog_variants_price"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_catalog_variants_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_variants"),
        sa.UniqueConstraint("chain_id", "sku", name="uq_catalog_variants_chain_id_sku"),
    )
    op.create_index("ix_catalog_variants_product_id", "catalog_variants", ["product_id"], unique=False)
    op.create_table(
        "catalog_media",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("demo", sa.Text, nullable=True),
        sa.Column("file_id", sa.Text, nullable=True),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=True),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("alts", Json, nullable=False),
        sa.CheckConstraint("kind in ('picture', 'clip')", name="ck_catalog_media_kind"),
        sa.CheckConstraint("(demo is null) <> (file_id is null)", name="ck_catalog_media_one_source"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_catalog_media_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_media"),
    )
    op.create_index("ix_catalog_media_product_id", "catalog_media", ["product_id"], unique=False)


def _stock() -> None:
    op.create_table(
        "catalog_locations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=True),
        sa.Column("names", Json, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.CheckConstraint("(kind = 'shop') = (shop_id is not null)", name="ck_catalog_locations_shop"),
        sa.CheckConstraint("kind in ('shop', 'warehouse')", name="ck_catalog_locations_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_locations"),
        sa.UniqueConstraint("chain_id", "code", name="uq_catalog_locations_chain_id_code"),
    )
    op.create_table(
        "catalog_stock",
        sa.Column("variant_id", sa.Text, nullable=False),
        sa.Column("location_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("on_hand", sa.Integer, nullable=False),
        sa.Column("reserved", sa.Integer, nullable=False),
        sa.Column("updated_at", Big, nullable=False),
        sa.CheckConstraint("reserved >= 0 and reserved <= on_hand", name="ck_catalog_stock_not_oversold"),
        sa.ForeignKeyConstraint(["location_id"], ["catalog_locations.id"], name="fk_catalog_stock_location_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_stock_variant_id"),
        sa.PrimaryKeyConstraint("variant_id", "location_id", name="pk_catalog_stock"),
    )
    op.create_index("ix_catalog_stock_location_id", "catalog_stock", ["location_id"], unique=False)
    op.create_table(
        "catalog_stock_moves",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("variant_id", sa.Text, nullable=False),
        sa.Column("location_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("on_hand_by", sa.Integer, nullable=False),
        sa.Column("reserved_by", sa.Integer, nullable=False),
        sa.Column("on_hand_after", sa.Integer, nullable=False),
        sa.Column("reserved_after", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_stock_moves"),
    )
    op.create_index(
        "ix_catalog_stock_moves_chain_id_variant_id_id",
        "catalog_stock_moves",
        ["chain_id", "variant_id", "id"],
        unique=False,
    )
    op.create_table(
        "catalog_reservations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("variant_id", sa.Text, nullable=False),
        sa.Column("location_id", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.CheckConstraint("state in ('held', 'released', 'expired', 'taken')", name="ck_catalog_reservations_state"),
        sa.CheckConstraint("quantity > 0", name="ck_catalog_reservations_quantity"),
        sa.ForeignKeyConstraint(["location_id"], ["catalog_locations.id"], name="fk_catalog_reservations_location_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_reservations_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_reservations"),
    )
    op.create_index(
        "ix_catalog_reservations_chain_id_holder", "catalog_reservations", ["chain_id", "holder"], unique=False
    )
    op.create_index(
        "ix_catalog_reservations_state_expires_at", "catalog_reservations", ["state", "expires_at"], unique=False
    )
    op.create_index(
        "ix_catalog_reservations_variant_id_location_id_state",
        "catalog_reservations",
        ["variant_id", "location_id", "state"],
        unique=False,
    )


def _imports() -> None:
    op.create_table(
        "catalog_imports",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=True),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rows_total", sa.Integer, nullable=False),
        sa.Column("rows_done", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("beat_at", Big, nullable=False),
        sa.Column("ended_at", Big, nullable=True),
        sa.CheckConstraint("state in ('ready', 'running', 'done', 'failed')", name="ck_catalog_imports_state"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_imports"),
    )
    op.create_index("ix_catalog_imports_chain_id_id", "catalog_imports", ["chain_id", "id"], unique=False)
    op.create_table(
        "catalog_import_errors",
        sa.Column("import_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["catalog_imports.id"], name="fk_catalog_import_errors_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_catalog_import_errors"),
    )
    op.create_table(
        "catalog_pairs",
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("product_a", sa.Text, nullable=False),
        sa.Column("product_b", sa.Text, nullable=False),
        sa.Column("baskets", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "product_a", "product_b", name="pk_catalog_pairs"),
    )
    op.create_index("ix_catalog_pairs_chain_id_product_b", "catalog_pairs", ["chain_id", "product_b"], unique=False)
