"""Where something may run without anybody looking."""

from datetime import date

import pytest

from checks.contract import Outcome
from checks.evaluation import assess
from checks.governance.scope import scope_everything_declared, scope_services_declared
from collectors.evidence.places import DeclaredPlace, ReviewedPlace, ReviewedService
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


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [
        pytest.param(line(reason="a trial without data"), Outcome.PASSED, id="declared out"),
        pytest.param(None, Outcome.FAILED, id="nobody declared it"),
        pytest.param(line(), Outcome.FAILED, id="out without a reason"),
        pytest.param(line(in_scope=True), Outcome.FAILED, id="declared in, and nobody asks it"),
    ],
)
def test_a_service_that_nobody_asks_is_left_out_on_purpose_or_unreviewed(declared, outcome):
    service = ReviewedService(id="s", name="s", declared=declared)

    assert scope_services_declared(service).outcome is outcome


def services(*records, omissions=()):
    return Snapshot(
        collector="derived.services",
        scope="derived:company",
        observed_at=NOW,
        transcripts=(),
        records=records,
        omissions=omissions,
    )


def test_where_nobody_has_a_whole_list_nothing_is_known_to_be_reviewed():
    why = "config:GetDiscoveredResourceCounts: AccessDenied"
    omissions = (Omission(where="aws:123456789012/eu-west-1", why=why),)
    declared = ReviewedService(id="s", name="s", declared=line(reason="a trial without data"))

    found = assess(scope_services_declared, services(declared, omissions=omissions), {})
    assert found.conclusion is Outcome.UNDETERMINED
    nothing = assess(scope_services_declared, services(omissions=omissions), {})
    assert nothing.conclusion is Outcome.UNDETERMINED


def test_where_no_service_is_left_over_all_are_looked_at():
    assert assess(scope_services_declared, services(), {}).conclusion is Outcome.PASSED
