"""Whether workflows run what they seem to, for those they seem to run it for."""

import pytest

from checks.change.workflows import actions_versions_pinned, actions_workflow_safe
from checks.contract import Outcome
from collectors.evidence.github.actions import ActionUse, WorkflowFile
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("pinned", "required", "outcome"),
    [
        pytest.param(True, False, Outcome.PASSED, id="pinned"),
        pytest.param(True, DENIED, Outcome.PASSED, id="pinned, setting denied"),
        pytest.param(False, True, Outcome.PASSED, id="nothing else can run"),
        pytest.param(False, False, Outcome.FAILED, id="by a tag"),
        pytest.param(False, DENIED, Outcome.UNDETERMINED, id="by a tag, setting denied"),
    ],
)
def test_actions_versions_pinned(pinned, required, outcome):
    use = ActionUse(
        id="u", name="u", workflow="w", uses="a/b@v1", pinned=pinned, pins_required=required
    )
    assert actions_versions_pinned(use).outcome is outcome


@pytest.mark.parametrize(
    ("dangers", "outcome"),
    [
        pytest.param((), Outcome.PASSED, id="none"),
        pytest.param(("runs a stranger's code with secrets",), Outcome.FAILED, id="one"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="not read"),
    ],
)
def test_actions_workflow_safe(dangers, outcome):
    assert actions_workflow_safe(WorkflowFile(id="w", name="w", dangers=dangers)).outcome is outcome
