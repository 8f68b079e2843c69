"""Whether private code can be copied out of reach."""

import pytest

from checks.access.forks import private_forks_off
from checks.contract import Outcome
from tests.checks.github_repositories import repository
from tests.evidence import DENIED

A_FORK = frozenset({"mia/web"})


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="off, and none"),
        pytest.param({"may_be_forked": True}, Outcome.FAILED, id="on"),
        pytest.param({"forks": A_FORK}, Outcome.FAILED, id="off, and one left"),
        pytest.param({"private": False, "forks": A_FORK}, Outcome.NOT_APPLICABLE, id="public"),
        pytest.param(
            {"private": DENIED, "may_be_forked": True}, Outcome.UNDETERMINED, id="perhaps public"
        ),
        pytest.param({"may_be_forked": DENIED}, Outcome.UNDETERMINED, id="setting not read"),
        pytest.param({"forks": DENIED}, Outcome.UNDETERMINED, id="forks not read"),
        pytest.param(
            {"forks": DENIED, "may_be_forked": True}, Outcome.FAILED, id="on, forks not read"
        ),
    ],
)
def test_private_forks_off(says, outcome):
    assert private_forks_off(repository(**says)).outcome is outcome
