"""How findings and gaps live: from one assessment and what was known to what happened."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agent.gaps.events import (
    Cause,
    Event,
    FindingChanged,
    FindingClosed,
    FindingOpened,
    FindingReopened,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
    Judged,
)
from agent.gaps.states import Finding, Gap, Standing
from checks.contract import Check, Outcome, Severity, Verdict
from checks.evaluation import Assessment, Result, conclude
from collectors.evidence.record import Instant, Omission

GapKey = tuple[str | None, str, str, str | None]
"""Check, control, scope, and the subject where each needs an action of its own."""


NO_TAGS: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When and in which cycle something happens."""

    at: Instant
    cycle: int


class GapBook:
    """The gaps known so far, and the next number; a number is never used twice."""

    def __init__(self, gaps: Iterable[Gap], *, next_number: int) -> None:
        self._known = {_key(gap): gap.number for gap in gaps}
        self._closed = {gap.number for gap in gaps if gap.state == "closed"}
        self._next = next_number

    def line(
        self, key: GapKey, *, issue: str, severity: Severity, moment: Moment
    ) -> tuple[int, GapOpened | GapReopened | None]:
        """The number of the gap for a key, and what happens to the gap if it was not open."""
        number = self._known.get(key)
        if number is None:
            number, self._next = self._next, self._next + 1
            self._known[key] = number
            check, control, scope, subject = key
            return number, GapOpened(
                at=moment.at,
                cycle=moment.cycle,
                number=number,
                check=check,
                control=control,
                scope=scope,
                subject=subject,
                issue=issue,
                severity=severity,
            )
        if number in self._closed:
            self._closed.remove(number)
            return number, GapReopened(at=moment.at, cycle=moment.cycle, number=number)
        return number, None

    def close(self, number: int, moment: Moment) -> GapClosed:
        """Nothing is left open under the number."""
        self._closed.add(number)
        return GapClosed(at=moment.at, cycle=moment.cycle, number=number)


def finding_id(check: str, scope: str, subject: str) -> str:
    """The same for the same check, scope and subject, in every store and every year."""
    digest = hashlib.sha256(f"{check}\0{scope}\0{subject}".encode()).digest()
    return f"F-{base64.b32encode(digest).decode()[:12]}"


def compare(
    check: Check[Any, Any],
    assessment: Assessment,
    *,
    before: Assessment | None,
    known: Mapping[str, Finding],
    book: GapBook,
    moment: Moment,
    tags: Mapping[str, Mapping[str, str]] = NO_TAGS,
) -> list[Event]:
    """What the assessment changes: findings open, close and reopen, and gaps with them.

    A condition closes only if the whole scope was read and the check passed, no longer
    applies, or the subject is gone. An occurrence stays.

    Args:
        check: The check that was asked.
        assessment: Its verdicts now.
        before: Its verdicts last time over the same scope, for the values that changed.
        known: All findings of this check and scope by subject, closed ones included.
        book: The gaps and their numbers.
        moment: When this happens.
        tags: The tags of the subjects that have any.
    """
    earlier = verdicts(before)
    events: list[Event] = []
    left: dict[int, set[str]] = {}
    told: set[int] = set()
    added: dict[int, list[Cause]] = {}
    for finding in known.values():
        if not finding.over:
            left.setdefault(finding.gap, set()).add(finding.subject)

    for result in assessment.results:
        again = known.get(result.subject)
        fails = result.verdict.outcome is Outcome.FAILED
        if not fails:
            continue
        if again is not None and again.state != "closed":
            if not assessment.omissions:  # who sees less must not make less of it
                events.extend(_changed(again, result, moment))
            continue
        number, happened = book.line(
            _gap_key(check, assessment.scope, result),
            issue=_issue(check, result),
            severity=check.severity,
            moment=moment,
        )
        if happened:
            events.append(happened)
            told.add(number)
        if number not in told:
            added.setdefault(number, []).append(_cause(check, assessment.scope, result, earlier))
        left.setdefault(number, set()).add(result.subject)
        about = _About(
            check=check,
            scope=assessment.scope,
            result=result,
            before=earlier.get(result.subject),
            gap=number,
            tags=tags.get(result.subject, {}),
        )
        events.append(_reopened(about, again, moment) if again else _opened(about, moment))
    events.extend(
        GapWidened(at=moment.at, cycle=moment.cycle, number=number, added=tuple(causes))
        for number, causes in added.items()
    )
    for closed in _closed(assessment, known, moment):
        events.append(closed)
        left[known[closed.subject].gap].discard(closed.subject)
    events.extend(book.close(number, moment) for number, subjects in left.items() if not subjects)
    return sorted(events, key=lambda event: _ORDER.index(type(event)))


def judged(
    check: Check[Any, Any],
    assessment: Assessment,
    *,
    before: Standing | None,
    known: Mapping[str, Finding],
) -> Judged:
    """What the check concludes now of everything it has seen over the scope.

    For a condition that is the assessment. A growing population is read in stretches, so an
    empty stretch proves nothing new: an unexplained occurrence stays a failure, a doubtful
    one stays in doubt until it is read, and what was tested before stays tested.
    """
    if check.kind == "condition":
        return Judged(
            check=check.id, conclusion=assessment.conclusion, by_control=assessment.by_control
        )
    outcomes = {result.subject: result.verdict.outcome for result in assessment.results}
    doubtful = {s for s, outcome in outcomes.items() if outcome is Outcome.UNDETERMINED}
    tested = bool({Outcome.PASSED, Outcome.FAILED} & set(outcomes.values()))
    if before is not None:
        doubtful |= set(before.doubtful) - outcomes.keys()
        tested = tested or before.tested
    unexplained = any(not finding.over for finding in known.values())
    newly = any(
        outcome is Outcome.FAILED and subject not in known for subject, outcome in outcomes.items()
    )
    seen = {
        Outcome.FAILED: unexplained or newly,
        Outcome.UNDETERMINED: bool(doubtful),
        Outcome.PASSED: tested,
    }
    return Judged(
        check=check.id,
        conclusion=conclude(
            {outcome for outcome, found in seen.items() if found}, whole=not assessment.omissions
        ),
        doubtful=tuple(sorted(doubtful)),
        tested=tested,
    )


def finding_of(event: FindingOpened | FindingReopened) -> Finding:
    """The finding as an event that opens it leaves it; how often it opened is not told by one."""
    return Finding(
        id=event.finding,
        check=event.check,
        scope=event.scope,
        subject=event.subject,
        name=event.name,
        lasting=event.lasting if isinstance(event, FindingOpened) else "condition",
        severity=event.severity,
        state="open",
        opened_at=event.at,
        closed_at=None,
        times_opened=1,
        gap=event.gap,
        verdict=event.verdict,
        tags=event.tags,
    )


def gap_of(event: GapOpened) -> Gap:
    """The gap as its opening leaves it."""
    return Gap(
        number=event.number,
        check=event.check,
        control=event.control,
        scope=event.scope,
        subject=event.subject,
        issue=event.issue,
        severity=event.severity,
        state="open",
        opened_at=event.at,
        closed_at=None,
        since_cycle=event.cycle,
        since=event.at,
    )


def no_longer_asked(
    known: Iterable[Finding],
    moment: Moment,
    *,
    how: Literal["out_of_scope", "check_retired"],
) -> Iterator[FindingClosed | GapClosed]:
    """Close the conditions of a scope or a check that is gone, and the gaps they leave empty.

    Occurrences stay: what happened is a deviation of the window, whoever asks.
    """
    leaving = [f for f in known if not f.over and f.lasting == "condition"]
    for finding in leaving:
        yield _closing(finding, how, None, moment)
    for number in sorted({finding.gap for finding in leaving}):
        yield GapClosed(at=moment.at, cycle=moment.cycle, number=number)


def changed(
    check: Check[Any, Any], assessment: Assessment, before: Assessment | None
) -> Iterator[Cause]:
    """Each subject whose outcome differs from last time, with both verdicts."""
    earlier, now = verdicts(before), verdicts(assessment)
    told = {r.subject: r for a in (before, assessment) if a for r in a.results}
    otherwise = {s for s in earlier.keys() | now.keys() if earlier.get(s) is not now.get(s)}
    for subject in sorted(otherwise):
        was, is_now = earlier.get(subject), now.get(subject)
        if (was and was.outcome) != (is_now and is_now.outcome):
            yield Cause(
                check=check.id,
                scope=assessment.scope,
                subject=subject,
                name=told[subject].name if subject in told else subject,
                before=was,
                after=is_now,
                controls=told[subject].controls if subject in told else (),
            )


def verdicts(assessment: Assessment | None) -> dict[str, Verdict]:
    """Every verdict by subject; what could not be listed stands as one undetermined subject."""
    if assessment is None:
        return {}
    judged = {
        where: Verdict(Outcome.UNDETERMINED, why)
        for where, why in unlisted(assessment.omissions).items()
    }
    return judged | {result.subject: result.verdict for result in assessment.results}


def unlisted(omissions: Iterable[Omission]) -> dict[str, str]:
    """Each place where something could not be listed, once, and every reason why not."""
    reasons: dict[str, list[str]] = {}
    for omission in omissions:
        reasons.setdefault(omission.where, []).append(omission.why)
    return {where: "; ".join(dict.fromkeys(why)) for where, why in reasons.items()}


def _cause(
    check: Check[Any, Any], scope: str, result: Result, earlier: Mapping[str, Verdict]
) -> Cause:
    return Cause(
        check=check.id,
        scope=scope,
        subject=result.subject,
        name=result.name,
        before=earlier.get(result.subject),
        after=result.verdict,
    )


def _closed(
    assessment: Assessment, known: Mapping[str, Finding], moment: Moment
) -> Iterator[FindingClosed]:
    if assessment.omissions:
        return
    now = {result.subject: result.verdict for result in assessment.results}
    for subject, finding in known.items():
        if finding.over or finding.lasting == "occurrence":
            continue
        verdict = now.get(subject)
        if verdict is None:
            yield _closing(finding, "gone", None, moment)
        elif verdict.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
            yield _closing(finding, verdict.outcome.value, verdict, moment)


def _changed(finding: Finding, result: Result, moment: Moment) -> Iterator[FindingChanged]:
    """That something fails as before, but is called otherwise, or with other values."""
    if (finding.name, finding.verdict) != (result.name, result.verdict):
        yield FindingChanged(
            at=moment.at,
            cycle=moment.cycle,
            finding=finding.id,
            check=finding.check,
            scope=finding.scope,
            subject=finding.subject,
            name=result.name,
            before=finding.name,
            verdict=result.verdict,
        )


def _closing(finding: Finding, how: Any, verdict: Verdict | None, moment: Moment) -> FindingClosed:
    return FindingClosed(
        at=moment.at,
        cycle=moment.cycle,
        finding=finding.id,
        check=finding.check,
        scope=finding.scope,
        subject=finding.subject,
        name=finding.name,
        how=how,
        verdict=verdict,
    )


@dataclass(frozen=True, kw_only=True)
class _About:
    """Everything an opening or reopening tells."""

    check: Check[Any, Any]
    scope: str
    result: Result
    before: Verdict | None
    gap: int
    tags: Mapping[str, str]


def _opened(about: _About, moment: Moment) -> FindingOpened:
    check, result = about.check, about.result
    return FindingOpened(
        at=moment.at,
        cycle=moment.cycle,
        finding=finding_id(check.id, about.scope, result.subject),
        check=check.id,
        scope=about.scope,
        subject=result.subject,
        name=result.name,
        lasting=check.kind,
        severity=check.severity,
        before=about.before,
        verdict=result.verdict,
        gap=about.gap,
        occurred_at=result.occurred_at,
        tags=about.tags,
    )


def _reopened(about: _About, finding: Finding, moment: Moment) -> FindingReopened:
    return FindingReopened(
        at=moment.at,
        cycle=moment.cycle,
        finding=finding.id,
        check=about.check.id,
        scope=about.scope,
        subject=about.result.subject,
        name=about.result.name,
        severity=about.check.severity,
        before=about.before,
        verdict=about.result.verdict,
        gap=about.gap,
        tags=about.tags,
    )


def _gap_key(check: Check[Any, Any], scope: str, result: Result) -> GapKey:
    control = (result.controls or check.controls)[0]
    return check.id, control, scope, result.subject if check.each_subject_is_a_gap else None


def _issue(check: Check[Any, Any], result: Result) -> str:
    if check.each_subject_is_a_gap:
        return f"Not met for {result.name}: {check.title}"
    return f"Not met: {check.title}"


def _key(gap: Gap) -> GapKey:
    return gap.check, gap.control, gap.scope, gap.subject


_ORDER: list[type[Event]] = [
    GapOpened,
    GapReopened,
    GapWidened,
    FindingOpened,
    FindingReopened,
    FindingChanged,
    FindingClosed,
    GapClosed,
]
"""Events of one kind stand together, so that they are written together."""
