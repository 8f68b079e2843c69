"""How the schema grew, one step a file; Alembic applies what is missing."""
