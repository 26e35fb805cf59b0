"""Alembic's entry: runs revisions on the connection that ``liyu.platform.db.migrate`` passes, in its transaction."""

from __future__ import annotations

from alembic import context

from liyu.platform.db.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
