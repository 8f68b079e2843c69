"""The Merkle tree over the log, the signed checkpoints of it, and their time stamps."""

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String, Text, insert, select, table
from sqlalchemy import column as named

from agent.store.merkle import Frontier

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORD = String().with_variant(String(collation="C"), "postgresql")
APPEND_ONLY = ("tree", "checkpoints", "stamps")


def upgrade() -> None:
    """Create the tables, and work the tree out for the entries that are there."""
    op.create_table(
        "tree",
        Column("level", Integer, primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary(32), nullable=False),
    )
    op.create_table(
        "checkpoints",
        Column("size", Integer, primary_key=True, autoincrement=False),
        Column("at", WORD, nullable=False),
        Column("note", Text, nullable=False),
    )
    op.create_table(
        "stamps",
        Column("size", Integer, primary_key=True, autoincrement=False),
        Column("query", LargeBinary, nullable=False),
        Column("response", LargeBinary, nullable=False),
    )
    _grow()
    for name in APPEND_ONLY:
        _refuse_changes(name)


def _grow() -> None:
    connection = op.get_bind()
    log = table("log", named("number"), named("leaf"))
    leaves = connection.execute(select(log.c.leaf).order_by(log.c.number)).scalars().all()
    nodes = Frontier().extend(bytes(leaf) for leaf in leaves)
    if nodes:
        tree = table("tree", named("level"), named("position"), named("hash"))
        connection.execute(insert(tree), [node._asdict() for node in nodes])


def _refuse_changes(name: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
