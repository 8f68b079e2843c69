"""What routing and messages look up: controls, checks and gaps as they stand now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from agent.gaps.events import (
    AcceptanceAsked,
    AcceptanceExpired,
    AcceptanceWithdrawn,
    CheckCrashed,
    CheckRecovered,
    CollectorFailed,
    CollectorRecovered,
    ControlDrifted,
    ControlState,
    DeadlineApproaching,
    DeadlineMissed,
    Event,
    EvidenceStale,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
    Origin,
    ScheduleMissed,
)
from checks.contract import Severity, Verdict

OfGap = GapOpened | GapReopened | GapWidened | GapClosed | DeadlineApproaching | DeadlineMissed
OfAcceptance = AcceptanceAsked | AcceptanceExpired | AcceptanceWithdrawn
GOOD_NEWS = {ControlState.EFFECTIVE, ControlState.ACCEPTED}


class KnownControl(Protocol):
    """What the catalogue says of a control."""

    @property
    def title(self) -> str:
        """What the company promises, in a few words."""
        ...

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria it serves."""
        ...

    @property
    def area(self) -> str:
        """The part of the company it is about, such as `network`."""
        ...

    @property
    def promise(self) -> str:
        """What it promises, such as `access`."""
        ...


class KnownCheck(Protocol):
    """What a check says of itself."""

    @property
    def title(self) -> str:
        """The promise it tests."""
        ...

    @property
    def remediation(self) -> str:
        """What a person does so that a finding closes."""
        ...

    @property
    def severity(self) -> Severity:
        """How much a failure matters."""
        ...


@dataclass(frozen=True, kw_only=True)
class Affected:
    """One subject of a gap, with the verdict that put it there."""

    subject: str
    name: str
    verdict: Verdict
    origin: Origin | None = None
    """Who brought it about and when, as far as that was traced."""


@dataclass(frozen=True, kw_only=True)
class KnownGap:
    """One line of the action plan."""

    number: int
    control: str
    scope: str
    issue: str
    subjects: tuple[Affected, ...]
    severity: Severity
    owner: str | None
    due: date | None
    recommended_action: str

    def origin_of(self, subject: str) -> Origin | None:
        """Who brought about that a subject is under it."""
        return next((one.origin for one in self.subjects if one.subject == subject), None)


@dataclass(frozen=True, kw_only=True)
class Context:
    """The world a message is written in; what it does not know, the message leaves out."""

    company: str
    link: str | None
    """Where the dashboard is reached; `None` writes messages without links."""
    controls: Mapping[str, KnownControl]
    checks: Mapping[str, KnownCheck]
    gaps: Mapping[int, KnownGap]
    criteria: Mapping[str, str] = field(default_factory=dict)
    """The title of each criterion, in our own words."""
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By control: who answers for it or for an open gap under it."""
    states: Mapping[str, ControlState] = field(default_factory=dict)
    """Of each control now; what is told may be older."""
    troubles: frozenset[tuple[str, str, str]] | None = None
    """Kind, subject and scope of all that does not work now; `None` where nobody looked."""

    def good(self, control: str) -> bool:
        """Whether a control is as it should be now, as far as is known."""
        return self.states.get(control) in GOOD_NEWS

    def troubled(self, what: str, scope: str, *kinds: str) -> bool:
        """Whether something of the tool's own does not work now; unknown is yes."""
        troubles = self.troubles
        return troubles is None or any((kind, what, scope) in troubles for kind in kinds)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a route may ask of an event; empty is what the event does not have."""

    severity: Severity | None = None
    areas: frozenset[str] = frozenset()
    """The control itself, its area and its promise: the words of `owners:`."""
    sources: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()


def about(event: Event, context: Context) -> About:
    """Gather what the event has."""
    match event:
        case (
            GapOpened()
            | GapReopened()
            | GapWidened()
            | GapClosed()
            | DeadlineApproaching()
            | DeadlineMissed()
        ):
            return _about_gap(event, context)
        case AcceptanceAsked() | AcceptanceExpired() | AcceptanceWithdrawn():
            return _about_acceptance(event, context)
        case ControlDrifted():
            return About(
                severity=severity_of(event, context),
                areas=_areas(event.control, context),
                sources=frozenset().union(*(_source(cause.scope) for cause in event.causes)),
                owners=context.owners.get(event.control, frozenset()),
            )
        case (
            CollectorFailed()
            | CollectorRecovered()
            | CheckCrashed()
            | CheckRecovered()
            | EvidenceStale()
        ):
            return About(sources=_source(event.scope))
        case ScheduleMissed():
            return About(sources=frozenset({event.source}))
        case _:
            return About()


def severity_of(event: Event, context: Context) -> Severity | None:
    """The event's own severity, its gap's, or the worst of its causes' checks; else `None`."""
    match event:
        case GapOpened():
            return event.severity
        case GapReopened() | GapWidened() | GapClosed() | DeadlineApproaching() | DeadlineMissed():
            gap = context.gaps.get(event.number)
            return gap.severity if gap else None
        case AcceptanceAsked() | AcceptanceExpired() | AcceptanceWithdrawn():
            gaps = (context.gaps.get(number) for number in event.gaps)
            return _worst(gap.severity for gap in gaps if gap)
        case ControlDrifted():
            checks = (context.checks.get(cause.check) for cause in event.causes)
            return _worst(check.severity for check in checks if check)
        case _:
            return None


def rank(severity: Severity) -> int:
    """0 for the worst."""
    return list(Severity).index(severity)


def gap_numbers(events: Iterable[Event]) -> set[int]:
    """The gaps that the events are about."""
    numbers: set[int] = set()
    for event in events:
        if isinstance(event, OfGap):
            numbers.add(event.number)
        elif isinstance(event, OfAcceptance):
            numbers.update(event.gaps)
    return numbers


def _about_acceptance(event: OfAcceptance, context: Context) -> About:
    gaps = [context.gaps[number] for number in event.gaps if number in context.gaps]
    return About(
        severity=severity_of(event, context),
        areas=frozenset().union(*(_areas(gap.control, context) for gap in gaps)),
        sources=frozenset().union(*(_source(gap.scope) for gap in gaps)),
        owners=frozenset(gap.owner for gap in gaps if gap.owner),
    )


def _about_gap(event: OfGap, context: Context) -> About:
    gap = context.gaps.get(event.number)
    known = gap or (event if isinstance(event, GapOpened) else None)
    if known is None:
        return About()
    return About(
        severity=severity_of(event, context),
        areas=_areas(known.control, context),
        sources=_source(known.scope),
        owners=frozenset({gap.owner} if gap and gap.owner else ()),
    )


def _areas(control: str, context: Context) -> frozenset[str]:
    known = context.controls.get(control)
    return frozenset({control, str(known.area), str(known.promise)} if known else {control})


def _source(scope: str) -> frozenset[str]:
    """A scope without a source before its colon is the company's as a whole."""
    source, colon, _ = scope.partition(":")
    return frozenset({source} if colon else ())


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return min(severities, key=rank, default=None)
