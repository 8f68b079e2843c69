"""Whether releases are described, and stay what they were when they were published."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.releases import Release
from collectors.evidence.record import Unread

KEEP_A_TAG = frozenset({"DELETION", "UPDATE"})
"""The rules under which a tag can neither be taken away nor be moved."""


@check(
    id="github.release.described-and-fixed",
    title="Releases have notes, come from a protected branch and cannot be changed",
    controls=("PIN-01", "GOV-07", "WRK-01"),
    severity=Severity.MEDIUM,
    remediation="Turn on immutable releases and write notes.",
    empty=Outcome.NOT_APPLICABLE,
)
def release_described_and_fixed(release: Release) -> Verdict:
    """What customers run should be what was reviewed, and they should be told what is new.

    A release needs notes, a tag on a protected branch, and something that keeps it: it is
    immutable, or rulesets let nobody delete or move its tag. Who may bypass those rulesets is
    not asked here. Drafts and releases from before the window are left out.
    """
    faults: list[str] = []
    doubts: list[Unread] = []
    for fault, good in (
        ("it has no notes", release.has_notes),
        ("its tag lies on no protected branch", _on_branch(release)),
        ("it can be changed", _is_fixed(release)),
    ):
        if isinstance(good, Unread):
            doubts.append(good)
        elif not good:
            faults.append(fault)
    if faults:
        return failed(" and ".join(faults), tag=release.tag)
    if doubts:
        return undetermined(doubts[0], tag=release.tag)
    return passed("it has notes, lies on a protected branch and stays as it is", tag=release.tag)


def _on_branch(release: Release) -> bool | Unread:
    branch = release.from_branch
    return branch if isinstance(branch, Unread) else branch is not None


def _is_fixed(release: Release) -> bool | Unread:
    """Either of two things keeps it, so one that is known to is enough."""
    rules, immutable = release.tag_rules, release.immutable
    if immutable is True or (isinstance(rules, frozenset) and rules >= KEEP_A_TAG):
        return True
    if isinstance(immutable, Unread):
        return immutable
    return rules if isinstance(rules, Unread) else False
