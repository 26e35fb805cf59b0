"""The one ``MetaData`` that every ``tables.py`` registers with; Alembic compares it with the migrations."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Integer, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

#: JSON on both databases (JSONB on PostgreSQL).
Json = JSON().with_variant(JSONB(), "postgresql")
#: Milliseconds since 1970 UTC, and other whole numbers beyond 32 bits.
Big = BigInteger().with_variant(Integer(), "sqlite")

__all__ = ["Big", "Boolean", "Integer", "Json", "LargeBinary", "Text", "metadata"]
