"""By which road a change landed, and what was tested before."""

from collections.abc import Sequence

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.changes import CheckResult, LandedChange, PullRequest
from collectors.evidence.record import Instant, Unread

SUCCESS = "success"
NEUTRAL = ("neutral", "skipped")


@check(
    id="github.change.came-by-pull-request",
    title="Changes land by pull request",
    controls=("CHG-02", "CHG-05"),
    severity=Severity.HIGH,
    remediation="Review the commit now, record why it was pushed, and close the way it took.",
    empty=Outcome.NOT_APPLICABLE,
)
def change_came_by_pull_request(change: LandedChange) -> Verdict:
    """What is pushed straight to the branch escapes review, tests and record alike.

    The population is the branch's own line of commits. The pull request has to be merged
    into this very branch; one that landed elsewhere does not count.
    """
    request = change.pull_request
    if isinstance(request, Unread):
        return undetermined(request)
    if request is None:
        pushed_by = None if isinstance(change.landed_by, Unread) else change.landed_by
        return failed("pushed without a pull request", commit=change.commit, pushed_by=pushed_by)
    return passed("landed by a pull request", pull_request=request.number)


@check(
    id="github.change.tests-passed",
    title="Required checks succeeded before a change landed",
    controls=("CHG-03",),
    severity=Severity.HIGH,
    remediation="Run the tests on the landed commit, and record the deviation.",
    empty=Outcome.NOT_APPLICABLE,
)
def change_tests_passed(change: LandedChange, *, neutral_allowed: bool = False) -> Verdict:
    """A test that ran after landing, or on another commit, protected nobody.

    Every check that the branch required has to have succeeded on the last commit, or on
    the merge queue's own commit, before the change landed; of several runs the last one
    before landing counts. Where the branch required none, whatever ran has to have
    succeeded, and something has to have run.
    """
    request = change.pull_request
    if not isinstance(request, PullRequest):
        pushed = failed("pushed without a pull request, so untested", commit=change.commit)
        return undetermined(request) if request else pushed
    if isinstance(request.checks, Unread):
        return undetermined(request.checks, pull_request=request.number)
    if isinstance(change.required_checks, Unread):
        return undetermined(change.required_checks, pull_request=request.number)

    last = _last_before(request.checks, at=change.occurred_at)
    accepted = (SUCCESS, *NEUTRAL) if neutral_allowed else (SUCCESS,)
    succeeded = {run.name for run in last if run.conclusion in accepted}
    demanded = change.required_checks or {run.name for run in last}
    missing = tuple(sorted(demanded - succeeded))
    if missing:
        why = f"{len(missing)} of {len(demanded)} checks had not succeeded when it landed"
        return failed(why, missing=missing, pull_request=request.number)
    if not demanded:
        return failed("no check ran before it landed", pull_request=request.number)
    return passed(
        f"{len(demanded)} checks had succeeded when it landed",
        checks=tuple(sorted(demanded)),
        pull_request=request.number,
    )


def _last_before(results: Sequence[CheckResult], *, at: Instant) -> list[CheckResult]:
    """The last result of each check on each commit that was there when the change landed."""
    in_time = sorted(
        (result for result in results if result.completed_at <= at),
        key=lambda result: result.completed_at,
    )
    return list({(result.commit, result.name): result for result in in_time}.values())
