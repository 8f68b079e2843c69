"""A cycle that is killed at any instant loses nothing, and nothing happens twice."""

import json
import os
import time
from collections import Counter
from typing import NamedTuple

import pytest

from agent.cli import SOMETHING_NEW
from agent.demo.receiver import Receiver
from agent.demo.show import local_estate
from tests.journeys.company import Company

THE_SAME = (
    """SELECT id, f.state, times_opened, how_closed, verdict, control, issue
       FROM findings f JOIN gaps g ON g.number = f.gap ORDER BY id""",
    """SELECT "check", control, scope, subject, issue, severity, state
       FROM gaps ORDER BY 1, 2, 3, 4""",
    """SELECT "check", scope, control, conclusion, doubtful, tested
       FROM standing ORDER BY 1, 2, 3""",
    "SELECT control, state FROM controls ORDER BY control",
    "SELECT kind, what, scope FROM troubles",
)
"""What the store says of the estate, but for moments and numbers."""
OF_ITS_OWN = {
    *("cycle_started", "cycle_finished", "evidence_kept", "evidence_unchanged"),
    *("alert_delivered", "key_introduced", "origins_traced"),
}
"""What is told of cycles, alerts and keys, and not of the estate."""
NUMBERING = {"at", "cycle", "number", "gap"}
ALARMING = ("gap_opened", "gap_reopened")


class Instant(NamedTuple):
    """A share of everything that a cycle reads, of the evidence it keeps, of its commits."""

    of: str
    share: float

    def __str__(self) -> str:
        return f"{self.share:.0%} of the {self.of}"


def instants(*few: Instant) -> list[Instant]:
    """A few of them, or with `GAPWATCH_DOSE=whole` so many that hardly a step is left out."""
    if os.environ.get("GAPWATCH_DOSE") != "whole":
        return list(few)
    return [Instant(of, n / 17) for of in ("snapshots", "blobs", "commits") for n in range(1, 18)]


class Undisturbed(NamedTuple):
    """What a store looks like that nobody disturbed, and how much its last cycle did."""

    company: Company
    did: dict[str, int]
    new_gaps: int
    began: int
    """The last entry of the log before that cycle."""


@pytest.mark.proof
@pytest.mark.parametrize(
    "instant", instants(Instant("blobs", 0.5), Instant("commits", 0.7)), ids=str
)
def test_a_first_cycle_is_killed(beginning, undisturbed, instant, tmp_path):
    prove(beginning.copy(tmp_path), undisturbed, instant)


@pytest.mark.proof
@pytest.mark.parametrize(
    "instant",
    instants(
        Instant("snapshots", 0.6),
        Instant("blobs", 0.5),
        Instant("commits", 0.4),
        Instant("commits", 0.8),
    ),
    ids=str,
)
def test_a_cycle_after_a_drift_is_killed(undisturbed, after_the_drift, instant, tmp_path):
    prove(undisturbed.company.copy(tmp_path), after_the_drift, instant)


@pytest.fixture(scope="module")
def own_estate(tmp_path_factory):
    """An estate that will drift."""
    with local_estate(tmp_path_factory.mktemp("estate")) as running:
        yield running


@pytest.fixture(scope="module")
def beginning(own_estate, tmp_path_factory):
    """The company before its first cycle: every source, but one account in one region."""
    company = Company(folder=own_estate.folder).copy(tmp_path_factory.mktemp("beginning"))
    with company.settings() as settings:
        (production, _) = settings["sources"]["aws"]
        settings["sources"]["aws"] = [production | {"regions": production["regions"][:1]}]
        settings["alerts"] = []
        del settings["tickets"]  # one tracker for all copies would hold the tickets of each
    return company


@pytest.fixture(scope="module")
def undisturbed(beginning, tmp_path_factory):
    """The company after its first cycle."""
    return cycle(beginning.copy(tmp_path_factory.mktemp("undisturbed")), began=0)


@pytest.fixture(scope="module")
def after_the_drift(own_estate, undisturbed, tmp_path_factory):
    """The company after its second cycle; from here on the estate has drifted."""
    own_estate.drift()
    company = undisturbed.company.copy(tmp_path_factory.mktemp("drifted"))
    return cycle(company, began=last_entry(company))


def cycle(company, *, began):
    """A cycle to its end."""
    did = watch(company)
    (report,) = company.ask("SELECT new_gaps FROM cycles ORDER BY cycle DESC LIMIT 1")
    return Undisturbed(company, did, len(json.loads(report[0])), began)


def prove(company, undisturbed, instant):
    """Kill a cycle, run another, and compare with the store that nobody disturbed."""
    with Receiver() as receiver:
        with company.settings() as settings:
            settings["alerts"] = [{"to": receiver.url}]
        watch(company, until=(instant.of, instant.share * undisturbed.did[instant.of]))
        if company.database.exists():
            assert company.gapwatch("verify").status == 0
        answer = company.run()

    assert [company.ask(question) for question in THE_SAME] == [
        undisturbed.company.ask(question) for question in THE_SAME
    ]
    assert happened(company, undisturbed.began) == happened(undisturbed.company, undisturbed.began)
    assert company.ask("SELECT count(*) FROM gaps") == company.ask("SELECT max(number) FROM gaps")
    reported = [gaps for report in reports(company, undisturbed.began) for gaps in report]
    assert len(reported) == len(set(reported)) == undisturbed.new_gaps
    new = answer.rows[0]["new_gaps"]
    assert [row["number"] for row in company.rows("gaps", "--where", "is_new=true")] == new
    assert (answer.status == SOMETHING_NEW) is bool(new)
    assert len(company.log("key_introduced")) == 1
    assert company.gapwatch("verify").status == 0
    told_or_waiting(company, receiver.received, undisturbed.began)


def happened(company, began):
    """Every event since an entry of the log, without what only numbers it."""
    return Counter(
        json.dumps({name: _undated(v) for name, v in entry.items() if name not in NUMBERING})
        for entry in company.log()[began:]
        if entry["kind"] not in OF_ITS_OWN
    )


def _undated(value):
    """Less who did it and when: the stretch in which that is looked for has moments of its own."""
    if isinstance(value, list):
        return [_undated(member) for member in value]
    if isinstance(value, dict):
        return {name: _undated(v) for name, v in value.items() if name != "origin"}
    return value


def reports(company, began):
    """The new gaps that each finished cycle reported since an entry of the log."""
    entries = company.log()[began:]
    return [entry["new_gaps"] for entry in entries if entry["kind"] == "cycle_finished"]


def told_or_waiting(company, received, began):
    """Each new gap stands in one message; one that was not received is not lost."""
    entries = company.ask(f"SELECT number FROM log WHERE kind IN {ALARMING} AND number > {began}")
    messages = {alert["key"]: alert["payload"]["changes"] for alert in received}
    told = [change["entry"] for changes in messages.values() for change in changes]
    waiting = company.ask(
        "SELECT entry FROM notices JOIN messages ON id = message WHERE state = 'waiting'"
    )
    assert max(Counter(told).values(), default=0) <= 1
    assert {number for (number,) in entries} <= {*told, *(entry for (entry,) in waiting)}


def last_entry(company):
    ((number,),) = company.ask("SELECT max(number) FROM log")
    return number


def watch(company, until=None):
    """Run a cycle and count what it does; kill it as soon as it did as much as `until`."""
    with company.running("run") as running:
        journal = company.folder / "gapwatch.db-wal"
        did = {"snapshots": 0, "blobs": 0, "commits": 0}
        kept, last = blobs(company), None
        while running.alive:
            mark = written_at(journal)
            did["commits"] += mark != last
            last = mark
            did["snapshots"] = running.log.read_bytes().count(b'"snapshot_taken"')
            if until is None or until[0] == "blobs":
                did["blobs"] = blobs(company) - kept
            if until and did[until[0]] >= until[1]:
                running.process.kill()
            time.sleep(0.002)
    return did


def written_at(file):
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:  # there is a journal only while the database is open
        return None


def blobs(company):
    return sum(1 for _ in company.folder.glob("evidence/??/*"))
