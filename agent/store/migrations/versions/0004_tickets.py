"""Who changed what drifted, and the tickets that follow gaps."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, String

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORD = String().with_variant(String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables; both are empty until something drifts, and a tracker is configured."""
    op.create_table(
        "origins",
        Column("check", WORD, primary_key=True),
        Column("scope", WORD, primary_key=True),
        Column("subject", WORD, primary_key=True),
        Column("origin", JSON, nullable=False),
    )
    op.create_table(
        "tickets",
        Column("tracker", WORD, primary_key=True),
        Column("gap", Integer, primary_key=True, autoincrement=False),
        Column("wanted", Integer, nullable=False),
        Column("told", Integer, nullable=False),
        Column("key", WORD),
        Column("url", WORD),
        Column("open", Boolean, nullable=False),
        Column("closed_by_hand", Boolean, nullable=False),
        Column("content", WORD),
        Column("findings", JSON, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", WORD, nullable=False),
        Column("claimed_until", WORD),
        Column("looked_at", WORD),
        Column("why", WORD),
    )
    op.create_index("tickets_due", "tickets", ["tracker", "due_at"])
