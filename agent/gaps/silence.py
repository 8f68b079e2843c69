"""Silence is a gap: for as long as nobody read a source, nobody knows, and the window has a hole.

Each silence has a number of its own. It opens with the first cycle that notices it, which after
a standstill is the one that ends it, and closes when the source was read to the end again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, timedelta

from agent.gaps.events import GapClosed, GapOpened, GapReopened
from agent.gaps.lifecycle import GapBook, Moment
from agent.gaps.states import Gap
from agent.gaps.watching import missed_schedules
from checks.contract import Severity
from collectors.evidence.record import Instant

HOUR = timedelta(hours=1)
CHECK = "gapwatch.read-on-schedule"
"""In place of a check: it is no record that fails, but the reading of records."""
CONTROL = "GOV-09"
"""Controls are evaluated on an ongoing basis."""
ACTION = (
    "See why the source was not read (the service's log, gapwatch status), and write down what "
    "else evidences the controls for that time. If it is to be read more rarely, by hand or by a "
    "timer, say so under schedule in the configuration: what stands there is what is held."
)
DONE_WHEN = "The source is read to the end again; the hole in the window stays, and is reported."


def silences(
    last_read: Mapping[str, Instant | None],
    intervals: Mapping[str, timedelta],
    book: GapBook,
    moment: Moment,
) -> Iterator[GapOpened | GapReopened]:
    """A gap for each source that nobody read to the end for more than twice its interval.

    One that was never read is not silent: nobody knows yet whether it ever speaks.
    """
    for missed in missed_schedules(last_read, intervals, since=moment.at, moment=moment):
        if missed.last_read_at is None:
            continue
        since = f"{missed.last_read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        _, happened = book.line(
            (CHECK, CONTROL, missed.source, f"{missed.source} since {since}"),
            issue=f"Nobody read {missed.source} after {since} for more than twice its interval, "
            f"{_hours(intervals[missed.source])}",
            severity=Severity.MEDIUM,
            moment=moment,
        )
        if happened:
            yield happened


def _hours(interval: timedelta) -> str:
    """An interval as the configuration has it: `1h`, `1.5h`, `24h`."""
    return f"{interval / HOUR:g}h"


def ended(
    gaps: Iterable[Gap], read: Collection[str], book: GapBook, moment: Moment
) -> list[GapClosed]:
    """The silences of sources that were read to the end by now."""
    return [
        book.close(gap.number, moment) for gap in gaps if gap.check == CHECK and gap.scope in read
    ]
