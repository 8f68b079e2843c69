"""Are machines looked after, and patched?"""

from datetime import timedelta

import pytest

from checks.change.patches import ssm_instance_managed, ssm_patches_applied
from checks.contract import Outcome
from collectors.evidence.aws.fleet import PatchedMachine, Patches, WatchedInstance
from tests.evidence import DENIED, NOW

TWO_DAYS_AGO = NOW - timedelta(days=2)


def machine(heard_at=TWO_DAYS_AGO, **changes):
    fields = {"state": "running", "is_node": False, "heard_at": heard_at} | changes
    return WatchedInstance(id="arn:i", name="i", **fields)


@pytest.mark.parametrize(
    ("subject", "limits", "outcome"),
    [
        pytest.param(machine(), {}, Outcome.PASSED, id="two days ago"),
        pytest.param(machine(TWO_DAYS_AGO - timedelta(seconds=1)), {}, Outcome.FAILED, id="longer"),
        pytest.param(machine(None), {}, Outcome.FAILED, id="never"),
        pytest.param(machine(DENIED), {}, Outcome.UNDETERMINED, id="unread"),
        pytest.param(machine(state=DENIED), {}, Outcome.UNDETERMINED, id="state unread"),
        pytest.param(machine(None, is_node=True), {}, Outcome.NOT_APPLICABLE, id="a node"),
        pytest.param(
            machine(None, is_node=True), {"judge_nodes": True}, Outcome.FAILED, id="a node, judged"
        ),
    ],
)
def test_ssm_instance_managed(subject, limits, outcome):
    assert ssm_instance_managed(subject, as_of=NOW, **limits).outcome is outcome


def patches(**changes):
    fields = {"missing": 0, "failed": 0, "waiting": 0, "looked_at": NOW - timedelta(days=7)}
    return Patches(**fields | changes)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        pytest.param(patches(), Outcome.PASSED, id="all there"),
        pytest.param(patches(missing=1), Outcome.FAILED, id="one missing"),
        pytest.param(patches(failed=1), Outcome.FAILED, id="one failed"),
        pytest.param(patches(waiting=1), Outcome.FAILED, id="one waits for a restart"),
        pytest.param(
            patches(looked_at=NOW - timedelta(days=7, seconds=1)),
            Outcome.FAILED,
            id="not looked at",
        ),
        pytest.param(None, Outcome.UNDETERMINED, id="never looked at"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ssm_patches_applied(state, outcome):
    subject = PatchedMachine(id="arn:i", name="i", patches=state)
    assert ssm_patches_applied(subject, as_of=NOW).outcome is outcome
