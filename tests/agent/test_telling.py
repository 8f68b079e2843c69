"""What a cycle brought is told in a few rows, and no more is read for them than they need."""

import pytest

from agent.cycle import Report
from agent.telling import MOST_ROWS, tell
from checks.contract import Severity
from collectors.evidence.record import Omission
from tests.agent.web.kept import SCOPE, Kept, estate

MANY = MOST_ROWS + 3
LAST = MANY + 1
DENIED = Omission(where=SCOPE, why="s3:ListBuckets: AccessDenied")


@pytest.fixture
def reading(tmp_path):
    """After a cycle that found many gaps, the last of them alone being critical."""
    company = estate(tmp_path)
    store = company.store(create=True)
    with Kept(store).cycle(new_gaps=tuple(range(1, LAST + 1))) as kept:
        kept.evidence(scope="aws:210987654321")
        kept.evidence(omissions=(DENIED,))
        for number in range(1, MANY + 1):
            kept.gap(number, f"bucket-{number:03}", severity=Severity.LOW)
        kept.gap(LAST, "worst-of-all", severity=Severity.CRITICAL)
    return company.reading(store)


def test_the_most_severe_come_first_and_only_so_many(reading):
    told = reading.worst(range(1, LAST + 1), most=3)

    assert [gap.number for gap in told] == [LAST, 1, 2]
    assert [gap.names for gap in told] == [("worst-of-all",), ("bucket-001",), ("bucket-002",)]
    assert [gap.number for gap in reading.worst([2, 5], most=3)] == [2, 5]
    assert reading.open_gaps() == LAST


def test_only_snapshots_that_lack_something_are_blind(reading):
    (blind,) = reading.blind(most=MOST_ROWS)

    assert (blind.scope, blind.omissions) == (SCOPE, (f"{SCOPE}: {DENIED.why}",))
    assert [row.id for row in reading.evidence() if not row.complete] == [blind.id]


def test_rows_that_are_too_many_are_counted(reading, capsys):
    numbers = tuple(range(1, LAST + 1))
    report = Report(
        cycle=1, new_gaps=numbers, drifted=(), worsened=(), incomplete=1, calls=8, snapshots=2
    )
    tell(reading, report)
    told = capsys.readouterr().out

    assert f"{LAST} new gaps ({LAST} open)" in told
    assert f"and {LAST - MOST_ROWS} more: gapwatch gaps" in told
    assert f"bucket-{MANY:03}" not in told
