"""Where something may run without anybody looking."""

from datetime import date

import pytest

from checks.contract import Outcome
from checks.evaluation import assess
from checks.governance.scope import scope_everything_declared
from collectors.evidence.places import DeclaredPlace, ReviewedPlace
from collectors.evidence.record import Omission, Snapshot
from tests.evidence import NOW


def place(*, is_read=False, closed=None, declared=None):
    return ReviewedPlace(
        id="r", name="r", what="region", is_read=is_read, closed=closed, declared=declared
    )


def line(*, in_scope=False, reason=None):
    return DeclaredPlace(
        id="region/r",
        name="r",
        what="region",
        called="r",
        in_scope=in_scope,
        reason=reason,
        since=date(2026, 1, 1),
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(place(is_read=True), Outcome.PASSED, id="read"),
        pytest.param(place(is_read=True, declared=line()), Outcome.PASSED, id="read all the same"),
        pytest.param(
            place(declared=line(reason="nothing runs there")), Outcome.PASSED, id="declared out"
        ),
        pytest.param(place(), Outcome.FAILED, id="nobody declared it"),
        pytest.param(place(declared=line()), Outcome.FAILED, id="out without a reason"),
        pytest.param(
            place(declared=line(in_scope=True)), Outcome.FAILED, id="declared in, and not read"
        ),
        pytest.param(place(closed="SUSPENDED"), Outcome.NOT_APPLICABLE, id="suspended"),
    ],
)
def test_what_is_neither_read_nor_declared_is_unreviewed(subject, outcome):
    verdict = scope_everything_declared(subject)

    assert verdict.outcome is outcome


def test_a_list_of_accounts_that_was_refused_leaves_the_scope_undetermined():
    snapshot = Snapshot(
        collector="derived.scope",
        scope="derived:company",
        observed_at=NOW,
        transcripts=(),
        records=(place(is_read=True),),
        omissions=(Omission(where="aws:acme", why="organizations:ListAccounts: AccessDenied"),),
    )
    assert assess(scope_everything_declared, snapshot, {}).conclusion is Outcome.UNDETERMINED
