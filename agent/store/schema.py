"""The tables: one log that only grows, and projections that can be rebuilt from it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Index("log_kind", "kind", "number"),
)

cycles = Table(
    "cycles",
    metadata,
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

snapshots = Table(
    "snapshots",
    metadata,
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
    Index("snapshots_latest", "collector", "scope", "latest"),
    Index("snapshots_cycle", "cycle"),
)

standing = Table(
    "standing",
    metadata,
    Column("check", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("control", String, primary_key=True),
    Column("conclusion", String, nullable=False),
    Column("observed_at", String, nullable=False),
    Column("collector", String, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("doubtful", JSON, nullable=False),
    Column("tested", Boolean, nullable=False),
    Index("standing_snapshot", "snapshot"),
)

findings = Table(
    "findings",
    metadata,
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
    Index("findings_check", "check", "scope"),
    Index("findings_gap", "gap"),
)

gaps = Table(
    "gaps",
    metadata,
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

controls = Table(
    "controls",
    metadata,
    Column("control", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("since", String, nullable=False),
)

troubles = Table(
    "troubles",
    metadata,
    Column("kind", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("since", String, nullable=False),
    Column("why", String, nullable=False),
)

PROJECTIONS = (cycles, snapshots, standing, findings, gaps, controls, troubles)

messages = Table(
    "messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("route", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", String, nullable=False),
    Column("sent_at", String),
    Column("why", String),
    Index("messages_due", "state", "due_at"),
)

notices = Table(
    "notices",
    metadata,
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("route", String, primary_key=True),
    Column("message", String),
    Index("notices_message", "message"),
)
