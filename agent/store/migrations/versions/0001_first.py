"""The first schema: log, projections, outbox, and the triggers that keep the log append-only."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MESSAGE = "the log is append-only"


def upgrade() -> None:
    """Create everything as it was in the first version."""
    op.create_table(
        "log",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("kind", String, nullable=False),
        Column("body", Text, nullable=False),
        Column("leaf", LargeBinary(32), nullable=False),
    )
    op.create_index("log_kind", "log", ["kind", "number"])
    op.create_table(
        "cycles",
        Column("cycle", Integer, primary_key=True, autoincrement=False),
        Column("trigger", String, nullable=False),
        Column("sources", JSON, nullable=False),
        Column("started_at", String, nullable=False),
        Column("finished_at", String),
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
        Column("connection", String, nullable=False),
        Column("collector", String, nullable=False),
        Column("scope", String, nullable=False),
        Column("first_observed_at", String, nullable=False),
        Column("observed_at", String, nullable=False),
        Column("records", Integer, nullable=False),
        Column("records_digest", String, nullable=False),
        Column("calls", Integer, nullable=False),
        Column("assessments", String, nullable=False),
        Column("omissions", JSON, nullable=False),
        Column("reached", JSON, nullable=False),
        Column("latest", Boolean, nullable=False),
    )
    op.create_index("snapshots_latest", "snapshots", ["collector", "scope", "latest"])
    op.create_index("snapshots_cycle", "snapshots", ["cycle"])
    op.create_table(
        "standing",
        Column("check", String, primary_key=True),
        Column("scope", String, primary_key=True),
        Column("control", String, primary_key=True),
        Column("conclusion", String, nullable=False),
        Column("observed_at", String, nullable=False),
        Column("collector", String, nullable=False),
        Column("snapshot", Integer, nullable=False),
        Column("doubtful", JSON, nullable=False),
        Column("tested", Boolean, nullable=False),
    )
    op.create_index("standing_snapshot", "standing", ["snapshot"])
    op.create_table(
        "findings",
        Column("id", String, primary_key=True),
        Column("check", String, nullable=False),
        Column("scope", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("name", String, nullable=False),
        Column("lasting", String, nullable=False),
        Column("severity", String, nullable=False),
        Column("state", String, nullable=False),
        Column("opened_at", String, nullable=False),
        Column("closed_at", String),
        Column("times_opened", Integer, nullable=False),
        Column("gap", Integer, nullable=False),
        Column("verdict", JSON, nullable=False),
        Column("how_closed", String),
        Column("occurred_at", String),
    )
    op.create_index("findings_check", "findings", ["check", "scope"])
    op.create_index("findings_gap", "findings", ["gap"])
    op.create_table(
        "gaps",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("check", String),
        Column("control", String, nullable=False),
        Column("scope", String, nullable=False),
        Column("subject", String),
        Column("issue", String, nullable=False),
        Column("severity", String, nullable=False),
        Column("state", String, nullable=False),
        Column("opened_at", String, nullable=False),
        Column("closed_at", String),
        Column("since_cycle", Integer, nullable=False),
    )
    op.create_table(
        "controls",
        Column("control", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("since", String, nullable=False),
    )
    op.create_table(
        "troubles",
        Column("kind", String, primary_key=True),
        Column("what", String, primary_key=True),
        Column("scope", String, primary_key=True),
        Column("since", String, nullable=False),
        Column("why", String, nullable=False),
    )
    op.create_table(
        "messages",
        Column("id", String, primary_key=True),
        Column("route", String, nullable=False),
        Column("state", String, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", String, nullable=False),
        Column("sent_at", String),
        Column("why", String),
    )
    op.create_index("messages_due", "messages", ["state", "due_at"])
    op.create_table(
        "notices",
        Column("entry", Integer, primary_key=True, autoincrement=False),
        Column("route", String, primary_key=True),
        Column("message", String),
    )
    op.create_index("notices_message", "notices", ["message"])
    _refuse_changes_of_the_log()


def _refuse_changes_of_the_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON log "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()"
    )
