"""Who tolerates what, until when: no verdict changes by it, and no control becomes effective."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from fnmatch import fnmatchcase

import msgspec

from agent.gaps.events import (
    AcceptanceAsked,
    AcceptanceExpired,
    AcceptanceGiven,
    AcceptanceWithdrawn,
    Cause,
    Covered,
    FindingsAccepted,
    Reviewed,
)
from agent.gaps.lifecycle import Moment
from agent.gaps.states import ALL_CONTROLS, Acceptance, Failing, Finding, Gap
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
    wanted: "Acceptance | Declared",
    severity: Severity,
    *,
    owner: str | None,
    limits: Limits,
    given_at: Instant,
    now: Instant,
) -> Iterator[str]:
    """Why something may not be tolerated in this way: the day, the limit, the approver.

    Args:
        wanted: What is to be decided, or was.
        severity: Of what it is about.
        owner: Who answers for that.
        limits: For how long at most.
        given_at: When it was decided.
        now: When this is asked.
    """
    if now.astimezone(UTC).date() > wanted.until:
        yield f"{wanted.until} is over"
    last = limits.last_day(severity, given_at)
    if wanted.until > last:
        yield f"what is {severity} is tolerated until {last} at most"
    if same_person(wanted.approver, wanted.by):
        yield f"{wanted.by} cannot approve it alone: somebody else must"
    elif owner is not None and same_person(wanted.approver, owner):
        yield f"{owner} owns the gap and cannot approve it: somebody else must"


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written."""
    return one.strip().casefold() == other.strip().casefold()


Owned = tuple[Finding, str | None]
"""A finding, and who answers for it."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """An acceptance as somebody wants it: by a command, on the page, or in a reviewed file."""

    covers: Covered
    by: str
    approver: str
    reason: str
    compensating: str
    until: date
    file: Reviewed | None = None
    asked: int | None = None
    """The log entry by which it was asked for, if it was."""

    def asked_for(
        self, findings: Sequence[Finding], gaps: Iterable[Gap], moment: Moment
    ) -> AcceptanceAsked:
        """The same as a request, with what it is about when it is made."""
        alone = {gap.number for gap in gaps if gap.number == self.covers.gap}
        return AcceptanceAsked(
            at=moment.at,
            cycle=moment.cycle,
            covers=self.covers,
            by=self.by,
            reason=self.reason,
            compensating=self.compensating,
            until=self.until,
            gaps=tuple(sorted(alone | {finding.gap for finding in findings})),
            causes=tuple(map(_cause, findings[:MOST_CAUSES])),
        )

    def asks_as(self, known: AcceptanceAsked) -> bool:
        """Whether it asks, word for word, for what somebody asked for already."""
        mine = (self.covers, self.by, self.reason, self.compensating, self.until)
        return mine == (known.covers, known.by, known.reason, known.compensating, known.until)

    def given(self, number: int, findings: Iterable[Finding], moment: Moment) -> AcceptanceGiven:
        """The same as an event, with what it covers at once."""
        return AcceptanceGiven(
            at=moment.at,
            cycle=moment.cycle,
            number=number,
            covers=self.covers,
            by=self.by,
            approver=self.approver,
            reason=self.reason,
            compensating=self.compensating,
            until=self.until,
            findings=tuple(sorted(finding.id for finding in findings)),
            file=self.file,
            asked=self.asked,
        )

    def says(self, known: Acceptance) -> bool:
        """Whether it is, word for word, an acceptance that is known; its commit does not matter."""
        mine = (self.covers, self.by, self.approver, self.reason, self.compensating, self.until)
        return mine == (
            *(known.covers, known.by, known.approver, known.reason, known.compensating),
            known.until,
        )


class ReviewedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The acceptances that stand in a file, and who last changed it as far as Git knows."""

    name: str
    author: str | None
    entries: tuple[Declared, ...]


@dataclass(frozen=True, kw_only=True)
class Acceptances:
    """The acceptances that are in force at a moment."""

    active: Sequence[Acceptance]
    limits: Limits
    now: Instant

    def of(self, finding: Finding, owner: str | None) -> Acceptance | None:
        """The newest acceptance that covers a finding; `None` if nobody tolerates it."""
        newest_first = sorted(self.active, key=lambda one: -one.number)
        return next((one for one in newest_first if self._covers(one, finding, owner)), None)

    def _covers(self, one: Acceptance, finding: Finding, owner: str | None) -> bool:
        return fits(one.covers, finding) and not any(
            objections(
                one,
                finding.severity,
                owner=owner,
                limits=self.limits,
                given_at=one.given_at,
                now=self.now,
            )
        )


def accepted(
    findings: Iterable[Owned], acceptances: Acceptances, moment: Moment
) -> list[FindingsAccepted]:
    """Which open findings come under an acceptance that was given before."""
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
    one: Acceptance, under: Sequence[Finding], gaps: Iterable[Gap], moment: Moment
) -> AcceptanceExpired:
    """The last day of an acceptance is over: what was under it is open again."""
    return AcceptanceExpired(
        at=moment.at,
        cycle=moment.cycle,
        number=one.number,
        until=one.until,
        by=one.by,
        reason=one.reason,
        findings=tuple(finding.id for finding in under),
        gaps=_gaps(one, under, gaps),
        causes=tuple(map(_cause, under[:MOST_CAUSES])),
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
        gaps=_gaps(one, under, gaps),
    )


def synced(
    file: ReviewedFile,
    known: Sequence[Acceptance],
    left: Sequence[Owned],
    gaps: Sequence[Gap],
    *,
    limits: Limits,
    moment: Moment,
) -> Iterator[AcceptanceGiven | AcceptanceWithdrawn]:
    """What a reviewed file says that is not known yet; what it does not say any more is withdrawn.

    An entry that was changed is another acceptance: who approved the one did not approve the
    other.

    Args:
        file: What stands in the file.
        known: All acceptances there ever were.
        left: Everything that something is left to be done about.
        gaps: All gaps.
        limits: For how long at most.
        moment: When this is asked.
    """
    wanted = {entry.file.label: entry for entry in file.entries if entry.file}
    standing = {one.file.label: one for one in known if one.file and one.state == "active"}
    for label, one in standing.items():
        entry = wanted.get(label)
        if entry is None or not entry.says(one):
            yield withdrawn(
                one,
                [finding for finding, _ in left if finding.acceptance == one.number],
                gaps,
                by=file.author or file.name,
                reason=f"{'no longer stands' if entry is None else 'was changed'} in {file.name}",
                moment=moment,
            )
    number = max((one.number for one in known), default=0)
    for label, entry in wanted.items():
        if label in standing and entry.says(standing[label]):
            continue
        if moment.at.astimezone(UTC).date() <= entry.until:
            number += 1
            yield entry.given(number, _unopposed(entry, left, limits, moment.at), moment)


def _unopposed(
    entry: Declared, left: Iterable[Owned], limits: Limits, now: Instant
) -> Iterator[Finding]:
    """What an entry covers at once: whatever fits, and nothing speaks against."""
    for finding, owner in left:
        against = objections(
            entry, finding.severity, owner=owner, limits=limits, given_at=now, now=now
        )
        if fits(entry.covers, finding) and not any(against):
            yield finding


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


def tolerated(failing: Iterable[Failing], over: Container[int] = ()) -> set[tuple[str, str, str]]:
    """Check, scope and control of every conclusion of which all failures are accepted.

    `*` stands for all controls together. Acceptances that are over cover nothing.
    """
    states: dict[tuple[str, str, str], set[bool]] = {}
    for one in failing:
        covered_now = one.acceptance is not None and one.acceptance not in over
        for control in (one.control, ALL_CONTROLS):
            states.setdefault((one.check, one.scope, control), set()).add(covered_now)
    return {key for key, found in states.items() if found == {True}}


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
