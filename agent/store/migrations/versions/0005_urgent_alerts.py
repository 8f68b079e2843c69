"""Alerts that quiet hours do not put off."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing that waits already is urgent."""
    for table in ("notices", "messages"):
        op.add_column(table, Column("urgent", Boolean, nullable=False, server_default=false()))
