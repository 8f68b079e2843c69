"""What was put into production, from where, and who let it through."""

import pytest

from checks.change.deployments import deployment_approved, deployment_from_protected_branch
from checks.contract import Outcome
from collectors.evidence.github.deployments import Approval, DeployingRun, Deployment
from tests.evidence import DENIED, NOW

OLGA = Approval(by="olga", is_person=True)
MIA = Approval(by="mia", is_person=True)
ROBOT = Approval(by="gate[bot]", is_person=False)
GONE = Approval(by=DENIED, is_person=True)


def run(*approvals, started_by=frozenset({"mia"})):
    return DeployingRun(started_by=started_by, approvals=approvals)


def deployment(**says):
    careful = {
        "states": frozenset({"queued", "in_progress", "success"}),
        "created_by": "github-actions[bot]",
        "from_branch": "main",
        "run": run(OLGA),
        "authors": frozenset({"mia", "ben"}),
    }
    return Deployment(
        id="DE_1",
        name="acme/web@0123 to production",
        occurred_at=NOW,
        repository="acme/web",
        environment="production",
        commit="0123",
        **(careful | says),
    )


@pytest.mark.parametrize(
    ("says", "actors", "outcome"),
    [
        pytest.param({}, (), Outcome.PASSED, id="on a protected branch"),
        pytest.param({"from_branch": None}, (), Outcome.FAILED, id="on none"),
        pytest.param({"from_branch": DENIED}, (), Outcome.UNDETERMINED, id="not known on which"),
        pytest.param({}, ("github-actions[bot]",), Outcome.PASSED, id="by an allowed actor"),
        pytest.param({}, ("deployer",), Outcome.FAILED, id="by another"),
        pytest.param({"created_by": DENIED}, (), Outcome.PASSED, id="by whom does not matter"),
        pytest.param({"created_by": DENIED}, ("x",), Outcome.UNDETERMINED, id="by whom matters"),
        pytest.param(
            {"created_by": DENIED, "from_branch": None}, ("x",), Outcome.FAILED, id="on none anyway"
        ),
        pytest.param(
            {"from_branch": DENIED}, ("deployer",), Outcome.FAILED, id="by another anyway"
        ),
        pytest.param(
            {"states": frozenset({"pending", "failure"}), "from_branch": None},
            (),
            Outcome.NOT_APPLICABLE,
            id="refused before it began",
        ),
        pytest.param(
            {"states": frozenset(), "from_branch": None}, (), Outcome.FAILED, id="nothing reported"
        ),
        pytest.param(
            {"states": DENIED, "from_branch": None}, (), Outcome.FAILED, id="states denied"
        ),
    ],
)
def test_deployment_from_protected_branch(says, actors, outcome):
    verdict = deployment_from_protected_branch(deployment(**says), allowed_actors=actors)
    assert verdict.outcome is outcome


APPROVED_CASES = [
    pytest.param({}, Outcome.PASSED, id="by somebody else"),
    pytest.param({"run": run()}, Outcome.FAILED, id="by nobody"),
    pytest.param({"run": run(MIA)}, Outcome.FAILED, id="by who started it"),
    pytest.param({"run": run(MIA, OLGA)}, Outcome.PASSED, id="by both"),
    pytest.param({"run": run(ROBOT)}, Outcome.FAILED, id="by an app"),
    pytest.param({"run": run(GONE)}, Outcome.UNDETERMINED, id="by an account that is gone"),
    pytest.param({"run": run(GONE, OLGA)}, Outcome.PASSED, id="by one gone and one known"),
    pytest.param(
        {"run": run(OLGA, started_by=frozenset({"mia", "olga"}))},
        Outcome.FAILED,
        id="by who started it again",
    ),
    pytest.param({"authors": frozenset({"olga"})}, Outcome.FAILED, id="by who wrote all of it"),
    pytest.param(
        {"authors": frozenset({"olga", "ben"})}, Outcome.PASSED, id="by who wrote a part of it"
    ),
    pytest.param({"authors": frozenset()}, Outcome.PASSED, id="it brings nothing new"),
    pytest.param({"authors": DENIED}, Outcome.UNDETERMINED, id="authors denied"),
    pytest.param({"authors": DENIED, "run": run()}, Outcome.FAILED, id="by nobody anyway"),
    pytest.param(
        {"run": run(OLGA, started_by=DENIED)}, Outcome.UNDETERMINED, id="who started it denied"
    ),
    pytest.param({"run": run(started_by=DENIED)}, Outcome.FAILED, id="nobody, whoever started it"),
    pytest.param({"run": DENIED}, Outcome.UNDETERMINED, id="run denied"),
    pytest.param({"run": None}, Outcome.FAILED, id="no run to approve"),
    pytest.param(
        {"run": DeployingRun(started_by=frozenset({"mia"}), approvals=DENIED)},
        Outcome.UNDETERMINED,
        id="approvals denied",
    ),
    pytest.param(
        {"run": run(), "states": frozenset({"pending"})}, Outcome.NOT_APPLICABLE, id="it waits"
    ),
    pytest.param({"run": run(), "states": frozenset({"inactive"})}, Outcome.FAILED, id="it ran"),
    pytest.param({"run": run(), "states": DENIED}, Outcome.FAILED, id="states denied"),
]


@pytest.mark.parametrize(("says", "outcome"), APPROVED_CASES)
def test_deployment_approved(says, outcome):
    assert deployment_approved(deployment(**says)).outcome is outcome


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({"run": run()}, Outcome.PASSED, id="from a protected branch"),
        pytest.param({"run": run(), "from_branch": None}, Outcome.FAILED, id="from none"),
        pytest.param(
            {"run": run(), "from_branch": DENIED}, Outcome.UNDETERMINED, id="from where is denied"
        ),
        pytest.param({"from_branch": DENIED}, Outcome.PASSED, id="approved anyway"),
        pytest.param({"from_branch": None}, Outcome.PASSED, id="approved, from none"),
    ],
)
def test_deployments_without_approval_where_that_is_declared(says, outcome):
    verdict = deployment_approved(deployment(**says), continuous_deployment=True)
    assert verdict.outcome is outcome
