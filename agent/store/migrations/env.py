"""Alembic's entry: migrations run on the connection the store hands over, and nowhere else."""

from alembic import context

from agent.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
