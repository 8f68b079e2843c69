"""The first schema: log, projections, outbox, and the triggers that keep the log append-only."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORD = String().with_variant(String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create everything as it was in the first version."""
    op.create_table(
        "log",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("kind", WORD, nullable=False),
        Column("body", Text, nullable=False),
        Column("leaf", LargeBinary(32), nullable=False),
    )
    op.create_index("log_kind", "log", ["kind", "number"])
    op.create_table(
        "cycles",
        Column("cycle", Integer, primary_key=True, autoincrement=False),
        Column("trigger", WORD, nullable=False),
        Column("sources", JSON, nullable=False),
        Column("started_at", WORD, nullable=False),
        Column("finished_at", WORD),
        Column("calls", Integer),
        Column("units", Integer),
        Column("incomplete", Integer),
        Column("new_gaps", JSON),
        Column("drifted", JSON),
    )
    op.create_table(
        "snapshots",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("cycle", Integer, nullable=False),
        Column("connection", WORD, nullable=False),
        Column("collector", WORD, nullable=False),
        Column("scope", WORD, nullable=False),
        Column("first_observed_at", WORD, nullable=False),
        Column("observed_at", WORD, nullable=False),
        Column("records", Integer, nullable=False),
        Column("records_digest", WORD, nullable=False),
        Column("calls", Integer, nullable=False),
        Column("assessments", WORD, nullable=False),
        Column("omissions", JSON, nullable=False),
        Column("reached", JSON, nullable=False),
        Column("latest", Boolean, nullable=False),
    )
    op.create_index("snapshots_latest", "snapshots", ["collector", "scope", "latest"])
    op.create_index("snapshots_cycle", "snapshots", ["cycle"])
    op.create_table(
        "standing",
        Column("check", WORD, primary_key=True),
        Column("scope", WORD, primary_key=True),
        Column("control", WORD, primary_key=True),
        Column("conclusion", WORD, nullable=False),
        Column("observed_at", WORD, nullable=False),
        Column("collector", WORD, nullable=False),
        Column("snapshot", Integer, nullable=False),
        Column("doubtful", JSON, nullable=False),
        Column("tested", Boolean, nullable=False),
    )
    op.create_index("standing_snapshot", "standing", ["snapshot"])
    op.create_table(
        "findings",
        Column("id", WORD, primary_key=True),
        Column("check", WORD, nullable=False),
        Column("scope", WORD, nullable=False),
        Column("subject", WORD, nullable=False),
        Column("name", WORD, nullable=False),
        Column("lasting", WORD, nullable=False),
        Column("severity", WORD, nullable=False),
        Column("state", WORD, nullable=False),
        Column("opened_at", WORD, nullable=False),
        Column("closed_at", WORD),
        Column("times_opened", Integer, nullable=False),
        Column("gap", Integer, nullable=False),
        Column("verdict", JSON, nullable=False),
        Column("how_closed", WORD),
        Column("occurred_at", WORD),
    )
    op.create_index("findings_check", "findings", ["check", "scope"])
    op.create_index("findings_gap", "findings", ["gap"])
    op.create_table(
        "gaps",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("check", WORD),
        Column("control", WORD, nullable=False),
        Column("scope", WORD, nullable=False),
        Column("subject", WORD),
        Column("issue", WORD, nullable=False),
        Column("severity", WORD, nullable=False),
        Column("state", WORD, nullable=False),
        Column("opened_at", WORD, nullable=False),
        Column("closed_at", WORD),
        Column("since_cycle", Integer, nullable=False),
    )
    op.create_table(
        "controls",
        Column("control", WORD, primary_key=True),
        Column("state", WORD, nullable=False),
        Column("since", WORD, nullable=False),
    )
    op.create_table(
        "troubles",
        Column("kind", WORD, primary_key=True),
        Column("what", WORD, primary_key=True),
        Column("scope", WORD, primary_key=True),
        Column("since", WORD, nullable=False),
        Column("why", WORD, nullable=False),
    )
    op.create_table(
        "messages",
        Column("id", WORD, primary_key=True),
        Column("route", WORD, nullable=False),
        Column("state", WORD, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("gathered_at", WORD, nullable=False),
        Column("due_at", WORD, nullable=False),
        Column("claimed_until", WORD),
        Column("sent_at", WORD),
        Column("why", WORD),
    )
    op.create_index("messages_due", "messages", ["state", "due_at"])
    op.create_table(
        "notices",
        Column("entry", Integer, primary_key=True, autoincrement=False),
        Column("route", WORD, primary_key=True),
        Column("message", WORD),
    )
    op.create_index("notices_message", "notices", ["message"])
    _refuse_changes_of_the_log()


def _refuse_changes_of_the_log() -> None:
    """Nothing is changed or removed, and every new entry follows the last."""
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


SQLITE = (
    """
    CREATE TRIGGER log_no_update BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
    """
    CREATE TRIGGER log_no_delete BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
    # INSERT OR REPLACE would remove an entry without a word of the two above
    """
    CREATE TRIGGER log_in_order BEFORE INSERT ON log
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM log)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
    """,
    """
    CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE FUNCTION refuse_hole_in_log() RETURNS trigger LANGUAGE plpgsql AS
    $$
    DECLARE
        first integer; final integer; entries bigint;
    BEGIN
        SELECT min(number), max(number), count(*) INTO first, final, entries FROM added;
        IF entries <> final - first + 1
            OR (first <> 1 AND NOT EXISTS (SELECT FROM log WHERE number = first - 1))
            OR EXISTS (SELECT FROM log WHERE number > final)
        THEN
            RAISE EXCEPTION 'the log is append-only';
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER log_in_order AFTER INSERT ON log REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_hole_in_log()
    """,
)
