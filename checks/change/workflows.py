"""Whether workflows run what they seem to, for those they seem to run it for."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.actions import ActionUse, WorkflowFile
from collectors.evidence.record import Unread


@check(
    id="github.actions.versions-pinned",
    title="Outside actions are named by a commit that cannot change",
    controls=("WRK-01",),
    severity=Severity.MEDIUM,
    remediation="Pin the action to a full commit hash.",
    empty=Outcome.PASSED,
)
def actions_versions_pinned(use: ActionUse) -> Verdict:
    """A tag is what its owner says it is today; whoever takes the owner's account moves it.

    Actions and workflows from outside the organisation have to be named by a full commit
    hash, container images by their digest. Where the organisation lets nothing else run,
    all uses pass.
    """
    if use.pinned:
        return passed("the use is pinned", uses=use.uses)
    if use.pins_required is True:
        return passed("the organisation runs pinned actions only", uses=use.uses)
    if isinstance(use.pins_required, Unread):
        return undetermined(use.pins_required, uses=use.uses)
    return failed("the action can change under the same name", uses=use.uses)


@check(
    id="github.actions.workflow-safe",
    title="Workflows give strangers neither a shell nor secrets",
    controls=("WRK-01", "CRY-03", "CHG-04"),
    severity=Severity.HIGH,
    remediation="Rewrite the workflow's trigger, or pass event text by the environment.",
    empty=Outcome.PASSED,
)
def actions_workflow_safe(workflow: WorkflowFile) -> Verdict:
    """Whoever can propose a change or open an issue should not be able to run anything by it.

    Looked for are a trigger that brings secrets together with a checkout of the proposed
    code, text of an event inside a script, and all secrets handed on to a called workflow.
    """
    if isinstance(workflow.dangers, Unread):
        return undetermined(workflow.dangers)
    if workflow.dangers:
        return failed(f"the workflow {', and '.join(workflow.dangers)}", dangers=workflow.dangers)
    return passed("no known danger is in the workflow")
