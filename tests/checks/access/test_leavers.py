"""Who left, and what is left of them."""

from datetime import UTC, date, datetime, time

import pytest

from checks.access.leavers import leaver_has_no_identity_left
from checks.contract import Outcome
from collectors.evidence.people import Identity, Leaver
from tests.evidence import DENIED, NOW

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 10, day) for day in (2, 3, 5, 6))


def identity(*, enabled):
    return Identity(
        id="arn:aws:iam::123456789012:user/dan",
        name="dan",
        source="aws",
        login="dan",
        email=None,
        is_machine=False,
        enabled=enabled,
    )


ENABLED, DISABLED, UNKNOWN = (identity(enabled=each) for each in (True, False, DENIED))


def leaver(*theirs, perhaps=(), left_on=FRIDAY):
    return Leaver(
        id="p5",
        name="dan@acme.test",
        occurred_at=datetime.combine(left_on, time(), UTC),
        left_on=left_on,
        theirs=theirs,
        perhaps_theirs=perhaps,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(leaver(), Outcome.PASSED, id="nothing left"),
        pytest.param(leaver(DISABLED), Outcome.PASSED, id="disabled"),
        pytest.param(leaver(DISABLED, ENABLED), Outcome.FAILED, id="one enabled"),
        pytest.param(leaver(UNKNOWN), Outcome.UNDETERMINED, id="enabled or not was denied"),
        pytest.param(leaver(UNKNOWN, ENABLED), Outcome.FAILED, id="one is known to be enabled"),
        pytest.param(leaver(perhaps=(ENABLED,)), Outcome.UNDETERMINED, id="perhaps theirs"),
        pytest.param(leaver(perhaps=(UNKNOWN,)), Outcome.UNDETERMINED, id="all of it denied"),
        pytest.param(leaver(perhaps=(DISABLED,)), Outcome.PASSED, id="perhaps theirs, disabled"),
    ],
)
def test_leaver_has_no_identity_left(subject, outcome):
    assert leaver_has_no_identity_left(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("left_on", "days", "today", "outcome"),
    [
        pytest.param(FRIDAY, 1, MONDAY, Outcome.NOT_APPLICABLE, id="over the weekend"),
        pytest.param(FRIDAY, 1, TUESDAY, Outcome.FAILED, id="after it"),
        pytest.param(SATURDAY, 1, MONDAY, Outcome.NOT_APPLICABLE, id="left on a Saturday"),
        pytest.param(SATURDAY, 1, TUESDAY, Outcome.FAILED, id="and a day more"),
        pytest.param(MONDAY, 1, TUESDAY, Outcome.NOT_APPLICABLE, id="within the week"),
        pytest.param(MONDAY, 0, MONDAY, Outcome.NOT_APPLICABLE, id="no days, the last day"),
        pytest.param(MONDAY, 0, TUESDAY, Outcome.FAILED, id="no days, the day after"),
        pytest.param(TUESDAY, 1, MONDAY, Outcome.NOT_APPLICABLE, id="will leave"),
    ],
)
def test_access_may_last_for_the_business_days(left_on, days, today, outcome):
    end_of_day = datetime.combine(today, time.max, UTC)
    subject = leaver(ENABLED, left_on=left_on)

    verdict = leaver_has_no_identity_left(subject, as_of=end_of_day, business_days=days)
    assert verdict.outcome is outcome


def test_the_verdict_names_what_is_left_and_no_age():
    verdict = leaver_has_no_identity_left(leaver(ENABLED), as_of=NOW)

    assert verdict.reason == "still enabled: 1 identity"
    assert verdict.observed == {
        "left_on": "2026-10-02",
        "remove_by": "2026-10-05",
        "identities": ("aws:dan",),
    }
