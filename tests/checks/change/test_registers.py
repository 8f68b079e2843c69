"""Changes that were registered as issues, and whether registers of issues can be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.change.registers import (
    emergency_change_reviewed_afterwards,
    register_row_authentic,
    significant_change_has_security_notes,
)
from checks.contract import Outcome
from collectors.evidence.github.registers import Labelled, RegisteredChange, RegisterIssue
from tests.evidence import DENIED

FRIDAY = datetime(2026, 11, 6, 12, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 11, 23, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(**says):
    careful = {"gone": False, "closed_at": FRIDAY, "renamed_at": None}
    return RegisterIssue(
        id="incidents/I_1", name="acme/web#1", register="incidents", **(careful | says)
    )


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="closed and left alone"),
        pytest.param({"closed_at": None, "renamed_at": FRIDAY}, Outcome.PASSED, id="still open"),
        pytest.param({"renamed_at": FRIDAY}, Outcome.PASSED, id="renamed as it was closed"),
        pytest.param({"renamed_at": FRIDAY + SECOND}, Outcome.FAILED, id="renamed a second later"),
        pytest.param({"gone": True}, Outcome.FAILED, id="gone"),
        pytest.param({"gone": True, "renamed_at": DENIED}, Outcome.FAILED, id="gone anyway"),
        pytest.param({"renamed_at": DENIED}, Outcome.UNDETERMINED, id="timeline denied"),
        pytest.param({"closed_at": DENIED}, Outcome.UNDETERMINED, id="closing not told"),
    ],
)
def test_register_row_authentic(says, outcome):
    assert register_row_authentic(row(**says)).outcome is outcome


def label(name, by="olga", at=FRIDAY):
    return Labelled(label=name, by=by, at=at)


def change(register="emergency_changes", **says):
    careful = {
        "opened_by": "mia",
        "closed_at": WEDNESDAY,
        "closed_by": "olga",
        "labels": (label("approved"),),
    }
    return RegisteredChange(
        id="x/I_1", name="acme/web#1", occurred_at=FRIDAY, register=register, **(careful | says)
    )


OPEN = {"closed_at": None, "closed_by": None}


@pytest.mark.parametrize(
    ("says", "as_of", "outcome"),
    [
        pytest.param({}, THURSDAY, Outcome.PASSED, id="on the third working day"),
        pytest.param({"closed_at": THURSDAY}, THURSDAY, Outcome.FAILED, id="on the fourth"),
        pytest.param(OPEN, WEDNESDAY, Outcome.PASSED, id="open, not due yet"),
        pytest.param(OPEN, THURSDAY, Outcome.FAILED, id="open and overdue"),
        pytest.param({"closed_by": "mia"}, THURSDAY, Outcome.FAILED, id="closed by its author"),
        pytest.param({"labels": ()}, THURSDAY, Outcome.FAILED, id="approved by nobody"),
        pytest.param(
            {"labels": (label("approved", "mia"),)}, THURSDAY, Outcome.FAILED, id="by its author"
        ),
        pytest.param(
            {"labels": (label("approved", DENIED),)},
            THURSDAY,
            Outcome.UNDETERMINED,
            id="by somebody unknown",
        ),
        pytest.param({"labels": DENIED}, THURSDAY, Outcome.UNDETERMINED, id="timeline denied"),
        pytest.param({"closed_by": DENIED}, THURSDAY, Outcome.UNDETERMINED, id="who closed it"),
        pytest.param({"opened_by": DENIED}, THURSDAY, Outcome.UNDETERMINED, id="author unknown"),
        pytest.param({"closed_at": DENIED}, THURSDAY, Outcome.UNDETERMINED, id="closing untold"),
        pytest.param(
            {"labels": DENIED, "closed_at": THURSDAY}, THURSDAY, Outcome.FAILED, id="late anyway"
        ),
    ],
)
def test_emergency_change_reviewed_afterwards(says, as_of, outcome):
    verdict = emergency_change_reviewed_afterwards(change(**says), as_of=as_of)
    assert verdict.outcome is outcome


STEPS = (label("design-note", "mia"), label("security-review"), label("accepted"))


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="all three steps"),
        pytest.param({"labels": STEPS[1:]}, Outcome.FAILED, id="no design note"),
        pytest.param({"labels": (STEPS[0], STEPS[2])}, Outcome.FAILED, id="no security review"),
        pytest.param({"labels": STEPS[:2]}, Outcome.FAILED, id="no acceptance"),
        pytest.param(
            {"labels": (*STEPS[:2], label("accepted", at=WEDNESDAY))},
            Outcome.PASSED,
            id="accepted as it was closed",
        ),
        pytest.param(
            {"labels": (*STEPS[:2], label("accepted", at=WEDNESDAY + SECOND))},
            Outcome.FAILED,
            id="accepted a second later",
        ),
        pytest.param(
            {"labels": (STEPS[0], label("security-review", "mia"), STEPS[2])},
            Outcome.FAILED,
            id="reviewed by its author",
        ),
        pytest.param(
            {"labels": (STEPS[0], label("security-review", DENIED), STEPS[2])},
            Outcome.UNDETERMINED,
            id="reviewed by somebody unknown",
        ),
        pytest.param({"opened_by": DENIED}, Outcome.UNDETERMINED, id="author unknown"),
        pytest.param({"labels": DENIED}, Outcome.UNDETERMINED, id="timeline denied"),
        pytest.param({"closed_at": DENIED}, Outcome.UNDETERMINED, id="closing untold"),
        pytest.param(OPEN, Outcome.NOT_APPLICABLE, id="not released yet"),
    ],
)
def test_significant_change_has_security_notes(says, outcome):
    subject = change("significant_changes", **({"labels": STEPS} | says))
    assert significant_change_has_security_notes(subject).outcome is outcome


def test_changes_of_the_other_register_are_not_judged():
    emergency, significant = change(), change("significant_changes")

    verdict = emergency_change_reviewed_afterwards(significant, as_of=THURSDAY)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    verdict = significant_change_has_security_notes(emergency)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
