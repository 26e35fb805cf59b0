"""The second fence between tenants: PostgreSQL's row-level security.

Each transaction names its chains in ``liyu.chains``; a row of another chain can then be neither seen nor written, even
by a query that forgot to ask. Only migrations use this module. On SQLite it does nothing.
"""

from __future__ import annotations

from typing import Final

from alembic import op

_CHAINS: Final = "(select current_setting('liyu.chains', true))"


def protect(*tables: str, column: str = "chain_id") -> None:
    """Let rows of ``tables`` be reached only by transactions that name the chain in ``column``.

    Also the owner of the tables is held to it (``FORCE``): the server connects as that role.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        for statement in statements(table, column):
            op.execute(statement)


def statements(table: str, column: str = "chain_id") -> tuple[str, ...]:
    """The statements that protect one table."""
    rule = f"{_CHAINS} = '*' or {column} = any(string_to_array({_CHAINS}, ','))"
    return (
        f'alter table "{table}" enable row level security',
        f'alter table "{table}" force row level security',
        f'create policy chain on "{table}" using ({rule}) with check ({rule})',
    )
