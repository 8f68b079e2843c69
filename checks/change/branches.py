"""What a default branch demands before anything lands on it."""

from collections.abc import Iterable, Sequence

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.branches import DefaultBranch, Guard
from collectors.evidence.record import Unread


@check(
    id="github.branch.change-request-required",
    title="Default branches accept changes by pull request only",
    controls=("CHG-01",),
    severity=Severity.HIGH,
    remediation="Add an organisation ruleset that requires pull requests.",
    empty=Outcome.FAILED,
)
def branch_change_request_required(branch: DefaultBranch) -> Verdict:
    """A change nobody was asked about cannot have been reviewed.

    Classic protection and the active rulesets of repository, organisation and enterprise
    count together: it is enough that one of them requires a pull request. Rulesets that
    are disabled or only evaluated do not count.
    """
    idle = _idle(branch)
    if idle:
        return idle
    layers, gap = _layers(branch)
    required_by = tuple(layer.name for layer in layers if layer.pull_request)
    if required_by:
        return passed("changes land by pull request only", required_by=required_by)
    return undetermined(gap) if gap else failed("changes can be pushed without a pull request")


@check(
    id="github.branch.approval-required",
    title="Default branches require an approval of the last push",
    controls=("CHG-01", "CHG-02"),
    severity=Severity.HIGH,
    remediation="Require an approval, and dismiss stale approvals or require one of the last push.",
    empty=Outcome.FAILED,
)
def branch_approval_required(branch: DefaultBranch, *, min_approvals: int = 1) -> Verdict:
    """An approval that survives a later push approves something nobody has read.

    Of all layers the highest number of approvals applies. A new push has to take earlier
    approvals away, or the last push has to be approved by somebody else.
    """
    idle = _idle(branch)
    if idle:
        return idle
    layers, gap = _layers(branch)
    rules = [layer.pull_request for layer in layers if layer.pull_request]
    numbers = [rule.approvals for rule in rules]
    approvals = max((number for number in numbers if isinstance(number, int)), default=0)
    if approvals < min_approvals:
        why = f"{approvals} approvals are required, {min_approvals} are expected"
        unknown = gap or _first_unread(numbers)
        return undetermined(unknown) if unknown else failed(why, approvals=approvals)
    flags = [
        flag
        for rule in rules
        for flag in (rule.dismisses_stale_approvals, rule.last_push_needs_approval)
    ]
    if True not in flags:
        unknown = gap or _first_unread(flags)
        why = "an approval stays in force when something else is pushed after it"
        return undetermined(unknown) if unknown else failed(why, approvals=approvals)
    return passed(f"{approvals} approvals of the last push are required", approvals=approvals)


@check(
    id="github.branch.bypass-limited",
    title="Nobody goes around the protection of default branches",
    controls=("CHG-01", "ACC-09", "CHG-05"),
    severity=Severity.HIGH,
    remediation="Bind administrators too, and empty the bypass lists or approve their actors.",
    empty=Outcome.FAILED,
)
def branch_bypass_limited(
    branch: DefaultBranch, *, approved_bypass: tuple[str, ...] = ()
) -> Verdict:
    """A rule that some need not obey is a custom, not a control.

    All layers apply together, so one that requires review and has no unapproved bypass is
    enough. Layers are compared by the names of their actors, not by who stands behind them.
    GitHub shows a ruleset's bypass list only to those who may edit the ruleset.
    """
    idle = _idle(branch)
    if idle:
        return idle
    layers, gap = _layers(branch)
    requesting = [layer for layer in layers if layer.pull_request]
    reviewing = [
        layer for layer in requesting if layer.pull_request and layer.pull_request.approvals != 0
    ]
    guards = reviewing or requesting
    ways = [
        (guard.name, guard.bypass - set(approved_bypass))
        for guard in guards
        if isinstance(guard.bypass, frozenset)
    ]
    closed = tuple(name for name, actors in ways if not actors)
    if closed:
        return passed("nobody unapproved goes around the protection", held_by=closed)
    unknown = gap or _first_unread(guard.bypass for guard in guards)
    if unknown:
        return undetermined(unknown)
    if not guards:
        return failed("nothing requires a pull request, so there is nothing to go around")
    actors = tuple(sorted(frozenset().union(*(actors for _, actors in ways))))
    return failed(f"{len(actors)} unapproved actors go around the protection", bypass=actors)


def _idle(branch: DefaultBranch) -> Verdict | None:
    """Nothing lands on an archived repository, and nothing has landed on an empty one."""
    if branch.archived is True:
        return not_applicable("the repository is archived")
    if branch.empty is True:
        return not_applicable("the repository has no commit yet")
    return None


def _layers(branch: DefaultBranch) -> tuple[Sequence[Guard], Unread | None]:
    """Every layer that could be read, and why another could not."""
    classic, rulesets = branch.classic, branch.rulesets
    layers = [
        *([classic] if isinstance(classic, Guard) else ()),
        *(rulesets if isinstance(rulesets, tuple) else ()),
    ]
    return layers, _first_unread((classic, rulesets))


def _first_unread(values: Iterable[object]) -> Unread | None:
    return next((value for value in values if isinstance(value, Unread)), None)
