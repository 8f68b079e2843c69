"""The demo, as somebody who has just cloned the project sees it."""

import re
import resource
from datetime import datetime

import pytest

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
