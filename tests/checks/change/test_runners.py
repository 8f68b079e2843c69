"""On whose machines workflows run."""

import pytest

from checks.change.runners import runner_group_restricted
from checks.contract import Outcome
from collectors.evidence.github.actions import RunnerGroup
from tests.evidence import DENIED


def group(*, runners=2, visibility="selected", public=False, workflows=None):
    return RunnerGroup(
        id="g",
        name="acme build",
        runners=runners,
        visibility=visibility,
        serves_public_repositories=public,
        workflows=workflows,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(group(), Outcome.PASSED, id="selected repositories"),
        pytest.param(group(visibility="all"), Outcome.FAILED, id="all repositories"),
        pytest.param(group(visibility="private"), Outcome.FAILED, id="all private ones"),
        pytest.param(group(public=True), Outcome.FAILED, id="public ones"),
        pytest.param(group(visibility="repository"), Outcome.FAILED, id="in no group"),
        pytest.param(group(runners=0, visibility="all"), Outcome.NOT_APPLICABLE, id="no runner"),
        pytest.param(group(runners=1), Outcome.PASSED, id="one runner"),
        pytest.param(group(runners=DENIED), Outcome.PASSED, id="restricted, runners denied"),
        pytest.param(group(runners=DENIED, visibility="all"), Outcome.FAILED, id="open, denied"),
        pytest.param(group(visibility=DENIED), Outcome.UNDETERMINED, id="visibility denied"),
        pytest.param(group(public=DENIED), Outcome.UNDETERMINED, id="public denied"),
    ],
)
def test_runner_group_restricted(subject, outcome):
    assert runner_group_restricted(subject).outcome is outcome
