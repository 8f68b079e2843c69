"""The log: read back as it was written, never changed; what was changed all the same is named."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agent.gaps import events as e
from agent.gaps.events import Event
from agent.store import queries, schema
from agent.store.log import decode, encode, kind, leaf
from agent.store.verification import verify
from checks.contract import Outcome, Severity, failed, passed
from collectors.evidence.record import Omission
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

ODD = 'naïve "quoted" \\ %s \x01\x1f\t\r\n\u2028 名前 😀'
VERDICT = failed(ODD, number=1, share=0.25, off=("a", 2), none=None, on=True)
CAUSE = e.Cause(
    check="c", scope="s", subject="x", name=ODD, before=passed("it is shut"), after=VERDICT
)
WHEN = {"at": NOW, "cycle": 7}
FINDING = {
    **WHEN,
    **dict.fromkeys(("finding", "check", "scope", "subject"), "x"),
    "name": ODD,
}
SOURCE = {**WHEN, "collector": "test.doors", "scope": "test:home"}
TOLD = {**WHEN, "message": "m-1", "route": "env:SLACK_URL", "about": (1, 2)}
EVENTS = (
    e.CycleStarted(**WHEN, trigger="command", sources=("aws", "gcp"), versions="0" * 64),
    e.EvidenceKept(
        **SOURCE,
        connection="home",
        identity="the caretaker",
        observed_at=NOW - timedelta(seconds=1),
        records=2,
        records_digest="1" * 64,
        answers=("2" * 64, "3" * 64),
        circumstances="4" * 64,
        calls=3,
        assessments="5" * 64,
        judged=(
            e.Judged(
                check="c",
                conclusion=Outcome.UNDETERMINED,
                by_control={"GOV-04": Outcome.FAILED, "GOV-05": Outcome.PASSED},
                doubtful=("1", "2"),
                tested=True,
            ),
            e.Judged(check="d", conclusion=Outcome.PASSED),
        ),
        omissions=(Omission(where="test:home", why="house:ListDoors: AccessDenied"),),
        since={"visits": "1"},
        reached={"visits": "9"},
        inputs=(1, 2),
    ),
    e.EvidenceUnchanged(**WHEN, circumstances="4" * 64, began=NOW, same=((2, 0), (3, 1500))),
    e.KeyIntroduced(**WHEN, verifier="gapwatch+1a2b3c4d+AQID"),
    e.ScopeLeft(**SOURCE, connection="home"),
    e.CheckRetired(**WHEN, check="c", scope="s", why=ODD),
    e.FindingOpened(
        **FINDING,
        lasting="occurrence",
        severity=Severity.HIGH,
        before=None,
        verdict=VERDICT,
        gap=1,
        occurred_at=datetime(2026, 3, 1, 12, 30, 15, 250000, tzinfo=UTC),
    ),
    e.FindingReopened(
        **FINDING, severity=Severity.LOW, before=passed("it is shut"), verdict=VERDICT, gap=1
    ),
    e.FindingChanged(**FINDING, before=ODD, verdict=VERDICT),
    e.FindingRetagged(**FINDING, before={}, tags={"team": ODD}),
    e.FindingClosed(**FINDING, how="gone", verdict=None),
    e.GapOpened(
        **WHEN,
        number=1,
        check=None,
        control="NET-01",
        scope="company",
        subject=None,
        issue=ODD,
        severity=Severity.CRITICAL,
    ),
    e.GapReopened(**WHEN, number=1),
    e.GapWidened(**WHEN, number=1, added=(CAUSE,)),
    e.GapClosed(**WHEN, number=1),
    e.ControlDrifted(
        **WHEN,
        control="NET-01",
        before=e.ControlState.EFFECTIVE,
        after=e.ControlState.DEFICIENT,
        causes=(CAUSE,),
    ),
    e.CollectorFailed(**SOURCE, connection="home", why=ODD),
    e.CollectorRecovered(**SOURCE, connection="home"),
    e.CheckCrashed(**WHEN, check="c", scope="s", why=ODD),
    e.CheckRecovered(**WHEN, check="c", scope="s"),
    e.EvidenceStale(**SOURCE, observed_at=NOW),
    e.AlertDelivered(**TOLD),
    e.AlertUndeliverable(**TOLD, attempts=9),
    e.AlertDelayed(**WHEN, route="env:SLACK_URL", message="M-1", since=NOW, why=ODD),
    e.ScheduleMissed(**WHEN, source="aws", last_read_at=None),
    e.CredentialExpiring(**WHEN, what="github:acme token", expires_at=NOW),
    e.ClockSkewed(**WHEN, connection="aws:production", seconds=-90),
    e.StoreMeasured(**WHEN, size=1, free=None),
    e.StoreFilling(**WHEN, size=3, free=2, daily=1),
    e.TroubleOver(**WHEN, trouble="clock_skewed", what="aws:production"),
    e.HoldPlaced(**WHEN, name="audit", reason=ODD, by="Ann", start=NOW.date(), end=None),
    e.HoldLifted(**WHEN, name="audit", reason=ODD, by="Ann"),
    e.EvidenceExpired(**WHEN, keep_days=400, entries=(1, 2), blobs=("6" * 64,)),
    e.EvidenceRemoved(**WHEN, tombstones=(1,)),
    e.GapAssigned(**WHEN, number=1, by="Ann", owner="Ben", due=NOW.date(), note=ODD),
    e.DeadlineApproaching(**WHEN, number=1, due=NOW.date(), owner=None),
    e.DeadlineMissed(**WHEN, number=1, due=NOW.date(), owner="Ben"),
    e.AcceptanceGiven(
        **WHEN,
        number=1,
        covers=e.Covered(check="test.door-shut", subject="door *"),
        by="Ann",
        approver="Cem",
        reason=ODD,
        compensating="a guard",
        until=NOW.date(),
        findings=("f1",),
        file=e.Reviewed(label="doors", file="accepted.yaml", commit="6" * 40),
    ),
    e.AcceptanceAsked(
        **WHEN,
        covers=e.Covered(gap=1),
        by="Ann",
        reason=ODD,
        compensating="a guard",
        until=NOW.date(),
    ),
    e.AcceptanceRefused(**WHEN, asked=1, by="Cem", reason=ODD),
    e.FindingsAccepted(**WHEN, acceptance=1, findings=("f2",)),
    e.AcceptanceExpired(
        **WHEN,
        number=1,
        until=NOW.date(),
        by="Ann",
        reason=ODD,
        findings=("f1",),
        gaps=(1,),
        causes=(),
    ),
    e.AcceptanceWithdrawn(**WHEN, number=1, by="Ann", reason=ODD, findings=("f1",), gaps=(1,)),
    e.FindingExplained(**WHEN, finding="f3", by="Ann", reason=ODD),
    e.PopulationsFrozen(
        **WHEN,
        start=NOW.date(),
        end=NOW.date(),
        populations=(e.FrozenPopulation(name="doors.csv", sha256="6" * 64, items=2),),
    ),
    e.SeedGiven(**WHEN, frozen=1, seed=ODD, by="auditor@example.test"),
    e.EvidenceAccessed(**WHEN, action="exported", what="package", by="Ann"),
    e.OriginsTraced(
        **WHEN,
        traced=(
            e.Traced(
                check="c", scope="s", subject="x", origin=e.Origin(after=NOW, before=NOW, why=ODD)
            ),
        ),
    ),
    e.TicketChanged(
        **WHEN, number=1, tracker="github:acme/security", key="7", url=ODD, what="opened"
    ),
    e.TicketsFailing(**WHEN, tracker="github:acme/security", why=ODD),
    e.ReportMade(**WHEN, report="roadmap", format="pdf", as_of=NOW.date()),
    e.CycleFinished(**WHEN, calls=3, units=2, new_gaps=(1,), drifted=("NET-01",), incomplete=1),
)

REFUSAL = re.compile("append-only|duplicate key")
ON_SQLITE = pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("stores", ["postgresql"], indirect=True)


def test_there_is_an_example_of_every_kind_of_event():
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("event", EVENTS, ids=kind)
def test_every_kind_of_event_is_read_back_as_it_was_written(event):
    assert decode(encode(event)) == event
    assert encode(decode(encode(event))) == encode(event)


@pytest.mark.parametrize("event", EVENTS, ids=kind)
def test_an_entry_with_a_field_nobody_knows_is_refused(event):
    fields = msgspec.json.decode(encode(event)) | {"surprise": 1}
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        decode(msgspec.json.encode(fields))


def test_the_store_gives_back_what_was_appended(store):
    with store.transaction() as writer:
        numbers = writer.append(EVENTS)
    with store.reading() as connection:
        assert list(queries.entries(connection)) == list(zip(numbers, EVENTS, strict=True))
        assert list(queries.newest_entries(connection))[::-1] == list(queries.entries(connection))
        assert [queries.entry(connection, number) for number in numbers] == list(EVENTS)
        assert [gap.issue for gap in queries.gaps(connection)] == [ODD]
    assert numbers == list(range(1, len(EVENTS) + 1))


def test_a_finding_comes_back_with_its_verdict_value_for_value(store):
    plain = failed(ODD, number=1, share=0.25, off=("a", 2), none=None, on=True, z=ODD, a="")
    zone = timezone(timedelta(hours=2))
    (opened,) = (event for event in EVENTS if isinstance(event, e.FindingOpened))
    opened = msgspec.structs.replace(
        opened, verdict=plain, occurred_at=datetime(2026, 3, 1, 1, tzinfo=zone)
    )
    with store.transaction() as writer:
        writer.append([opened])
    with store.reading() as connection:
        (finding,) = queries.findings(connection)

    assert finding.verdict == plain
    assert list(finding.verdict.observed) == sorted(plain.observed)
    assert finding.occurred_at == opened.occurred_at
    assert (finding.state, finding.closed_at, finding.times_opened) == ("open", None, 1)


def test_entries_are_numbered_without_a_hole_from_one_transaction_to_the_next(store):
    cycles(store, 2)
    with store.reading() as connection:
        numbers = [number for number, _ in queries.entries(connection)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_was_rolled_back_leaves_no_number_behind(store):
    again = e.GapReopened(**WHEN, number=1)
    with suppress(KeyboardInterrupt), store.transaction() as writer:
        assert writer.append([again, again]) == [1, 2]
        raise KeyboardInterrupt
    with store.transaction() as writer:
        assert writer.append([again]) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE log SET body = body", id="update"),
        pytest.param("UPDATE log SET number = number + 100", id="renumber"),
        pytest.param("DELETE FROM log", id="delete all"),
        pytest.param("DELETE FROM log WHERE number = 2", id="delete one"),
        pytest.param(
            "INSERT INTO log SELECT 0, kind, body, leaf FROM log WHERE number = 1",
            id="before the first",
        ),
        pytest.param(
            "INSERT INTO log SELECT 99, kind, body, leaf FROM log WHERE number = 1",
            id="leave a hole",
        ),
        pytest.param(
            "INSERT INTO log SELECT number, kind, body, leaf FROM log WHERE number = 1", id="again"
        ),
    ],
)
def test_the_log_refuses_every_change(store, statement):
    refuses(store, statement)


@ON_SQLITE
def test_sqlite_refuses_to_replace_an_entry(store):
    refuses(
        store, "INSERT OR REPLACE INTO log SELECT 2, kind, body, leaf FROM log WHERE number = 1"
    )
    refuses(store, "UPDATE OR REPLACE log SET number = 2 WHERE number = 1")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE log",
        "INSERT INTO log SELECT * FROM log ON CONFLICT (number) DO UPDATE SET body = ''",
    ],
)
@ON_POSTGRESQL
def test_postgresql_refuses_its_own_ways(store, statement):
    refuses(store, statement)


def refuses(store, statement):
    cycles(store, 1)
    before = whole_log(store)
    with (
        pytest.raises(DBAPIError, match=REFUSAL),
        store.transaction() as writer,
    ):
        writer.connection.execute(text(statement))
    assert whole_log(store) == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        pytest.param(
            "UPDATE log SET body = replace(body, '\"cycle\":1', '\"cycle\":2') WHERE number = 3",
            {"log entry 3": "its content is not what was hashed"},
            id="content changed",
        ),
        pytest.param(
            "UPDATE log SET leaf = (SELECT leaf FROM log WHERE number = 2) WHERE number = 3",
            {"log entry 3": "its content is not what was hashed"},
            id="hash changed",
        ),
        pytest.param(
            "DELETE FROM log WHERE number = 2", {"log entry 2": "missing"}, id="one deleted"
        ),
        pytest.param(
            "DELETE FROM log WHERE number = 1", {"log entry 1": "missing"}, id="first deleted"
        ),
        pytest.param(
            "DELETE FROM log WHERE number IN (2, 3, 4)",
            {"log entries 2 to 4": "missing"},
            id="several deleted",
        ),
        pytest.param(
            "CREATE TEMPORARY TABLE before AS SELECT number, body FROM log;"
            "UPDATE log SET body = (SELECT body FROM before WHERE before.number = 5 - log.number)"
            " WHERE number IN (2, 3)",
            {
                "log entry 2": "its content is not what was hashed",
                "log entry 3": "its content is not what was hashed",
            },
            id="contents swapped",
        ),
        pytest.param(
            "INSERT INTO log SELECT 0, kind, body, leaf FROM log WHERE number = 1",
            {"log entry 0": "entries begin with 1"},
            id="put before the first",
        ),
        pytest.param(
            "INSERT INTO log SELECT 1000, kind, body, leaf FROM log WHERE number = 1",
            {"log entries {next} to 999": "missing"},
            id="put far behind the last",
        ),
        pytest.param(
            "UPDATE log SET kind = 'gap_closed' WHERE number = 1",
            {"log entry 1": "it is a cycle_started and is listed as a gap_closed"},
            id="kind changed",
        ),
    ],
)
def test_what_was_done_behind_the_triggers_is_named(stores, statement, named):
    store = stores.new()
    cycles(store, 1)
    last = len(whole_log(store))
    stores.behind_the_triggers(store, *statement.split(";"))
    expected = {entry.format(next=last + 1): why for entry, why in named.items()}
    assert {damage.entry: damage.why for damage in verify(store)} == expected


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"kind":"nothing"}'])
def test_what_is_no_event_is_named_even_where_its_hash_is_right(stores, body):
    store = stores.new()
    cycles(store, 1)
    stores.behind_the_triggers(store)
    with store.transaction() as writer:
        changed = {"body": body.decode(), "leaf": leaf(body)}
        writer.connection.execute(
            schema.log.update().where(schema.log.c.number == 1).values(changed)
        )
    assert [(damage.entry, damage.why) for damage in verify(store)] == [
        ("log entry 1", "it cannot be read as an event")
    ]


@ON_SQLITE
@pytest.mark.parametrize("column", ["body", "kind", "leaf"])
@pytest.mark.parametrize("garbage", ["x'ff00fe'", "'text'", "42", "1.5"])
def test_garbage_in_a_row_of_sqlite_is_named_and_stops_nothing(stores, column, garbage):
    store = stores.new()
    cycles(store, 1)
    stores.behind_the_triggers(
        store,
        f"UPDATE log SET {column} = {garbage} WHERE number = 2",
        "DELETE FROM log WHERE number = 3",
    )
    assert [damage.entry for damage in verify(store)] == ["log entry 2", "log entry 3"]


def test_damage_is_named_entry_by_entry_and_the_rest_is_still_compared(stores):
    store = stores.new()
    cycles(store, 2)
    stores.behind_the_triggers(
        store, "UPDATE log SET body = '' WHERE number = 2", "DELETE FROM log WHERE number = 4"
    )
    assert [damage.entry for damage in verify(store)] == ["log entry 2", "log entry 4"]


def test_a_store_whose_log_is_gone_says_so_instead_of_breaking(stores):
    store = stores.new()
    with store.transaction() as writer:
        writer.connection.execute(text("ALTER TABLE log RENAME TO lost"))
    (damage,) = verify(store)
    assert damage.entry == "log entry 1 and what follows"
    assert "it is damaged" in damage.why


def cycles(store, count):
    estate, clock = Estate(doors={"front": "open"}, visits=[True, False]), Clock()
    for turn in range(count):
        estate.doors["front"] = "shut" if turn % 2 else "open"
        cycle(store, estate, clock=clock)


def whole_log(store):
    with store.reading() as connection:
        return connection.execute(text("SELECT number, body FROM log ORDER BY number")).all()
