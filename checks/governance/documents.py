"""What is written down, who answers for it, and whether it still holds."""

from collections.abc import Mapping
from datetime import timedelta

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
from collectors.evidence.documents import Approval, Policy, RequiredDocument, Revision
from collectors.evidence.record import Instant, Unread

EVERY_CONTROL = (
    *("GOV-01", "GOV-02", "GOV-03", "GOV-04", "GOV-05", "GOV-06", "GOV-07", "GOV-08", "GOV-09"),
    *("GOV-10", "HR-01", "HR-02", "HR-03", "RSK-01", "RSK-02", "RSK-03", "VEN-01", "VEN-02"),
    *("ACC-01", "ACC-02", "ACC-03", "ACC-04", "ACC-05", "ACC-06", "ACC-07", "ACC-08", "ACC-09"),
    *("PHY-01", "NET-01", "NET-02", "CRY-01", "CRY-02", "CRY-03", "END-01", "WRK-01", "MON-01"),
    *("MON-02", "MON-03", "MON-04", "VUL-01", "VUL-02", "VUL-03", "AST-01", "IR-01", "IR-02"),
    *("IR-03", "IR-04", "CHG-01", "CHG-02", "CHG-03", "CHG-04", "CHG-05", "CHG-06", "AVL-01"),
    *("AVL-02", "AVL-03", "AVL-04", "AVL-05", "DAT-01", "DAT-02", "PIN-01", "PIN-02", "PIN-03"),
    *("PIN-04", "PRV-01", "PRV-02", "PRV-03", "PRV-04", "PRV-05", "PRV-06", "PRV-07"),
)
"""Each asks for a document; which one, the catalogue says."""

FIRST = (Outcome.PASSED, Outcome.UNDETERMINED, Outcome.FAILED)
"""Of several files that say they are one document, the best speaks for it."""


def _control(document: RequiredDocument) -> tuple[str, ...]:
    return (document.control,)


@check(
    id="documents.required.present-and-current",
    title="Every document that a control asks for is there, and approved as often as it asks",
    controls=EVERY_CONTROL,
    controls_of=_control,
    severity=Severity.MEDIUM,
    remediation="Write, approve or renew the document.",
    empty=Outcome.FAILED,
    each_subject_is_a_gap=True,
)
def required_document_present_and_current(
    document: RequiredDocument,
    *,
    as_of: Instant,
    annual_days: int = 365,
    quarterly_days: int = 100,
    monthly_days: int = 35,
) -> Verdict:
    """A control that nobody wrote down is an intention, and one last approved years ago a memory.

    The population is what the controls ask for, so a missing document fails instead of making
    a list shorter. Of the file that is this document the owner, the version and an approval of
    that very version count, by someone who is not its only author. The approval lasts as long
    as the control says, or shorter if the document itself says so; what is due at an event or
    kept at all times needs the approval of its version only. Left out: whether the document
    says what the control needs, which a person has to read.
    """
    days = {"annual": annual_days, "quarterly": quarterly_days, "monthly": monthly_days}
    verdicts = [_current(each, document.cadence, days, as_of) for each in document.found]
    best = min(verdicts, key=lambda verdict: FIRST.index(verdict.outcome), default=None)
    asked: Mapping[str, Observed] = {"control": document.control, "cadence": document.cadence}

    if best is not None and best.outcome is Outcome.PASSED:
        return passed(best.reason, **asked, **best.observed)
    if document.unseen is not None:
        return undetermined(document.unseen, **asked)
    if best is None:
        return failed("no file says that it is this document", **asked)
    return Verdict(best.outcome, best.reason, {**asked, **best.observed})


@check(
    id="documents.policy.approved-on-schedule",
    title="Policies have an owner and are approved again on schedule",
    controls=("GOV-04",),
    severity=Severity.MEDIUM,
    remediation="Have the owner review the policy, and record the approval of that version.",
    empty=Outcome.FAILED,
    each_subject_is_a_gap=True,
)
def policy_approved_on_schedule(
    policy: Policy, *, as_of: Instant, max_age_days: int = 365
) -> Verdict:
    """A policy nobody has looked at for a year describes a company that no longer exists.

    The owner works for the company by the register of people. Approving a version counts;
    editing the file does not, and makes an approval of the version before worthless.
    """
    revision = policy.revision
    if isinstance(revision, Unread):
        return undetermined(revision)
    verdict = _approved(revision, max_age_days, as_of)
    if verdict.outcome is Outcome.FAILED:
        return verdict
    owner = policy.owner_employment
    observed = {"owner": revision.owner, **verdict.observed}
    if owner is None:
        return failed("its owner is not in the register of people", **observed)
    if isinstance(owner, Unread):
        return undetermined(owner, **observed)
    if not owner.holds_on(as_of.date()):
        return failed("its owner does not work for the company", **observed)
    return Verdict(verdict.outcome, verdict.reason, observed)


def _current(revision: Revision, cadence: str, days: Mapping[str, int], as_of: Instant) -> Verdict:
    """Whether one file is the document, approved for as long as the shorter cadence says."""
    limits = [days[word] for word in (cadence, revision.review or cadence) if word in days]
    verdict = _approved(revision, min(limits, default=None), as_of)
    if verdict.outcome is not Outcome.PASSED or revision.approval is None:
        return verdict
    return _independent(revision, revision.approval.approver, verdict)


def _approved(revision: Revision, days: int | None, as_of: Instant) -> Verdict:
    """Whether this very revision has an approval that still holds; without days it holds on."""
    observed: dict[str, Observed] = {"path": revision.path, "version": revision.version}
    if revision.owner is None:
        return failed("it names no owner", **observed)
    approval = revision.approval
    if approval is None:
        return failed("it names no approver with the day of the approval", **observed)

    observed["approver"] = approval.approver
    observed["approved_on"] = approval.approved_on.isoformat()
    mistake = _of_another_revision(revision, approval)
    if mistake:
        return failed(mistake, **observed, approved_version=approval.version)
    if approval.approved_on > as_of.date():
        return undetermined("the approval is dated after the evidence", **observed)
    if days is None:
        return passed("this version is approved", **observed)
    due = approval.approved_on + timedelta(days=days)
    judge, verb = (passed, "is") if as_of.date() <= due else (failed, "was")
    return judge(f"the approval {verb} good until {due}", **observed, due=due.isoformat())


def _of_another_revision(revision: Revision, approval: Approval) -> str | None:
    """Why an approval does not count for the revision that lies there; `None` if it does."""
    if revision.version is None:
        return "it has no version"
    if approval.version is None and approval.body_sha256 is None:
        return "the approval does not say which version it is of"
    if approval.version not in (None, revision.version):
        return "the approval is of another version"
    if approval.body_sha256 not in (None, revision.body_sha256):
        return "the text was changed after the approval"
    return None


def _independent(revision: Revision, approver: str, verdict: Verdict) -> Verdict:
    """Whether somebody other than the approver wrote it, by its own word or by its history."""
    history = revision.history
    committers = frozenset() if history is None or isinstance(history, Unread) else history.authors
    authors = {author.casefold() for author in revision.authors | committers}
    observed = {**verdict.observed, "authors": tuple(sorted(authors))}
    if authors - {approver.casefold()}:
        return passed(verdict.reason, **observed)
    if isinstance(history, Unread):
        return undetermined(history, **observed)
    if not authors:
        return failed("it names no author, and the folder keeps no history", **observed)
    return failed("its only author approved it", **observed)
