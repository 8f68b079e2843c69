"""By when a gap has to be closed, and what time alone brings about."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta

from agent.gaps.events import DeadlineApproaching, DeadlineMissed
from agent.gaps.lifecycle import Moment
from agent.gaps.states import Gap
from checks.contract import Severity

UNCONFIGURED = timedelta(days=90)


def due(gap: Gap, deadlines: Mapping[Severity, timedelta]) -> date:
    """The day that was agreed, or else so long after it was opened as its severity allows."""
    return gap.due or gap.since.astimezone(UTC).date() + deadlines.get(gap.severity, UNCONFIGURED)


def deadlines_told(
    gaps: Iterable[Gap],
    *,
    deadlines: Mapping[Severity, timedelta],
    remind: timedelta,
    owners: Mapping[int, str | None],
    tolerated: Collection[int],
    moment: Moment,
) -> Iterator[DeadlineApproaching | DeadlineMissed]:
    """Which deadlines draw near or have passed since it was last told; each date is told once.

    A gap may be closed until the end of its day, in UTC. One that was missed is not told to be
    approaching any more.

    Args:
        gaps: All gaps.
        deadlines: How long gaps of a severity may stay open.
        remind: How long before its day a deadline approaches; nothing tells of none.
        owners: Who answers for each gap, by number.
        tolerated: The numbers of gaps of which all that is left is accepted.
        moment: When this is asked.
    """
    today = moment.at.astimezone(UTC).date()
    for gap in gaps:
        if gap.state != "open" or gap.number in tolerated:
            continue
        day, owner = due(gap, deadlines), owners.get(gap.number)
        if day < today and gap.missed != day:
            yield DeadlineMissed(
                at=moment.at, cycle=moment.cycle, number=gap.number, due=day, owner=owner
            )
        if day - remind <= today <= day and remind and gap.reminded_of != day:
            yield DeadlineApproaching(
                at=moment.at, cycle=moment.cycle, number=gap.number, due=day, owner=owner
            )
