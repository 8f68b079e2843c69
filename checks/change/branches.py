"""What a default branch demands before anything lands on it."""

from checks.change.guards import (
    first_unread,
    layers_of,
    pull_request_rules,
    settled,
)
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
    are disabled, only evaluated, or do not match the branch do not count.
    """
    idle = settled(branch)
    if idle:
        return idle
    layers, gap = layers_of(branch)
    required_by = tuple(layer.name for layer in layers if layer.pull_request)
    if required_by:
        return passed("changes land by pull request only", required_by=required_by)
    if gap:
        return undetermined(gap)
    idle_rulesets = branch.idle_rulesets if isinstance(branch.idle_rulesets, tuple) else ()
    not_counted = tuple(f"{ruleset.name}: {ruleset.why}" for ruleset in idle_rulesets)
    return failed("changes can be pushed without a pull request", not_counted=not_counted)


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
    idle = settled(branch)
    if idle:
        return idle
    rules, gap = pull_request_rules(branch)
    numbers = [rule.approvals for rule in rules]
    approvals = max((number for number in numbers if isinstance(number, int)), default=0)
    if approvals < min_approvals:
        why = f"{approvals} approvals are required, {min_approvals} are expected"
        unknown = gap or first_unread(numbers)
        return undetermined(unknown) if unknown else failed(why, approvals=approvals)
    flags = [
        flag
        for rule in rules
        for flag in (rule.dismisses_stale_approvals, rule.last_push_needs_approval)
    ]
    if True not in flags:
        unknown = gap or first_unread(flags)
        why = "an approval stays in force when something else is pushed after it"
        return undetermined(unknown) if unknown else failed(why, approvals=approvals)
    return passed(f"{approvals} approvals of the last push are required", approvals=approvals)


@check(
    id="github.branch.stale-approval-dismissed",
    title="A new push takes earlier approvals away",
    controls=("CHG-01", "CHG-02"),
    severity=Severity.HIGH,
    remediation="Dismiss stale approvals in the rule that requires the pull request.",
    empty=Outcome.FAILED,
)
def branch_stale_approval_dismissed(branch: DefaultBranch) -> Verdict:
    """What was approved yesterday is not what is pushed today.

    One layer that dismisses stale approvals is enough: GitHub applies the strictest of
    classic protection and all active rulesets.
    """
    idle = settled(branch)
    if idle:
        return idle
    rules, gap = pull_request_rules(branch)
    flags = [rule.dismisses_stale_approvals for rule in rules]
    if True in flags:
        return passed("a new push dismisses earlier approvals")
    unknown = gap or first_unread(flags)
    return undetermined(unknown) if unknown else failed("approvals outlive the pushes after them")


@check(
    id="github.branch.bypass-limited",
    title="Nobody goes around the protection of default branches",
    controls=("CHG-01", "ACC-09", "CHG-05"),
    severity=Severity.HIGH,
    remediation="Bind administrators too, and empty the bypass lists or approve their actors.",
    empty=Outcome.FAILED,
)
def branch_bypass_limited(
    branch: DefaultBranch,
    *,
    approved_bypass: tuple[str, ...] = (),
    break_glass: tuple[str, ...] = (),
) -> Verdict:
    """A rule that some need not obey is a custom, not a control.

    All layers apply together, so one that requires review and has no unapproved bypass is
    enough. Layers are compared by the names of their actors, not by who stands behind them.
    Whom a ruleset lets go around it at any time, and not only by pull request, has to be on
    the list for emergencies, break_glass. GitHub shows a ruleset's bypass list only to those
    who may edit the ruleset.
    """
    idle = settled(branch)
    if idle:
        return idle
    layers, gap = layers_of(branch)
    requesting = [layer for layer in layers if layer.pull_request]
    reviewing = [
        layer for layer in requesting if layer.pull_request and layer.pull_request.approvals != 0
    ]
    guards = reviewing or requesting
    around = [(guard.name, _around(guard, approved_bypass, break_glass)) for guard in guards]
    ways = [(name, actors) for name, actors in around if isinstance(actors, frozenset)]
    closed = tuple(name for name, actors in ways if not actors)
    if closed:
        return passed("nobody unapproved goes around the protection", held_by=closed)
    unknown = gap or first_unread(actors for _, actors in around)
    if unknown:
        return undetermined(unknown)
    if not guards:
        return failed("nothing requires a pull request, so there is nothing to go around")
    actors = tuple(sorted(frozenset().union(*(actors for _, actors in ways))))
    return failed(f"{len(actors)} unapproved actors go around the protection", bypass=actors)


def _around(
    guard: Guard, approved: tuple[str, ...], break_glass: tuple[str, ...]
) -> frozenset[str] | Unread:
    """Who gets past one layer without the approval that their way around it needs."""
    if isinstance(guard.bypass, Unread):
        return guard.bypass
    others = guard.bypass - set(break_glass)
    unapproved = others - set(approved)
    if isinstance(guard.bypass_always, Unread):
        return unapproved if unapproved or not others else guard.bypass_always
    return unapproved | (guard.bypass_always - set(break_glass))


@check(
    id="github.branch.owner-review-required",
    title="Owners of the code review changes to it",
    controls=("CHG-01", "CHG-06"),
    severity=Severity.MEDIUM,
    remediation="Require review by code owners in the rule that requires the pull request.",
    empty=Outcome.NOT_APPLICABLE,
)
def branch_owner_review_required(branch: DefaultBranch) -> Verdict:
    """A code owners file that nobody has to obey is a list of names.

    Asked of repositories that have such a file in one of its three places; one layer that
    requires review by code owners is enough.
    """
    idle = settled(branch)
    if idle:
        return idle
    if branch.has_code_owners is False:
        return not_applicable("the repository has no code owners file")
    rules, gap = pull_request_rules(branch)
    flags = [rule.needs_code_owner for rule in rules]
    if True in flags:
        return passed("review by code owners is required")
    unknown = gap or first_unread((*flags, branch.has_code_owners))
    return undetermined(unknown) if unknown else failed("code owners need not review changes")


@check(
    id="github.branch.conversations-resolved",
    title="Open review threads block landing",
    controls=("CHG-02",),
    severity=Severity.LOW,
    remediation="Require that conversations are resolved before merging.",
    empty=Outcome.FAILED,
)
def branch_conversations_resolved(branch: DefaultBranch) -> Verdict:
    """A reviewer's question that may stay open is no part of the review.

    One layer that asks for it is enough.
    """
    idle = settled(branch)
    if idle:
        return idle
    layers, gap = layers_of(branch)
    flags = [layer.resolves_threads for layer in layers]
    if True in flags:
        return passed("open review threads block landing")
    unknown = gap or first_unread(flags)
    return undetermined(unknown) if unknown else failed("changes land with open review threads")


@check(
    id="github.branch.signatures-required",
    title="Default branches require signed commits",
    controls=("WRK-01", "CHG-01"),
    severity=Severity.LOW,
    remediation="Require signed commits on the default branch.",
    empty=Outcome.FAILED,
)
def branch_signatures_required(branch: DefaultBranch, *, enabled: bool = False) -> Verdict:
    """The name in a commit is what its author typed; only a signature proves it.

    Many companies do without, so it is asked only where the threshold `enabled` is set.
    """
    idle = settled(branch)
    if idle:
        return idle
    if not enabled:
        return not_applicable("the company does not ask for signatures: `enabled` is not set")
    layers, gap = layers_of(branch)
    flags = [layer.needs_signatures for layer in layers]
    if True in flags:
        return passed("commits have to be signed")
    unknown = gap or first_unread(flags)
    return undetermined(unknown) if unknown else failed("commits need no signature")


@check(
    id="github.branch.history-kept",
    title="Default branches are neither rewritten nor deleted",
    controls=("CHG-01",),
    severity=Severity.HIGH,
    remediation="Block force pushes and deletion of the branch.",
    empty=Outcome.FAILED,
)
def branch_history_kept(branch: DefaultBranch) -> Verdict:
    """Whoever rewrites a branch also rewrites what was reviewed.

    Force pushes and deletion have to be refused, each by at least one layer. Who may go
    around the layers is asked by github.branch.bypass-limited.
    """
    idle = settled(branch)
    if idle:
        return idle
    layers, gap = layers_of(branch)
    halves = {
        "force pushes": [layer.refuses_force_pushes for layer in layers],
        "deletion": [layer.refuses_deletion for layer in layers],
    }
    open_halves = {name: flags for name, flags in halves.items() if True not in flags}
    if not open_halves:
        return passed("force pushes and deletion are refused")
    unknown = gap or first_unread(flag for flags in open_halves.values() for flag in flags)
    if unknown:
        return undetermined(unknown, not_seen_refused=tuple(open_halves))
    return failed(f"not refused: {' and '.join(open_halves)}", allowed=tuple(open_halves))
