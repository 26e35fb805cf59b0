"""The history of the tables, one linear line of Alembic revisions that runs on both databases."""
