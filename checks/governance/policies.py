"""Whether policies in a repository are approved by who owns them."""

from datetime import datetime, timedelta

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    passed,
    undetermined,
)
from checks.reviews import approvals_in_force
from collectors.evidence.github.policies import PolicyChange, PolicyText
from collectors.evidence.record import Unread


@check(
    id="github.policy.approved-by-owner",
    title="Policies in a repository are approved by their owner",
    controls=("GOV-04", "PRV-01"),
    severity=Severity.MEDIUM,
    remediation="Ask the owner to review and approve the text.",
    empty=Outcome.NOT_APPLICABLE,
)
def policy_approved_by_owner(
    policy: PolicyText, *, as_of: datetime, max_age_days: int = 365
) -> Verdict:
    """A rule binds people because somebody who may decide it said yes to these very words.

    The current text has to have landed by a pull request of which one of the owners approved
    the last commit before it was merged, within the cadence. A later change needs an approval
    of its own. GitHub lets nobody approve a request of their own, so a policy that its owner
    writes needs a second owner.
    """
    if isinstance(policy.commit, Unread):
        return undetermined(policy.commit)
    if policy.commit is None:
        return failed("there is no such file")
    change = policy.change
    if isinstance(change, Unread):
        return undetermined(change)
    if change is None:
        return failed("its current text was pushed without a pull request", commit=policy.commit)
    return _approved(policy, change, as_of, timedelta(days=max_age_days))


def _approved(
    policy: PolicyText, change: PolicyChange, as_of: datetime, cadence: timedelta
) -> Verdict:
    due = (change.merged_at + cadence).date().isoformat()
    observed: dict[str, Observed] = {"pull_request": change.number, "due": due}
    if isinstance(change.reviews, Unread):
        return undetermined(change.reviews, **observed)
    if isinstance(change.head, Unread):
        return undetermined(change.head, **observed)
    approving = {
        review.reviewer
        for review in approvals_in_force(change.reviews, at=change.merged_at)
        if review.commit == change.head
    }
    owners = {owner.casefold() for owner in policy.owners}
    by = sorted(who for who in approving if isinstance(who, str) and who.casefold() in owners)
    if not by:
        doubt = next((who for who in approving if isinstance(who, Unread)), None)
        why = "its owner did not approve the current text"
        return undetermined(doubt, **observed) if doubt else failed(why, **observed)
    if as_of > change.merged_at + cadence:
        return failed("its approval is older than the cadence allows", **observed)
    return passed("its owner approved the current text", approved_by=tuple(by), **observed)
