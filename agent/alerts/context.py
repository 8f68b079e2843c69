"""What routing and messages look up: controls, checks and gaps as they stand now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from agent.gaps.events import ControlDrifted, Event, GapClosed, GapOpened, GapReopened, GapWidened
from checks.contract import Severity, Verdict


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


@dataclass(frozen=True, kw_only=True)
class Context:
    """The world a message is written in; what it does not know, the message leaves out."""

    company: str
    link: str | None
    """Where the dashboard is reached; `None` writes messages without links."""
    controls: Mapping[str, KnownControl]
    checks: Mapping[str, KnownCheck]
    gaps: Mapping[int, KnownGap]


def severity_of(event: Event, context: Context) -> Severity | None:
    """The event's own severity, its gap's, or the worst of its causes' checks; else `None`."""
    match event:
        case GapOpened():
            return event.severity
        case GapReopened() | GapWidened() | GapClosed():
            gap = context.gaps.get(event.number)
            return gap.severity if gap else None
        case ControlDrifted():
            checks = (context.checks.get(cause.check) for cause in event.causes)
            return _worst(check.severity for check in checks if check)
        case _:
            return None


def rank(severity: Severity) -> int:
    """0 for the worst."""
    return list(Severity).index(severity)


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return min(severities, key=rank, default=None)
