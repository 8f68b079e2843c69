"""Which systems were to be reviewed in which quarter, and which reviews were held."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from collectors.contract import collector
from collectors.documents.folder import LIST_QUARTERS, READ_FILE, Folder
from collectors.documents.rows import AccessReviewRow, ScopeRow
from collectors.evidence.documents import AccessReview, SystemQuarter
from collectors.evidence.record import Instant


@collector(id="documents.system-quarters", calls=(LIST_QUARTERS, READ_FILE))
def system_quarters(folder: Folder) -> Iterator[SystemQuarter]:
    """Every declared system in each quarter of the last year and in the running one.

    A system is due from the first whole quarter after it came into scope.
    """
    quarters = tuple(folder.each(LIST_QUARTERS, "quarters"))
    for row in folder.rows(ScopeRow):
        due = [name for name in quarters if row.kind == "system" and row.since <= _begins(name)]
        for quarter in due:
            yield SystemQuarter(
                id=f"{row.id}/{quarter}",
                name=f"{row.id} in {quarter}",
                system=row.id,
                quarter=quarter,
                ends_at=_ends(quarter),
                out_of_scope=None if row.in_scope else row.reason or "declared out of scope",
            )


@collector(id="documents.access-reviews", calls=(READ_FILE,))
def access_reviews(folder: Folder) -> Iterator[AccessReview]:
    """Every access review in the register, completed or not."""
    for row in folder.rows(AccessReviewRow):
        yield AccessReview(
            id=f"{row.system}/{row.period}/{row.reviewer}",
            name=f"{row.system} in {row.period} by {row.reviewer}",
            system=row.system,
            quarter=row.period,
            snapshot=row.snapshot_id,
            reviewer=row.reviewer,
            completed_on=row.completed_at,
            decided=tuple(sorted(cell.identity for cell in row.decisions)),
        )


def _begins(quarter: str) -> date:
    year, _, number = quarter.partition("-Q")
    return date(int(year), 3 * int(number) - 2, 1)


def _ends(quarter: str) -> Instant:
    """The last second of the quarter, so that the moment lies in it."""
    in_the_next = _begins(quarter) + timedelta(days=100)
    first_of_next = in_the_next.replace(day=1)
    return datetime.combine(first_of_next, time(), UTC) - timedelta(seconds=1)
