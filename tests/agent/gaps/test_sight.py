"""For how much of a window nobody could look: worked out by hand beside the fold."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.gaps.events import EvidenceKept, EvidenceUnchanged, ScopeLeft
from agent.gaps.sight import sight
from collectors.evidence.record import Omission
from tests.evidence import NOW

HOUR = timedelta(hours=1)
DENIED = (Omission(where="test:home", why="test:List: AccessDenied"),)


def kept(hour, *, scope="test:home", omissions=(), cycle=1):
    return EvidenceKept(
        at=NOW + hour * HOUR,
        cycle=cycle,
        connection="test:home",
        collector="test.doors",
        scope=scope,
        identity="",
        observed_at=NOW + hour * HOUR,
        records=0,
        records_digest="",
        answers=(),
        circumstances="",
        calls=0,
        assessments="",
        judged=(),
        omissions=omissions,
    )


def again(number, *hours):
    return EvidenceUnchanged(
        at=NOW + hours[-1] * HOUR,
        cycle=2,
        circumstances="",
        began=NOW,
        same=tuple((number, hour * 3_600_000) for hour in hours),
    )


def left(hour):
    at = NOW + hour * HOUR
    return ScopeLeft(
        at=at, cycle=2, connection="test:home", collector="test.doors", scope="test:home"
    )


def blind(*events, start=0, end=10):
    """Hours nobody could look, and hours in all; evidence gets old after two of them."""
    seen = sight(
        enumerate(events, 1),
        start=NOW + start * HOUR,
        end=NOW + end * HOUR,
        patience=lambda _: 2 * HOUR,
    )
    return seen.blind / HOUR, seen.whole / HOUR


@pytest.mark.parametrize(
    ("events", "hours"),
    [
        pytest.param([], (0, 0), id="nothing was ever looked at"),
        pytest.param([kept(0)], (8, 10), id="once, and never again"),
        pytest.param([kept(6)], (8, 10), id="before the first cycle it was dark"),
        pytest.param([kept(0), *(again(1, h) for h in range(2, 10, 2))], (0, 10), id="in time"),
        pytest.param([kept(0), again(1, 5, 8)], (3 - 2 + 3 - 2 + 2, 10), id="two holes"),
        pytest.param([kept(0, omissions=DENIED), again(1, 1, 2)], (10, 10), id="all denied"),
        pytest.param(
            [kept(0), kept(1, omissions=DENIED), kept(3)], (2 + 5, 10), id="denied for two hours"
        ),
        pytest.param([kept(0), left(4)], (2, 4), id="gone after four hours"),
        pytest.param([kept(0), left(4), kept(9, cycle=3)], (2, 5), id="gone and back"),
        pytest.param([kept(-5), again(1, -1)], (9, 10), id="begun before the window"),
        pytest.param([kept(0), kept(9, scope="test:new", cycle=2)], (8, 11), id="a new scope"),
        pytest.param([kept(0), again(1, 9, 12)], (7, 10), id="seen after its end"),
    ],
)
def test_the_hours_are_those_counted_by_hand(events, hours):
    assert blind(*events) == hours


def test_a_window_nobody_looked_at_was_blind_altogether():
    seen = sight([], start=NOW, end=NOW + HOUR, patience=lambda _: HOUR)

    assert seen.blind_share == 1


@given(st.lists(st.integers(0, 10), max_size=8).map(sorted), st.integers(0, 10))
def test_looking_once_more_never_makes_it_darker(hours, more):
    seen = [kept(0), *([again(1, *hours)] if hours else [])]
    dark, whole = blind(*seen)
    darker, wider = blind(kept(0), again(1, *sorted([*hours, more])))

    assert 0 <= darker <= dark <= whole == wider == 10
