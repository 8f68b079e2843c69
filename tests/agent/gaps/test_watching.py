"""Of the tool's own troubles each is told once, and once when it is over."""

from datetime import timedelta

import pytest

from agent.gaps.events import ClockSkewed, CredentialExpiring, StoreFilling, TroubleOver
from agent.gaps.lifecycle import Moment
from agent.gaps.watching import expiring, filling, growth, missed_schedules, news, skewed
from tests.evidence import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENT = Moment(at=NOW, cycle=0)
WRONG = ClockSkewed(at=NOW, cycle=0, connection="aws:production", seconds=90)
NAME = ("clock_skewed", "aws:production")


def told(*symptoms, known=(), looked_at=(NAME,)):
    return list(news(symptoms, known=known, looked_at=looked_at, moment=MOMENT))


def test_what_begins_is_told_once():
    assert told(WRONG) == [WRONG]
    assert told(WRONG, known=[NAME]) == []


def test_what_is_over_is_told_once():
    over = TroubleOver(at=NOW, cycle=0, trouble="clock_skewed", what="aws:production")

    assert told(known=[NAME]) == [over]
    assert told() == []


def test_what_was_not_looked_at_is_not_over():
    assert told(known=[NAME], looked_at=()) == []
    assert told(known=[NAME], looked_at=[("clock_skewed", "gcp:data")]) == []


@pytest.mark.parametrize(
    ("last", "since", "missed"),
    [
        pytest.param(NOW - 2 * HOUR, NOW - DAY, False, id="one turn is forgiven"),
        pytest.param(NOW - 2.01 * HOUR, NOW - DAY, True, id="two are not"),
        pytest.param(NOW - 3 * HOUR, NOW, True, id="though the service has just begun"),
        pytest.param(None, NOW - 2 * HOUR, False, id="never, and begun a while ago"),
        pytest.param(None, NOW - 3 * HOUR, True, id="never, and begun long ago"),
    ],
)
def test_a_schedule_is_missed_after_two_turns(last, since, missed):
    found = missed_schedules({"aws": last}, {"aws": HOUR}, since=since, moment=MOMENT)

    assert [event.source for event in found] == (["aws"] if missed else [])


@pytest.mark.parametrize(
    ("left", "told"),
    [
        pytest.param(14 * DAY, True, id="two weeks"),
        pytest.param(14 * DAY + HOUR, False, id="a little more"),
        pytest.param(-DAY, True, id="it has ended"),
    ],
)
def test_a_credential_is_told_of_before_its_end(left, told):
    found = list(expiring({"github:acme credential": NOW + left}, soon=14 * DAY, moment=MOMENT))

    assert [type(event) for event in found] == ([CredentialExpiring] if told else [])


@pytest.mark.parametrize(
    ("seconds", "told"), [(60, []), (61, [61]), (-61, [-61]), (-60, []), (0, [])]
)
def test_a_minute_is_too_much_either_way(seconds, told):
    found = skewed("aws:production", timedelta(seconds=seconds), MOMENT)

    assert [event.seconds for event in found] == told


@pytest.mark.parametrize(
    ("earlier", "daily"),
    [
        pytest.param([], 0, id="nothing to compare with"),
        pytest.param([(NOW - HOUR, 0)], 0, id="an hour is too short"),
        pytest.param([(NOW - 4 * DAY, 600), (NOW - DAY, 900)], 100, id="since the oldest"),
        pytest.param([(NOW - 9 * DAY, 0), (NOW - 2 * DAY, 800)], 100, id="of the last week"),
        pytest.param([(NOW - 2 * DAY, 3000)], 0, id="it shrank"),
    ],
)
def test_growth_is_bytes_a_day_over_the_last_week(earlier, daily):
    assert growth(1000, earlier, NOW) == daily


GB = 1_000_000_000


@pytest.mark.parametrize(
    ("free", "told"),
    [
        pytest.param(61 * GB, False, id="room for two months"),
        pytest.param(59 * GB // 2, True, id="room for less than one"),
        pytest.param(None, False, id="not ours to know"),
    ],
)
def test_a_store_that_will_be_full_within_a_month(free, told):
    found = list(filling(9 * GB, free, [(NOW - 2 * DAY, 7 * GB)], MOMENT))

    assert [type(event) for event in found] == ([StoreFilling] if told else [])


def test_hardly_any_room_is_told_though_nothing_grows():
    assert list(filling(GB, GB - 1, [], MOMENT))
    assert not list(filling(GB, GB, [], MOMENT))
