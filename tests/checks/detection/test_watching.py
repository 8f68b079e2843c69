"""Does somebody hear when it matters?"""

import pytest

from checks.contract import Outcome
from checks.detection.watching import (
    alarm_receiver_confirmed,
    failed_access_watched,
    logging_changes_watched,
    network_changes_watched,
    permission_changes_watched,
    root_use_watched,
)
from collectors.evidence.aws.alarms import (
    AlarmRoute,
    AlarmTopic,
    EventWatch,
    WatchedFailedAccess,
    WatchedLoggingChanges,
    WatchedNetworkChanges,
    WatchedPermissionChanges,
    WatchedRootUse,
)
from tests.evidence import DENIED

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
BOTH = ("eu-west-1", "us-east-1")


def route(form="filter", *, works=True, region="eu-west-1", flaw=None):
    return AlarmRoute(form=form, name=f"arn:{region}", region=region, works=works, flaw=flaw)


def rule(region, *, works=True):
    return route("rule", works=works, region=region)


BROKEN = route(works=False, flaw="nobody confirmed a subscription")
CHECKS = [
    (root_use_watched, WatchedRootUse),
    (failed_access_watched, WatchedFailedAccess),
    (logging_changes_watched, WatchedLoggingChanges),
    (network_changes_watched, WatchedNetworkChanges),
    (permission_changes_watched, WatchedPermissionChanges),
]
CASES = [
    pytest.param([[route()]], BOTH, (), PASSED, id="by an alarm"),
    pytest.param([[BROKEN, route()]], BOTH, (), PASSED, id="by one of two"),
    pytest.param([[route()], []], BOTH, (), FAILED, id="one of two events"),
    pytest.param([[BROKEN]], BOTH, (), FAILED, id="by a broken alarm"),
    pytest.param([[]], BOTH, (), FAILED, id="by nothing"),
    pytest.param([[rule("eu-west-1"), rule("us-east-1")]], BOTH, (), PASSED, id="rules"),
    pytest.param([[rule("eu-west-1")]], BOTH, (), FAILED, id="a rule in one of two regions"),
    pytest.param([[rule("us-east-1")]], ("us-east-1",), (), PASSED, id="the only region"),
    pytest.param([[]], (), (), FAILED, id="where global events are sent is not read"),
    pytest.param([[route(works=DENIED)]], BOTH, (), UNKNOWN, id="unread"),
    pytest.param(
        [[rule("eu-west-1"), rule("us-east-1", works=DENIED)]], BOTH, (), UNKNOWN, id="a rule"
    ),
    pytest.param([[BROKEN]], BOTH, (DENIED,), UNKNOWN, id="another way may be unread"),
    pytest.param([[route()]], BOTH, (DENIED,), PASSED, id="one way is enough"),
]


def family(kind, events, regions, unseen):
    return kind(
        id="arn:aws:cloudtrail::123456789012:watched/x",
        name="x",
        account_id="123456789012",
        family="x",
        regions=regions,
        events=tuple(
            EventWatch(event=f"Event{number}", routes=tuple(routes))
            for number, routes in enumerate(events)
        ),
        unseen=unseen,
    )


@pytest.mark.parametrize(("events", "regions", "unseen", "outcome"), CASES)
def test_every_event_of_a_family_has_to_reach_somebody(events, regions, unseen, outcome):
    outcomes = {check(family(kind, events, regions, unseen)).outcome for check, kind in CHECKS}
    assert outcomes == {outcome}


def test_the_verdict_names_the_events_and_where_the_ways_break_off():
    observed = root_use_watched(family(WatchedRootUse, [[BROKEN]], (), ())).observed

    assert observed["unheard"] == ("Event0",)
    assert observed["broken"] == ("arn:eu-west-1: nobody confirmed a subscription",)


def topic(confirmed, *muted):
    return AlarmTopic(
        id="arn:aws:sns:eu-west-1:123456789012:on-call",
        name="on-call",
        confirmed=confirmed,
        alarms=("cpu", *muted),
        muted=muted,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(topic(True), PASSED, id="confirmed"),
        pytest.param(topic(False), FAILED, id="nobody confirmed"),
        pytest.param(topic(None), FAILED, id="no such topic"),
        pytest.param(topic(True, "disk"), FAILED, id="an alarm's actions are off"),
        pytest.param(topic(DENIED), UNKNOWN, id="unread"),
        pytest.param(topic(DENIED, "disk"), FAILED, id="the alarm settles it"),
    ],
)
def test_alarm_receiver_confirmed(subject, outcome):
    assert alarm_receiver_confirmed(subject).outcome is outcome
