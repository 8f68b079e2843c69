"""What is written down of things that went wrong."""

from collections.abc import Sequence
from datetime import timedelta

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
from collectors.evidence.documents import Incident
from collectors.evidence.record import Instant


@check(
    id="incidents.record-complete",
    title="Every incident has an owner and its times in order, and is closed within the limit",
    controls=("IR-03",),
    severity=Severity.MEDIUM,
    remediation="Complete the record.",
    empty=Outcome.UNDETERMINED,
)
def incident_record_complete(
    incident: Incident, *, as_of: Instant, max_open_days: int = 30
) -> Verdict:
    """What is not written down while it happens is remembered as it suits.

    Detection, declaration, containment and closure follow each other, and whoever led the
    response is named. One that goes on passes until the limit: the register has no field for
    the updates that may justify more. An empty register needs a signed statement.
    """
    steps = _steps(incident)
    observed = {name: at.isoformat() for name, at in steps if at is not None}
    if incident.resolved_at is None:
        due = incident.occurred_at + timedelta(days=max_open_days)
        judge, verb = (passed, "is") if as_of <= due else (failed, "was")
        return judge(f"it is open, and {verb} to be closed by {due.date()}", **observed)
    missing = [name for name, at in steps if at is None]
    missing += [] if incident.owner else ["owner"]
    if missing:
        return failed(f"not recorded: {', '.join(missing)}", **observed)
    if incident.resolved_at > as_of:
        return undetermined("its closure is dated after the evidence", **observed)
    times = [at for _, at in steps if at is not None]
    if times != sorted(times):
        return failed("its times are not in order", **observed)
    return passed("owner and times are recorded, in order", **observed)


@check(
    id="incidents.postmortem-within-sla",
    title="Every grave incident was reviewed soon after it was over",
    controls=("IR-03",),
    severity=Severity.MEDIUM,
    remediation="Hold the review.",
    empty=Outcome.PASSED,
)
def incident_reviewed_in_time(
    incident: Incident,
    *,
    as_of: Instant,
    days: int = 10,
    severities: tuple[str, ...] = ("high", "critical"),
) -> Verdict:
    """The lesson of an incident is learnt while people remember it, or not at all.

    Severities are the company's own words, whatever their case. Left out: whether the actions
    of the review are done, which the register does not tell.
    """
    if not _is_one_of(incident.severity, severities):
        return not_applicable(f"of severity {incident.severity}: needs no review")
    resolved, reviewed = incident.resolved_at, incident.reviewed_at
    if resolved is None:
        return not_applicable("it is not over yet")
    due = resolved + timedelta(days=days)
    observed: dict[str, Observed] = {"resolved": resolved.isoformat(), "due": due.isoformat()}
    if reviewed is None:
        judge = not_applicable if as_of <= due else failed
        return judge(f"no review was held, and one is due by {due.date()}", **observed)
    observed["reviewed"] = reviewed.isoformat()
    if reviewed > as_of:
        return undetermined("its review is dated after the evidence", **observed)
    if reviewed < resolved:
        return failed("the review was held before the incident was over", **observed)
    judge, word = (passed, "in time") if reviewed <= due else (failed, "too late")
    return judge(f"the review was held {word}", **observed)


def _steps(incident: Incident) -> Sequence[tuple[str, Instant | None]]:
    """What happens to an incident, in the order in which it has to happen."""
    return (
        ("detected", incident.occurred_at),
        ("declared", incident.declared_at),
        ("contained", incident.contained_at),
        ("resolved", incident.resolved_at),
    )


def _is_one_of(severity: str, severities: tuple[str, ...]) -> bool:
    return severity.casefold() in {one.casefold() for one in severities}
