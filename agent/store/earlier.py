"""What a cycle asks of earlier ones: answered by the database, and never all of it at once.

An organization of a thousand accounts has more than a million snapshots. Whoever held a line
for each of them would need more memory the larger the estate is.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, Text, and_, cast, or_, select

from agent.gaps.states import Gap
from agent.store import queries, schema
from agent.store.rows import json_text
from checks.contract import Outcome
from collectors.evidence.record import Instant

NOWHERE = json_text({})
BELOW = "/"
AFTER_BELOW = chr(ord(BELOW) + 1)
"""Sorts after whatever lies in a scope, and before whatever is beside it."""
Place = tuple[str, str]
"""Collector and scope."""


class Concluded(NamedTuple):
    """What one check last concluded over one scope, and the cycle that last read that scope.

    It counts as well where no snapshot is the newest one: a conclusion is never lost to a join.
    """

    check: str
    scope: str
    control: str
    conclusion: Outcome
    observed_at: Instant
    collector: str
    cycle: int


def reached(connection: Connection) -> dict[Place, Mapping[str, str]]:
    """How far the newest snapshot of each growing population got; of no other is it known."""
    table = schema.snapshots
    query = _latest(table.c.collector, table.c.scope, table.c.reached)
    found = connection.execute(query.where(cast(table.c.reached, Text) != NOWHERE))
    return {(collector, scope): position for collector, scope, position in found}


def scopes(
    connection: Connection, of: str, collector: str, *, within: str | None = None
) -> list[str]:
    """Where a collector was last read in a connection; all, or what lies in one scope."""
    table = schema.snapshots
    query = _latest(table.c.scope).where(table.c.connection == of, table.c.collector == collector)
    if within is not None:
        above = table.c.scope >= f"{within}{BELOW}"
        inside = and_(above, table.c.scope < f"{within}{AFTER_BELOW}")
        query = query.where(or_(table.c.scope == within, inside))
    return list(connection.scalars(query.order_by(table.c.scope)))


def connections(connection: Connection) -> set[str]:
    """Every connection of which something is still known."""
    return set(connection.scalars(_latest(schema.snapshots.c.connection).distinct()))


def places(
    connection: Connection,
    of: str,
    *,
    by: Collection[str] | None = None,
    but_by: Collection[str] = (),
    before: int | None = None,
) -> list[Place]:
    """Collector and scope of the newest snapshots of a connection.

    Args:
        connection: The database.
        of: The connection whose snapshots they are.
        by: These collectors only.
        but_by: These collectors not.
        before: Only what no cycle saw from this one on.
    """
    table = schema.snapshots
    query = _latest(table.c.collector, table.c.scope).where(table.c.connection == of)
    if by is not None:
        query = query.where(table.c.collector.in_(by))
    if but_by:
        query = query.where(table.c.collector.not_in(but_by))
    if before is not None:
        query = query.where(table.c.cycle < before)
    return _pairs(connection, query.order_by(table.c.collector, table.c.scope))


def other_checks(connection: Connection, asked: Collection[str]) -> list[tuple[str, str]]:
    """Check and scope of whatever was concluded by other checks than these."""
    table = schema.standing
    query = select(table.c.check, table.c.scope).where(table.c.check.not_in(list(asked))).distinct()
    return _pairs(connection, query.order_by(table.c.check, table.c.scope))


def each_conclusion(connection: Connection) -> Iterator[Concluded]:
    """What every check last concluded over every scope, streamed in no order."""
    table, snapshots = schema.standing, schema.snapshots
    columns = (table.c[name] for name in Concluded._fields if name != "cycle")
    newest = and_(
        snapshots.c.collector == table.c.collector,
        snapshots.c.scope == table.c.scope,
        snapshots.c.latest,
    )
    query = select(*columns, snapshots.c.cycle).join(snapshots, newest, isouter=True)
    rows = connection.execute(query, execution_options={"yield_per": queries.AT_ONCE})
    for row in rows:
        yield Concluded(
            check=row.check,
            scope=row.scope,
            control=row.control,
            conclusion=Outcome(row.conclusion),
            observed_at=msgspec.convert(row.observed_at, Instant),
            collector=row.collector,
            cycle=row.cycle or 0,
        )


def gaps_of(connection: Connection, scopes: Collection[str]) -> list[Gap]:
    """The gaps of some scopes, by number."""
    every = sorted(scopes)
    return sorted(
        (
            gap
            for start in range(0, len(every), queries.MOST_VARIABLES)
            for gap in queries.gaps(connection, scope=every[start : start + queries.MOST_VARIABLES])
        ),
        key=lambda gap: gap.number,
    )


def _pairs(connection: Connection, query: Select[Any]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(query)]


def _latest(*columns: Any) -> Select[Any]:
    return select(*columns).where(schema.snapshots.c.latest)
