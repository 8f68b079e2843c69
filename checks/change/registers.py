"""Changes that were registered as issues, and whether registers of issues can be believed."""

from collections.abc import Mapping, Sequence

from checks.business_days import business_days_after
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
from collectors.evidence.github.registers import Labelled, RegisteredChange, RegisterIssue
from collectors.evidence.record import Instant, Unread

EMERGENCY, SIGNIFICANT = "emergency_changes", "significant_changes"


@check(
    id="github.register.row-authentic",
    title="Rows of registers that are issues stay as they were closed",
    controls=(
        *("GOV-10", "IR-02", "IR-03", "CHG-05", "AVL-02", "AVL-03"),
        *("PRV-04", "PRV-06", "PRV-07"),
    ),
    severity=Severity.LOW,
    remediation="Restore the row, or explain the edit.",
    empty=Outcome.NOT_APPLICABLE,
)
def register_row_authentic(row: RegisterIssue) -> Verdict:
    """A register proves something only if nobody tidies it up afterwards.

    A row may not be deleted, transferred or relabelled once it was read, and its title may
    not change after it was closed. All moments come from GitHub's own events; what people
    wrote is not kept, so an edit of the text alone is not seen.
    """
    if row.gone:
        return failed("it was a row and is gone or has lost its label", register=row.register)
    for part in (row.closed_at, row.renamed_at):
        if isinstance(part, Unread):
            return undetermined(part, register=row.register)
    closed, renamed = row.closed_at, row.renamed_at
    if closed is not None and renamed is not None and _is_later(renamed, closed):
        return failed("its title was changed after it was closed", register=row.register)
    return passed("it was not changed after it was closed", register=row.register)


@check(
    id="github.emergency-change.reviewed-afterwards",
    title="Emergency changes are approved and reviewed afterwards by somebody else",
    controls=("CHG-05",),
    severity=Severity.HIGH,
    remediation="Review the change and close the record.",
    empty=Outcome.NOT_APPLICABLE,
)
def emergency_change_reviewed_afterwards(
    change: RegisteredChange,
    *,
    as_of: Instant,
    review_business_days: int = 3,
    approved_label: str = "approved",
) -> Verdict:
    """What could not wait for a review gets it afterwards, while people still remember.

    The issue needs the label of an approval from another person than its author, and another
    person has to close it within the working days that are set, counted from the day it was
    opened. Until then an open one passes. That each change past review has an issue is not asked
    here: those changes fail by themselves.
    """
    if change.register != EMERGENCY:
        return not_applicable("no emergency change")
    due = business_days_after(change.occurred_at.date(), review_business_days)
    closed = change.closed_at
    days: dict[str, Observed] = {
        "opened": change.occurred_at.date().isoformat(),
        "due": due.isoformat(),
    }
    if isinstance(closed, Unread):
        return undetermined(closed, **days)
    if (closed or as_of).date() > due:
        return failed("it was not reviewed and closed in time", **days)
    if closed is None:
        return passed("its review is not due yet", **days)
    return _by_others(change, _given(change, approved_label), days)


@check(
    id="github.significant-change.has-security-notes",
    title="Significant changes have a design note, a security review and an acceptance",
    controls=("CHG-06", "RSK-03"),
    severity=Severity.MEDIUM,
    remediation="Add the missing note.",
    empty=Outcome.NOT_APPLICABLE,
)
def significant_change_has_security_notes(
    change: RegisteredChange,
    *,
    design_label: str = "design-note",
    review_label: str = "security-review",
    acceptance_label: str = "accepted",
) -> Verdict:
    """What changes the risk is thought through before it is released, by more than its author.

    Each of the three steps is a label, which the issue got before it was closed; the security
    review's comes from another person than who opened the issue. An open issue is not
    released yet.
    """
    if change.register != SIGNIFICANT:
        return not_applicable("no significant change")
    closed = change.closed_at
    if isinstance(closed, Unread):
        return undetermined(closed)
    if closed is None:
        return not_applicable("not released yet")
    if isinstance(change.labels, Unread):
        return undetermined(change.labels)
    steps = (design_label, review_label, acceptance_label)
    missing = _missing(change.labels, steps, before=closed)
    if missing:
        return failed("steps were missing when it was closed", missing=missing)
    return _reviewed(change, _given(change, review_label))


def _by_others(
    change: RegisteredChange, approval: Labelled | Unread | None, days: Mapping[str, Observed]
) -> Verdict:
    """Whether other people than the one who opened it approved and closed it."""
    opened_by = change.opened_by
    if approval is None:
        return failed("nobody approved it", **days)
    for part in (opened_by, change.closed_by, approval):
        if isinstance(part, Unread):
            return undetermined(part, **days)
    if change.closed_by == opened_by:
        return failed("who opened it closed it", **days)
    if isinstance(approval, Labelled) and approval.by == opened_by:
        return failed("who opened it approved it", **days)
    return passed("approved, and reviewed in time by another person", **days)


def _reviewed(change: RegisteredChange, review: Labelled | Unread | None) -> Verdict:
    for part in (change.opened_by, review):
        if isinstance(part, Unread):
            return undetermined(part)
    if isinstance(review, Labelled) and review.by == change.opened_by:
        return failed("who opened it reviewed its security")
    return passed("all steps were taken before it was closed")


def _missing(
    labels: Sequence[Labelled], steps: Sequence[str], *, before: Instant
) -> tuple[str, ...]:
    taken = {label.label for label in labels if label.at <= before}
    return tuple(step for step in steps if step not in taken)


def _given(change: RegisteredChange, label: str) -> Labelled | Unread | None:
    """One label of the issue; unread as well where it is not known who gave it."""
    if isinstance(change.labels, Unread):
        return change.labels
    found = next((one for one in change.labels if one.label == label), None)
    return found.by if found and isinstance(found.by, Unread) else found


def _is_later(one: Instant | Unread, other: Instant | Unread) -> bool:
    return not isinstance(one, Unread) and not isinstance(other, Unread) and one > other
