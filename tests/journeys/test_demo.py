"""The demo, as somebody who has just cloned the project sees it."""

import re
import resource
from datetime import datetime
from pathlib import Path

import pytest

from agent.alerts.message import compose
from agent.announcing import describe
from agent.cli import now
from agent.demo.show import ENVIRONMENT
from agent.estate import Estate
from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.store import queries
from tests.journeys.company import Company

SECONDS = 60
"""For both cycles on two cores."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo after its end: its folder, what it said, and the processor time it took."""
    company = Company(folder=tmp_path_factory.mktemp("demo"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = company.gapwatch("demo", "--once", "--folder", str(company.folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return company, answer, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_it_ends_well(demo):
    _, answer, _ = demo
    assert answer.status == 0, answer.told


def test_it_names_the_new_gaps_of_the_second_cycle(demo):
    company, answer, _ = demo
    first, second = company.log("cycle_finished")

    assert first["new_gaps"]
    assert second["new_gaps"]
    assert [number for number in second["new_gaps"] if f"G-{number} " not in answer.out] == []


def test_it_names_the_drifted_controls_with_values_before_and_after(demo):
    company, answer, _ = demo
    drifted = company.log("cycle_finished")[1]["drifted"]

    assert drifted
    assert [name for name in drifted if f"{name} drifted: " not in answer.out] == []
    assert re.search(r"before: passed: .*\n.*now: +failed: ", answer.out)


def test_it_names_who_did_it_where_the_source_can_tell(demo):
    company, answer, _ = demo
    told = {
        finding["name"]: finding["who_and_when"]
        for finding in company.rows("findings", "--where", "state=open")
        if finding["who_and_when"]
    }

    ben = "arn:aws:sts::123456789012:assumed-role/Operations/ben"
    assert told["acme-invoices"].startswith(f"{ben} called PutBucketPolicy at ")
    assert told["ben"].startswith(f"{ben} called DeactivateMFADevice at ")
    assert told["acme/api main"].startswith("ben called protected_branch.destroy at ")
    assert told["acme-exports"].startswith("ada@acme.test called storage.setIamPermissions at ")
    assert told["Access control policy"].startswith("It changed between ")
    assert re.search(r"Operations/ben called\s", answer.out)


def test_it_shows_the_alerts_as_they_were_received(demo):
    _, answer, _ = demo
    assert "Alert 1 as received: " in answer.out
    assert "Alert 2 as received: " in answer.out


def test_its_two_cycles_are_done_within_a_minute(demo):
    company, _, processor_seconds = demo
    started, ended = (
        [datetime.fromisoformat(entry["at"]) for entry in company.log(kind)]
        for kind in ("cycle_started", "cycle_finished")
    )
    spent = [(end - start).total_seconds() for start, end in zip(started, ended, strict=True)]

    assert len(spent) == 2
    assert sum(spent) < SECONDS
    assert processor_seconds < SECONDS


def test_its_folder_goes_on_being_a_company(demo):
    company, *_ = demo
    assert company.rows("gaps", "--where", "is_new=true")
    assert company.gapwatch("verify").status == 0


VARIES = (
    (r"at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "at TODAY UTC"),
    (r"sg-[0-9a-f]+", "sg-0"),
    (r"Gaps \d+, \d+", "Gaps N, N"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)", "TODAY"),
    (r"(?<=Due: )[-\d]+, [-\d]+", "DAY, DAY"),
    (r":\d+(?=/controls)", ":PORT"),
)
GOLDEN = Path(__file__).parents[1] / "golden" / "alert_demo.txt"
CHARACTERS = 900
"""Two screens of a phone."""


def test_the_alert_of_a_drift_reads_well_on_a_phone(demo):
    """The words are those that went out, of one control: what changes from run to run left out."""
    company, *_ = demo
    message = told_of(company.folder, "NET-01")
    text = f"{message.title}\n\n{message.body}\n"
    for pattern, word in VARIES:
        text = re.sub(pattern, word, text)

    assert text == GOLDEN.read_text(encoding="utf-8")
    assert len(message.body) < CHARACTERS


def told_of(folder, control):
    """What the second cycle brought of a control, as a message."""
    settings = load_settings(folder / "gapwatch.yaml", all_checks())
    estate = Estate(settings=settings, environment=ENVIRONMENT, clock=now)
    store = estate.store()
    with store.reading() as connection:
        kinds = ("control_drifted", "gap_opened", "gap_widened")
        entries = [
            (number, event)
            for number, event in queries.entries(connection, kind=kinds)
            if event.cycle == 2 and getattr(event, "control", None) == control
        ]
    context = describe(estate, store, [event for _, event in entries])
    return compose(entries, context, route="phone")
