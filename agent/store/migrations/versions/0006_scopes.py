"""What stands in one scope is found without looking through all others."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Indexes alone: no row is changed."""
    for table in ("standing", "gaps", "troubles"):
        op.create_index(f"{table}_scope", table, ["scope"])
