"""Alembic's entry: runs on the connection that `migrations.runner` opened, under lock and statement timeouts."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
