"""What a gap becomes in the action plan, and how long a finding may be tolerated."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from agent.catalogue import Effort
from agent.decoding import Section
from checks.contract import Severity

DAY = timedelta(days=1)
LONGEST = {
    Severity.CRITICAL: timedelta(days=30),
    Severity.HIGH: timedelta(days=90),
    Severity.MEDIUM: timedelta(days=180),
    Severity.LOW: timedelta(days=365),
}


class PlanLine(Section, frozen=True, kw_only=True):
    """What the company says of some gaps instead of the catalogue; `None` leaves it as it is."""

    effort: Effort | None = None
    resources: str | None = None
    acceptance_criteria: str | None = None
    recommended_action: str | None = None


class PlanSettings(Section, frozen=True, kw_only=True):
    """The action plan."""

    remind: timedelta = 3 * DAY
    """How long before it is due a gap's deadline is told to be approaching; whole days."""
    lines: Mapping[str, PlanLine] = {}
    """By check or control; what stands under the check wins."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Whole days."""
        if self.remind % DAY:
            yield "remind", "must be whole days, such as 3d"


class AcceptanceSettings(Section, frozen=True, kw_only=True):
    """Who may tolerate what is decided one by one; here stands only for how long at most."""

    file: Path | None = None
    """Acceptances that are reviewed in Git; `None` if there is no such file."""
    longest: Mapping[Severity, timedelta] = msgspec.field(default_factory=lambda: LONGEST)
    """Whole days from the day an acceptance is given."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Whole days."""
        for severity, limit in self.longest.items():
            if limit < DAY or limit % DAY:
                yield f"longest.{severity}", "must be whole days, such as 90d"
