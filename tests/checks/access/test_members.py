"""Whose access to the code it is."""

from datetime import date, timedelta

import pytest

from checks.access.members import member_access_accounted_for
from checks.contract import Outcome
from collectors.evidence.github.organisation import AccountedAccess
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
TODAY = NOW.date()


def access(login="mia", *, via="member", person="p1", until=None, email=None, invited=None):
    return AccountedAccess(
        id="U_1",
        name=str(login),
        login=login,
        via=via,
        invited_at=NOW - timedelta(days=invited) if isinstance(invited, int | float) else invited,
        person=person,
        email=email,
        employed_until=until,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(access(), PASSED, id="a person's"),
        pytest.param(access(until=TODAY), PASSED, id="on the last day"),
        pytest.param(access(until=TODAY - timedelta(days=1)), FAILED, id="the day after"),
        pytest.param(access(person=None), FAILED, id="nobody's"),
        pytest.param(access(person=None, email=DENIED), UNKNOWN, id="perhaps somebody's"),
        pytest.param(access("Deploy", person=None), PASSED, id="a machine's"),
        pytest.param(access(via="outsider"), FAILED, id="from outside, without an end"),
        pytest.param(access(via="outsider", until=date(2027, 1, 1)), PASSED, id="with an end"),
        pytest.param(access(via="invitation", invited=14), PASSED, id="invited two weeks ago"),
        pytest.param(access(via="invitation", invited=14.01), FAILED, id="a little longer ago"),
        pytest.param(access(via="invitation", invited=DENIED), UNKNOWN, id="invited some day"),
        pytest.param(access(None, via="invitation", invited=1, person=None), FAILED, id="whom?"),
    ],
)
def test_member_access_accounted_for(subject, outcome):
    verdict = member_access_accounted_for(subject, as_of=NOW, machine_accounts=("deploy",))
    assert verdict.outcome is outcome
