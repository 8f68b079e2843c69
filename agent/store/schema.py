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
    false,
)

metadata = MetaData()

WORD = String().with_variant(String(collation="C"), "postgresql")
"""Text in the order of its bytes on both databases, whatever the server's language."""

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", WORD, nullable=False),
    Column("body", Text, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Index("log_kind", "kind", "number"),
)

cycles = Table(
    "cycles",
    metadata,
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

snapshots = Table(
    "snapshots",
    metadata,
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
    Index("snapshots_latest", "collector", "scope", "latest"),
    Index("snapshots_cycle", "cycle"),
)

standing = Table(
    "standing",
    metadata,
    Column("check", WORD, primary_key=True),
    Column("scope", WORD, primary_key=True),
    Column("control", WORD, primary_key=True),
    Column("conclusion", WORD, nullable=False),
    Column("observed_at", WORD, nullable=False),
    Column("collector", WORD, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("doubtful", JSON, nullable=False),
    Column("tested", Boolean, nullable=False),
    Index("standing_snapshot", "snapshot"),
    Index("standing_scope", "scope"),
)

findings = Table(
    "findings",
    metadata,
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
    Column("tags", JSON, nullable=False),
    Column("acceptance", Integer),
    Column("explained_by", WORD),
    Column("explanation", WORD),
    Index("findings_check", "check", "scope"),
    Index("findings_gap", "gap"),
)

gaps = Table(
    "gaps",
    metadata,
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
    Column("since", WORD, nullable=False),
    Column("owner", WORD),
    Column("due", WORD),
    Column("note", WORD),
    Column("assigned_by", WORD),
    Column("assigned_at", WORD),
    Column("reminded_of", WORD),
    Column("missed", WORD),
    Column("acceptance", Integer),
    Index("gaps_scope", "scope"),
)

acceptances = Table(
    "acceptances",
    metadata,
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

controls = Table(
    "controls",
    metadata,
    Column("control", WORD, primary_key=True),
    Column("state", WORD, nullable=False),
    Column("since", WORD, nullable=False),
)

troubles = Table(
    "troubles",
    metadata,
    Column("kind", WORD, primary_key=True),
    Column("what", WORD, primary_key=True),
    Column("scope", WORD, primary_key=True),
    Column("since", WORD, nullable=False),
    Column("why", WORD, nullable=False),
    Index("troubles_scope", "scope"),
)

origins = Table(
    "origins",
    metadata,
    Column("check", WORD, primary_key=True),
    Column("scope", WORD, primary_key=True),
    Column("subject", WORD, primary_key=True),
    Column("origin", JSON, nullable=False),
)

PROJECTIONS = (
    *(cycles, snapshots, standing, findings, gaps, acceptances, controls, troubles),
    origins,
)

messages = Table(
    "messages",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("route", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("gathered_at", WORD, nullable=False),
    Column("due_at", WORD, nullable=False),
    Column("claimed_until", WORD),
    Column("sent_at", WORD),
    Column("why", WORD),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Index("messages_due", "state", "due_at"),
)

notices = Table(
    "notices",
    metadata,
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("route", WORD, primary_key=True),
    Column("message", WORD),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Index("notices_message", "message"),
)

tickets = Table(
    "tickets",
    metadata,
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
    Index("tickets_due", "tracker", "due_at"),
)

tree = Table(
    "tree",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", WORD, nullable=False),
    Column("note", Text, nullable=False),
)

stamps = Table(
    "stamps",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("query", LargeBinary, nullable=False),
    Column("response", LargeBinary, nullable=False),
)
