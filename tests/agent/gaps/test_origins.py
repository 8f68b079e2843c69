"""Who changed something and when: the sentence, and what of a source's answers it rests on."""

from datetime import timedelta

import pytest

from agent.gaps.events import Origin
from agent.gaps.origins import (
    ASKED_AGAIN_WITHIN,
    DEEDS_TOLD,
    MOST_TIMES_ASKED,
    NOBODY_FOUND,
    asked_again,
    traced,
    who_and_when,
)
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Trail
from tests.evidence import NOW

HOUR = timedelta(hours=1)
UNKNOWN = Origin(after=NOW - HOUR, before=NOW)


def deed(minutes, call="PutBucketPolicy", principal="ben"):
    return Deed(call=call, principal=principal, at=NOW - timedelta(minutes=minutes))


def trail(*deeds):
    return Trail(id="b", name="b", deeds=deeds)


REFUSED = Trail(id="b", name="b", deeds=Unread(why="cloudtrail:LookupEvents: AccessDenied"))


def test_one_deed_is_the_one_that_did_it():
    origin = traced(UNKNOWN, [trail(deed(10))])

    assert who_and_when(origin) == f"ben called PutBucketPolicy at {NOW - HOUR / 6:%F %T} UTC"


def test_of_several_the_last_is_named_and_the_others_are_counted():
    origin = traced(UNKNOWN, [trail(deed(10, "PutBucketAcl"), deed(20)), trail(deed(5, "Delete"))])

    assert who_and_when(origin) == (
        f"ben called Delete at {NOW - HOUR / 12:%F %T} UTC, "
        f"the last of 3 changes since {NOW - HOUR:%F %T} UTC"
    )


def test_more_than_are_told_are_counted():
    origin = traced(UNKNOWN, [trail(*(deed(m) for m in range(10)))])

    assert len(origin.deeds) == DEEDS_TOLD
    assert "the last of 10 changes" in who_and_when(origin)


def test_who_is_not_named_is_somebody():
    origin = traced(UNKNOWN, [trail(deed(1, principal=None))])

    assert who_and_when(origin).startswith("somebody called PutBucketPolicy at ")


def test_nobody_asked_gives_the_interval_and_no_more():
    told = who_and_when(traced(UNKNOWN, []))

    assert told == f"It changed between {NOW - HOUR:%F %T} UTC and {NOW:%F %T} UTC"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(trail(), NOBODY_FOUND, id="the log names nobody"),
        pytest.param(REFUSED, REFUSED.deeds.why, id="the log may not be read"),
        pytest.param(trail(deed(90)), NOBODY_FOUND, id="only what was before"),
        pytest.param(trail(deed(-1)), NOBODY_FOUND, id="only what came after"),
    ],
)
def test_who_is_not_known_is_said_to_be_unknown_and_why(answer, why):
    told = who_and_when(traced(UNKNOWN, [answer]))

    assert told.endswith(f"; who did it is not known: {why}")


def test_what_one_region_tells_is_not_lost_because_another_refused():
    assert traced(UNKNOWN, [REFUSED, trail(deed(1))]).deeds == (deed(1),)


def test_a_deed_in_the_second_of_the_observation_is_within():
    at = UNKNOWN.after.replace(microsecond=0)
    early = Deed(call="c", principal="p", at=at)
    origin = traced(Origin(after=at + timedelta(milliseconds=900), before=NOW), [trail(early)])

    assert origin.deeds == (early,)


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        pytest.param({}, True, id="nobody found, the log may be late"),
        pytest.param({"why": "AccessDenied"}, False, id="refused"),
        pytest.param({"asked": MOST_TIMES_ASKED}, False, id="asked often enough"),
        pytest.param({"before": NOW - ASKED_AGAIN_WITHIN}, False, id="long ago"),
        pytest.param({"why": None, "deeds": (deed(1),)}, False, id="known"),
    ],
)
def test_only_what_a_late_log_may_tell_is_asked_again(changes, again):
    known = {"after": NOW - 2 * ASKED_AGAIN_WITHIN, "before": NOW, "why": NOBODY_FOUND, "asked": 1}

    assert asked_again(Origin(**{**known, **changes}), NOW) is again
