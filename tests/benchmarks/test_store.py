"""What the store costs beside the bare database under it, in CPU, and what a quiet cycle adds."""

import time
from pathlib import Path

from sqlalchemy import JSON, Text, cast, select, text

from agent.gaps import events as e
from agent.store import schema
from checks.contract import Severity, failed
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

EVENTS = 20_000
TRIALS = 3
OF_BARE = 0.6
"""The share of the bare database's rate that appending must reach."""
DOORS = 2_000
KILOBYTE = 1024


def opened(number):
    return e.FindingOpened(
        at=NOW,
        cycle=1,
        finding=f"F-{number:012d}",
        check="aws.s3.public-access-blocked",
        scope="aws:123456789012",
        subject=f"arn:aws:s3:::bucket-{number}",
        name=f"bucket-{number}",
        lasting="condition",
        severity=Severity.HIGH,
        before=None,
        verdict=failed("2 of 4 settings are off", off=("ignore_public_acls", "block_public_acls")),
        gap=1,
    )


def test_appending_costs_little_more_than_the_bare_database(stores, capsys):
    events = [opened(number) for number in range(EVENTS)]
    ours, bare = [], []
    for _ in range(TRIALS):
        store = stores.new()
        ours.append(cpu_of_append(store, events))
        bare.append(cpu_of_bare_insert(stores, rows_of(store)))
    share = min(bare) / min(ours)
    with capsys.disabled():
        told = f"{EVENTS / min(ours):,.0f} events a second of CPU, {share:.0%} of the bare rate"
        print(f"\n{stores.name}: {told}")  # noqa: T201 - the figure is what the benchmark is for
    assert share >= OF_BARE


def cpu_of_append(store, events):
    with store.transaction() as writer:
        server = server_process(writer.connection)
        before = cpu(server)
        writer.append(events)
    return cpu(server) - before


def cpu_of_bare_insert(stores, rows):
    """The same rows into the same tables, by the fastest way the driver has."""
    insert = {"sqlite": by_executemany, "postgresql": by_copy}[stores.name]
    with stores.new()._engine.connect() as connection:
        server = server_process(connection)
        connection.rollback()
        driver = connection.connection.driver_connection
        before = cpu(server)
        insert(driver, rows)
    return cpu(server) - before


def by_executemany(driver, rows):
    driver.execute("BEGIN IMMEDIATE")
    for table, values in rows.items():
        places = ", ".join("?" * len(values[0]))
        driver.executemany(f"INSERT INTO {table} VALUES ({places})", values)
    driver.execute("COMMIT")


def by_copy(driver, rows):
    for table, values in rows.items():
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    driver.commit()


def rows_of(store):
    """Every row that was written, by its table, as the driver takes it."""
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(as_given(table))]
            for table in (schema.log, schema.tree, schema.findings)
        }


def as_given(table):
    columns = (cast(c, Text) if isinstance(c.type, JSON) else c for c in table.columns)
    return select(*columns)


def server_process(connection):
    if connection.dialect.name == "postgresql":
        return connection.scalar(text("SELECT pg_backend_pid()"))
    return None


def cpu(server):
    """Seconds this process has computed, and the one that serves it."""
    seconds = time.process_time()
    if server is not None:
        nanoseconds, *_ = Path(f"/proc/{server}/schedstat").read_text().split()
        seconds += int(nanoseconds) / 1e9
    return seconds


def test_a_cycle_that_finds_nothing_new_adds_little(stores):
    store, clock = stores.new(), Clock()
    estate = Estate(
        doors={f"door {number}": "shut" if number % 10 else "open" for number in range(DOORS)}
    )
    for _ in range(2):
        cycle(store, estate, clock=clock)
    before = kept(store)
    report = cycle(store, estate, clock=clock)
    assert report.calls > DOORS
    assert kept(store) - before < 64 * KILOBYTE


def kept(store):
    """Bytes of evidence and of the log; on SQLite, of the whole database."""
    evidence = sum(path.stat().st_size for path in store.blobs.folder.rglob("*") if path.is_file())
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            return evidence + connection.scalar(text("SELECT sum(length(body) + 80) FROM log"))
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return evidence + Path(store._engine.url.database).stat().st_size
