"""PagerDuty: one incident for each control, opened once and resolved when the control is good."""

import json
from pathlib import Path

import pytest

from agent.alerts.channels import NotDelivered
from agent.alerts.incidents import incidents
from agent.alerts.message import compose
from agent.alerts.pagerduty import PagerDuty
from agent.connections.posting import post
from agent.gaps.events import ControlState
from tests.agent.alerts.told import (
    SCOPE,
    clock_skewed,
    collector_failed,
    collector_recovered,
    context,
    delayed,
    drifted,
    evidence_stale,
    gap_closed,
    gap_opened,
    over,
    tickets_failing,
    undeliverable,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "pagerduty.json"
KEY = "0123456789abcdef0123456789abcdef"
GOOD = {"states": {"NET-02": ControlState.EFFECTIVE}}
BAD = {"states": {"NET-02": ControlState.DEFICIENT}}
RECOVERED = drifted(before=ControlState.DEFICIENT, after=ControlState.EFFECTIVE)
FIRST_AND_GOOD = drifted(before=None, after=ControlState.EFFECTIVE)


def sent(*events, **known):
    message = compose(list(enumerate(events, 1)), context(**known), route="env:PAGERDUTY_KEY")
    return incidents(message.changes, company="Acme", routing_key=KEY)


def actions(*events, **known):
    return [(told["event_action"], told["dedup_key"]) for told in sent(*events, **known)]


def test_the_events_are_exactly_these(web):
    told = [(1, drifted()), (2, gap_opened()), (3, collector_failed())]
    message = compose(told, context(**BAD), route="env:PAGERDUTY_KEY")
    PagerDuty(post=post, endpoint=web.plain_url).send(message, KEY)

    assert [received.json for received in web.posts] == json.loads(
        GOLDEN.read_text(encoding="utf-8")
    )


CONTROL = "gapwatch/Acme/control/NET-02"
COLLECTOR = f"gapwatch/Acme/collector/aws.s3.buckets/{SCOPE}"
FAILS = {"troubles": frozenset({("collector_failed", "aws.s3.buckets", SCOPE)})}
NO_TROUBLE = {"troubles": frozenset()}


@pytest.mark.parametrize(
    ("events", "known", "told"),
    [
        pytest.param([drifted(), gap_opened()], BAD, [("trigger", CONTROL)], id="one incident"),
        pytest.param([RECOVERED], GOOD, [("resolve", CONTROL)], id="the control recovers"),
        pytest.param([gap_closed()], BAD, [], id="one of its gaps closes"),
        pytest.param([gap_closed(), gap_opened()], BAD, [("trigger", CONTROL)], id="and one opens"),
        pytest.param([gap_closed()], GOOD, [("resolve", CONTROL)], id="the last of its gaps"),
        pytest.param([FIRST_AND_GOOD], GOOD, [], id="good from the beginning"),
        pytest.param([drifted()], GOOD, [("resolve", CONTROL)], id="late, and over by now"),
        pytest.param([RECOVERED], BAD, [], id="late, and bad again by now"),
        pytest.param([collector_failed()], FAILS, [("trigger", COLLECTOR)], id="cannot read"),
        pytest.param(
            [collector_failed()], NO_TROUBLE, [("resolve", COLLECTOR)], id="reads again by now"
        ),
        pytest.param([collector_recovered()], NO_TROUBLE, [("resolve", COLLECTOR)], id="it reads"),
        pytest.param(
            [over()],
            NO_TROUBLE,
            [("resolve", "gapwatch/Acme/clock_skewed/aws:production")],
            id="a trouble is over",
        ),
    ],
)
def test_what_is_so_by_now_is_told(events, known, told):
    assert actions(*events, **known) == told


@pytest.mark.parametrize(
    ("opens", "ends"),
    [
        pytest.param(clock_skewed(), over("clock_skewed", "aws:production"), id="the clock"),
        pytest.param(
            tickets_failing(), over("tickets_failing", "github:acme/security"), id="the tracker"
        ),
        pytest.param(delayed(), over("alert_delayed", "env:SLACK_URL"), id="a route"),
        pytest.param(undeliverable(), over("alert_delayed", "env:SLACK_URL"), id="a lost message"),
        pytest.param(collector_failed(), collector_recovered(), id="a collector"),
        pytest.param(drifted(), RECOVERED, id="a control"),
    ],
)
def test_what_ends_an_incident_names_it_as_what_opened_it(opens, ends):
    (opened,) = sent(opens)
    (ended,) = sent(ends, **NO_TROUBLE, **GOOD)

    assert opened["dedup_key"] == ended["dedup_key"]
    assert (opened["event_action"], ended["event_action"]) == ("trigger", "resolve")


def test_stale_evidence_is_the_incident_of_its_collector():
    stale = {"troubles": frozenset({("evidence_stale", "aws.iam.users", SCOPE)})}

    assert actions(evidence_stale(), **stale) == [
        ("trigger", f"gapwatch/Acme/collector/aws.iam.users/{SCOPE}")
    ]


def test_a_name_too_long_for_the_receiver_is_still_one_name():
    long = "x" * 300
    key = dict(actions(over("clock_skewed", long), **NO_TROUBLE)).get("resolve")

    assert len(key) < 255
    assert key == dict(actions(over("clock_skewed", long), **NO_TROUBLE)).get("resolve")
    assert key != dict(actions(over("clock_skewed", f"{long}y"), **NO_TROUBLE)).get("resolve")


def test_one_that_is_refused_is_sent_again_with_all_others(web):
    web.answers = [202, 429]
    message = compose([(1, drifted()), (2, clock_skewed())], context(), route="env:KEY")
    channel = PagerDuty(post=post, endpoint=web.plain_url)
    with pytest.raises(NotDelivered, match="the receiver answered 429"):
        channel.send(message, KEY)
    channel.send(message, KEY)

    keys = [received.json["dedup_key"] for received in web.posts]
    assert keys == [*keys[:2], *keys[:2]]
