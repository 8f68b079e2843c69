"""How verdicts add up."""

import pytest

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from checks.evaluation import assess
from collectors.evidence.record import Omission, Record, Snapshot
from tests.evidence import NOW


class Door(Record, frozen=True, tag="test.door"):
    state: str


@check(
    id="test.door.shut",
    title="Doors are shut",
    controls=("NET-01",),
    severity=Severity.LOW,
    remediation="Shut it.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_shut(door: Door) -> Verdict:
    """An open door is an open door."""
    answers = {
        "shut": passed,
        "open": failed,
        "painted on": not_applicable,
        "dark": undetermined,
    }
    return answers[door.state](door.state)


def snapshot(*states, omissions=(), searched=(), scope="test:house"):
    return Snapshot(
        collector="test.doors",
        scope=scope,
        observed_at=NOW,
        transcripts=(),
        records=tuple(Door(id=str(n), name=s, state=s) for n, s in enumerate(states)),
        omissions=omissions,
        searched=searched,
    )


LOST = (Omission(where="test:house", why="test:ListDoors: AccessDenied"),)


@pytest.mark.parametrize(
    ("seen", "conclusion"),
    [
        pytest.param(snapshot("shut"), Outcome.PASSED, id="all passed"),
        pytest.param(snapshot("shut", "open"), Outcome.FAILED, id="one failed"),
        pytest.param(snapshot("shut", "dark"), Outcome.UNDETERMINED, id="one unread"),
        pytest.param(snapshot("open", "dark"), Outcome.FAILED, id="failed outweighs unread"),
        pytest.param(snapshot("shut", omissions=LOST), Outcome.UNDETERMINED, id="list cut off"),
        pytest.param(snapshot(omissions=LOST), Outcome.UNDETERMINED, id="list denied"),
        pytest.param(snapshot(), Outcome.NOT_APPLICABLE, id="empty, and read to its end"),
        pytest.param(snapshot("painted on"), Outcome.NOT_APPLICABLE, id="nothing to judge"),
        pytest.param(snapshot("painted on", "shut"), Outcome.PASSED, id="what applies passed"),
        pytest.param(snapshot("on fire"), Outcome.UNDETERMINED, id="the check itself crashed"),
    ],
)
def test_a_conclusion_passes_only_on_the_whole_population(seen, conclusion):
    assert assess(door_shut, seen, {}).conclusion is conclusion


def test_a_crash_of_the_check_costs_one_verdict_and_says_so():
    crashed, fine = assess(door_shut, snapshot("on fire", "shut"), {}).results

    assert crashed.verdict.reason == "the check itself failed: KeyError"
    assert fine.verdict.outcome is Outcome.PASSED


def test_what_is_excluded_is_not_applicable_with_its_reason():
    assessment = assess(door_shut, snapshot("open"), {}, excluded=lambda _: "sandbox")

    assert assessment.conclusion is Outcome.NOT_APPLICABLE
    assert assessment.results[0].verdict.reason == "out of scope: sandbox"


def test_a_member_of_a_join_passes_only_if_every_input_was_read_whole():
    joined = snapshot("shut", "open", scope="derived:company", omissions=LOST)
    shut, is_open = assess(door_shut, joined, {}).results

    assert shut.verdict.outcome is Outcome.UNDETERMINED
    assert shut.verdict.reason == "shut, as far as could be read: test:ListDoors: AccessDenied"
    assert is_open.verdict.outcome is Outcome.FAILED


def test_a_member_of_a_join_does_not_fail_for_what_may_stand_where_nobody_could_look():
    joined = snapshot("shut", "open", scope="derived:company", omissions=LOST, searched=LOST)
    assessment = assess(door_shut, joined, {})

    assert {result.verdict.outcome for result in assessment.results} == {Outcome.UNDETERMINED}
    assert assessment.conclusion is Outcome.UNDETERMINED
    assert assessment.results[1].verdict.reason == (
        "open, as far as could be read: test:ListDoors: AccessDenied"
    )
