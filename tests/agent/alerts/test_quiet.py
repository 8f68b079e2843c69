"""Quiet hours are those on the wall where the people are."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agent.alerts.quiet import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(zone=BERLIN, start=time(22), end=time(7))
NOON = QuietHours(zone=BERLIN, start=time(12), end=time(13))
WEEKEND = QuietHours(zone=BERLIN, days=("saturday", "sunday"))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        pytest.param(NIGHT, "2026-11-23 21:00", True, id="ten in the evening begins it"),
        pytest.param(NIGHT, "2026-11-23 20:59", False, id="a minute before"),
        pytest.param(NIGHT, "2026-11-24 02:00", True, id="on the next day"),
        pytest.param(NIGHT, "2026-11-24 06:00", False, id="seven in the morning ends it"),
        pytest.param(NIGHT, "2026-11-24 05:59", True, id="a minute before its end"),
        pytest.param(NIGHT, "2026-07-01 20:00", True, id="in summer an hour earlier in UTC"),
        pytest.param(NIGHT, "2026-07-01 05:00", False, id="in summer it ends earlier as well"),
        pytest.param(NOON, "2026-11-23 11:30", True, id="within one day"),
        pytest.param(NOON, "2026-11-23 12:00", False, id="its end within one day"),
        pytest.param(WEEKEND, "2026-11-27 23:00", True, id="Saturday begins at its own midnight"),
        pytest.param(WEEKEND, "2026-11-29 22:59", True, id="Sunday's last minute"),
        pytest.param(WEEKEND, "2026-11-29 23:00", False, id="Monday there, Sunday in UTC"),
    ],
)
def test_it_is_quiet_when_the_wall_says_so(hours, moment, quiet):
    assert hours.at(utc(moment)) is quiet
