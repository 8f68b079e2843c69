"""By which road a change landed, what was tested before, and what it was for."""

import re
from collections.abc import Sequence

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.changes import (
    CheckResult,
    LandedChange,
    Override,
    PullRequest,
    RuleSuite,
)
from collectors.evidence.record import Instant, Unread

SUCCESS = "success"
NEUTRAL = ("neutral", "skipped")
CLASSIC, RULESETS = "classic protection", "rulesets"
PASS, BYPASS = "pass", "bypass"


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
    into this very branch; one that landed elsewhere does not count. A forced push fails: it
    takes away what nobody can look at any more.
    """
    if change.rewrote is not None:
        return failed(
            "the history was rewritten by a forced push",
            taken_away=change.rewrote,
            head=change.commit,
            pushed_by=_known(change.landed_by),
        )
    request = change.pull_request
    if isinstance(request, Unread):
        return undetermined(request)
    if request is None:
        pushed_by = _known(change.landed_by)
        return failed("pushed without a pull request", commit=change.commit, pushed_by=pushed_by)
    return passed("landed by a pull request", pull_request=request.number)


@check(
    id="github.change.not-landed-by-bypass",
    title="Changes do not go around the rules of their branch",
    controls=("CHG-02", "CHG-05", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Review the change, record why rules were bypassed, and take the right away.",
    empty=Outcome.NOT_APPLICABLE,
)
def change_not_landed_by_bypass(change: LandedChange) -> Verdict:
    """A rule that was bypassed was not in force for this change, whatever the settings say.

    Rulesets are judged by the rule suite that GitHub keeps of each push, for about a month;
    classic protection by the audit log, which not every plan has. Where either is missing
    the verdict is undetermined, unless the other one already shows the bypass.
    """
    suite, override, guards = change.rule_suite, change.override, change.guards
    if isinstance(suite, RuleSuite) and suite.result == BYPASS:
        return failed("rulesets were bypassed when it landed", bypassed_by=_known(suite.actor))
    if isinstance(override, Override):
        why = "classic protection was overridden when it landed"
        return failed(why, bypassed_by=_known(override.actor))
    if isinstance(guards, Unread):
        return undetermined(guards)
    if not guards:
        return not_applicable("nothing guards the branch, so there is nothing to go around")
    doubt = _bypass_doubt(suite, override, guards)
    if doubt:
        return undetermined(doubt, guards=tuple(sorted(guards)))
    return passed("no rule was bypassed when it landed", guards=tuple(sorted(guards)))


def _bypass_doubt(
    suite: RuleSuite | Unread | None, override: Unread | None, guards: frozenset[str]
) -> Unread | str | None:
    """Why it is not known whether the rules of the guards were bypassed."""
    if RULESETS in guards:
        if isinstance(suite, Unread):
            return suite
        if suite is None:
            return "GitHub keeps no rule suite of it: it is too old, or landed before the rules"
        if suite.result != PASS:
            return "its rule suite says neither that the rules passed nor that they were bypassed"
    return override if CLASSIC in guards else None


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


@check(
    id="github.change.has-ticket",
    title="Changes say what they are for",
    controls=("CHG-02",),
    severity=Severity.LOW,
    remediation="Link the issue, or name the ticket in the pull request's title.",
    empty=Outcome.NOT_APPLICABLE,
)
def change_has_ticket(
    change: LandedChange,
    *,
    pattern: str = "[A-Z]{2,}-[0-9]+",
    exempt_authors: tuple[str, ...] = (),
) -> Verdict:
    """A change nobody asked for is hard to tell from one that nobody should have made.

    An issue that the pull request closes counts, and so does a ticket that title, text or
    branch name by the pattern. Of what people write only the names that look like tickets
    are kept: letters, a dash and a number, or `#` and a number. Changes whose authors are
    all exempt, such as an app that updates dependencies, are not applicable.
    """
    request = change.pull_request
    if not isinstance(request, PullRequest):
        pushed = failed("pushed without a pull request, so without a ticket", commit=change.commit)
        return undetermined(request) if request else pushed
    observed: dict[str, Observed] = {"pull_request": request.number}
    authors, issues, tickets = request.authors, request.issues, request.tickets
    if isinstance(authors, frozenset) and authors and authors <= {*exempt_authors}:
        return not_applicable("its authors are exempt", **observed)
    linked = () if isinstance(issues, Unread) else issues
    named = () if isinstance(tickets, Unread) else tickets
    found = (*linked, *(ticket for ticket in named if re.fullmatch(pattern, ticket)))
    if found:
        return passed("it names what it is for", tickets=found, **observed)
    for part in (issues, tickets):
        if isinstance(part, Unread):
            return undetermined(part, **observed)
    if exempt_authors and isinstance(authors, Unread):
        return undetermined(authors, **observed)
    return failed("no ticket is linked or named", **observed)


def _known(person: str | Unread) -> str | None:
    return None if isinstance(person, Unread) else person


def _last_before(results: Sequence[CheckResult], *, at: Instant) -> list[CheckResult]:
    """The last result of each check on each commit that was there when the change landed."""
    in_time = sorted(
        (result for result in results if result.completed_at <= at),
        key=lambda result: result.completed_at,
    )
    return list({(result.commit, result.name): result for result in in_time}.values())
