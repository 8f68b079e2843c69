"""Who tolerates what, until when: no verdict changes by it, and no control becomes effective."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from fnmatch import fnmatchcase

import msgspec

from agent.gaps.events import (
    AcceptanceExpired,
    AcceptanceWithdrawn,
    Cause,
    Covered,
    FindingsAccepted,
)
from agent.gaps.lifecycle import Moment
from agent.gaps.states import Acceptance, Finding, Gap
from checks.contract import Severity
from collectors.evidence.record import Instant

MOST_CAUSES = 50
"""More than anybody reads; every one of them is a finding of its own as well."""
ANYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """For how long findings may be tolerated at most, from the day on which it is decided."""

    longest: Mapping[Severity, timedelta]

    def last_day(self, severity: Severity, given_at: Instant) -> date:
        """The last day that may be named for a finding of a severity."""
        day = given_at.astimezone(UTC).date()
        return day + self.longest[severity] if severity in self.longest else day


def fits(covers: Covered, finding: Finding) -> bool:
    """Whether an acceptance is about a finding."""
    if covers.finding is not None:
        return covers.finding == finding.id
    if covers.gap is not None:
        return covers.gap == finding.gap
    subject = covers.subject or ANYTHING
    return (
        fnmatchcase(finding.check, covers.check or ANYTHING)
        and fnmatchcase(finding.scope, covers.scope or ANYTHING)
        and (fnmatchcase(finding.subject, subject) or fnmatchcase(finding.name, subject))
    )


def covered(covers: Covered) -> str:
    """What an acceptance is about, in words."""
    if covers.finding is not None:
        return covers.finding
    if covers.gap is not None:
        return f"G-{covers.gap}"
    patterns = {"check": covers.check, "scope": covers.scope, "subject": covers.subject}
    return ", ".join(f"{name} {text}" for name, text in patterns.items() if text is not None)


def objections(
    acceptance: Acceptance,
    severity: Severity,
    *,
    owner: str | None,
    limits: Limits,
    now: Instant,
) -> Iterator[str]:
    """Why something may not be tolerated in this way: the limit, the day, the approver.

    Args:
        acceptance: What is to be decided, or was.
        severity: Of what it is about.
        owner: Who answers for that.
        limits: For how long at most.
        now: When this is asked.
    """
    if acceptance.over(now):
        yield f"its last day, {acceptance.until}, is over"
    last = limits.last_day(severity, acceptance.given_at)
    if acceptance.until > last:
        yield f"what is {severity} is tolerated until {last} at most"
    if same_person(acceptance.approver, acceptance.by):
        yield f"{acceptance.by} cannot approve it alone: the approver must be somebody else"
    elif owner is not None and same_person(acceptance.approver, owner):
        yield f"{owner} owns the gap: the approver must be somebody else"


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written."""
    return one.strip().casefold() == other.strip().casefold()


@dataclass(frozen=True, kw_only=True)
class Acceptances:
    """The acceptances that are in force at a moment, and who owns what they may cover."""

    active: Sequence[Acceptance]
    limits: Limits
    now: Instant

    def of(self, finding: Finding, owner: str | None) -> Acceptance | None:
        """The first acceptance that covers a finding; `None` if nobody tolerates it."""
        return next((one for one in self.active if self._covers(one, finding, owner)), None)

    def _covers(self, one: Acceptance, finding: Finding, owner: str | None) -> bool:
        return fits(one.covers, finding) and not any(
            objections(one, finding.severity, owner=owner, limits=self.limits, now=self.now)
        )


def accepted(
    findings: Iterable[tuple[Finding, str | None]], acceptances: Acceptances, moment: Moment
) -> list[FindingsAccepted]:
    """Which open findings, each with its owner, come under an acceptance that was given before."""
    under: dict[int, list[str]] = {}
    for finding, owner in findings:
        covering = acceptances.of(finding, owner) if finding.state == "open" else None
        if covering is not None:
            under.setdefault(covering.number, []).append(finding.id)
    return [
        FindingsAccepted(
            at=moment.at, cycle=moment.cycle, acceptance=number, findings=tuple(sorted(found))
        )
        for number, found in sorted(under.items())
    ]


def expired(
    acceptances: Iterable[Acceptance],
    under: Mapping[int, Sequence[Finding]],
    gaps: Iterable[Gap],
    moment: Moment,
) -> Iterator[AcceptanceExpired]:
    """The acceptances whose last day is over, and what is open again by that.

    Args:
        acceptances: All of them.
        under: The findings under each acceptance.
        gaps: All gaps: one of a control that nothing evidences has no findings.
        moment: When this is asked.
    """
    known = tuple(gaps)
    for one in acceptances:
        if one.state != "active" or not one.over(moment.at):
            continue
        findings = under.get(one.number, ())
        yield AcceptanceExpired(
            at=moment.at,
            cycle=moment.cycle,
            number=one.number,
            until=one.until,
            by=one.by,
            reason=one.reason,
            findings=tuple(finding.id for finding in findings),
            gaps=_gaps(one, findings, known),
            causes=tuple(map(_cause, findings[:MOST_CAUSES])),
        )


def withdrawn(
    one: Acceptance,
    under: Sequence[Finding],
    gaps: Iterable[Gap],
    *,
    by: str,
    reason: str,
    moment: Moment,
) -> AcceptanceWithdrawn:
    """An acceptance that a person ends before its time."""
    return AcceptanceWithdrawn(
        at=moment.at,
        cycle=moment.cycle,
        number=one.number,
        by=by,
        reason=reason,
        findings=tuple(finding.id for finding in under),
        gaps=_gaps(one, under, tuple(gaps)),
    )


def as_of(finding: Finding, over: Container[int]) -> Finding:
    """A finding as it stands once some acceptances are over, told or not yet."""
    if finding.acceptance is None or finding.acceptance not in over:
        return finding
    return msgspec.structs.replace(finding, state="open", acceptance=None)


def is_tolerated(gap: Gap, left: Iterable[Finding]) -> bool:
    """Whether all that is left of an open gap is accepted; it may have no finding of its own."""
    states = {finding.state for finding in left if not finding.over}
    tolerated = states == {"accepted"} if states else gap.acceptance is not None
    return gap.state == "open" and tolerated


def _gaps(one: Acceptance, findings: Iterable[Finding], gaps: Iterable[Gap]) -> tuple[int, ...]:
    alone = {gap.number for gap in gaps if gap.acceptance == one.number}
    return tuple(sorted(alone | {finding.gap for finding in findings}))


def _cause(finding: Finding) -> Cause:
    return Cause(
        check=finding.check,
        scope=finding.scope,
        subject=finding.subject,
        name=finding.name,
        before=None,
        after=finding.verdict,
    )
