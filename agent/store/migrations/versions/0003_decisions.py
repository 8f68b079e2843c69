"""What people decide: acceptances, explanations, owners and dates; and what was told of those.

The states are worked out again from the log after every migration, so that new columns of
theirs may start empty.
"""

from alembic import op
from sqlalchemy import JSON, Column, Integer, String, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORD = String().with_variant(String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a table of acceptances, and columns for what is decided of findings and gaps."""
    op.create_table(
        "acceptances",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("covers", JSON, nullable=False),
        Column("by", WORD, nullable=False),
        Column("approver", WORD, nullable=False),
        Column("reason", WORD, nullable=False),
        Column("compensating", WORD, nullable=False),
        Column("until", WORD, nullable=False),
        Column("given_at", WORD, nullable=False),
        Column("state", WORD, nullable=False),
        Column("file", JSON),
        Column("ended_at", WORD),
        Column("ended_by", WORD),
        Column("ended_why", WORD),
    )
    nothing = text("'{}'")
    for column in (
        Column("tags", JSON, nullable=False, server_default=nothing),
        Column("acceptance", Integer),
        Column("explained_by", WORD),
        Column("explanation", WORD),
    ):
        op.add_column("findings", column)
    for column in (
        Column("since", WORD, nullable=False, server_default=text("''")),
        Column("owner", WORD),
        Column("due", WORD),
        Column("note", WORD),
        Column("assigned_by", WORD),
        Column("assigned_at", WORD),
        Column("reminded_of", WORD),
        Column("missed", WORD),
        Column("acceptance", Integer),
    ):
        op.add_column("gaps", column)
