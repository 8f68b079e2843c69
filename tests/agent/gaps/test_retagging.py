"""Whose an open finding is follows the tags of its subject, where they are known and matter."""

from dataclasses import replace as moved

import pytest
from msgspec.structs import replace

from agent.gaps.lifecycle import Moment
from agent.gaps.retagging import retagged
from agent.gaps.states import Finding
from checks.contract import Severity, failed
from tests.evidence import NOW

OWNERS = {"tag:team=payments": "paul", "tag:team=data": "dana", "default": "otto"}
MOMENT = Moment(at=NOW, cycle=2)
PAYMENTS, DATA = {"team": "payments"}, {"team": "data"}
BUCKET = Finding(
    id="F-1",
    check="aws.s3.public-access-blocked",
    scope="aws:123456789012",
    subject="bucket",
    name="bucket",
    lasting="condition",
    severity=Severity.HIGH,
    state="open",
    opened_at=NOW,
    closed_at=None,
    times_opened=1,
    gap=1,
    verdict=failed("it is open"),
    tags=PAYMENTS,
)


def told(tags, finding=BUCKET, *, closing=()):
    return [
        (event.finding, event.before, event.tags, event.cycle)
        for event in retagged([finding], tags, OWNERS, MOMENT, closing=closing)
    ]


@pytest.mark.parametrize("state", ["open", "accepted"])
def test_another_tag_that_names_another_owner_is_told(state):
    finding = replace(BUCKET, state=state)

    assert told({"bucket": DATA}, finding) == [("F-1", PAYMENTS, DATA, 2)]
    assert told({"bucket": {}}, finding) == [("F-1", PAYMENTS, {}, 2)]


@pytest.mark.parametrize(
    ("tags", "finding", "closing"),
    [
        pytest.param({"bucket": PAYMENTS}, BUCKET, (), id="as it was"),
        pytest.param({"bucket": {**PAYMENTS, "at": "noon"}}, BUCKET, (), id="names nobody else"),
        pytest.param({}, BUCKET, (), id="tags unread"),
        pytest.param({"other": DATA}, BUCKET, (), id="of another subject"),
        pytest.param({"bucket": DATA}, replace(BUCKET, state="closed"), (), id="closed"),
        pytest.param({"bucket": DATA}, BUCKET, ("bucket",), id="about to be closed"),
    ],
)
def test_nothing_else_is_told(tags, finding, closing):
    assert told(tags, finding, closing=closing) == []


def test_the_moment_is_the_cycles():
    (event,) = retagged([BUCKET], {"bucket": DATA}, OWNERS, moved(MOMENT, cycle=9), closing=())

    assert (event.cycle, event.at) == (9, NOW)
