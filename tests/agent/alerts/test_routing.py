"""Who hears of what."""

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from agent.alerts.routing import ALERTS, destinations, kind_of
from agent.gaps.events import FindingOpened
from checks.contract import Severity
from tests.agent.alerts.told import (
    BUCKET,
    OPEN,
    SCOPE,
    WHEN,
    cause,
    check_crashed,
    collector_failed,
    context,
    drifted,
    evidence_stale,
    gap_closed,
    gap_opened,
    gap_reopened,
    gap_widened,
    known_gap,
    undeliverable,
)


@dataclass(frozen=True)
class Route:
    to: str = "env:SLACK_URL"
    when: tuple[str, ...] = ()
    severity: Severity | None = None


EVERY_KIND = (
    gap_opened(),
    gap_reopened(),
    gap_widened(),
    gap_closed(),
    drifted(),
    collector_failed(),
    check_crashed(),
    evidence_stale(),
    undeliverable(route="env:MAIL_URL"),
)
FINDING = FindingOpened(
    **WHEN,
    finding="F-1",
    check="aws.s3.public-access-blocked",
    scope=SCOPE,
    subject=BUCKET,
    name="invoices",
    lasting="condition",
    severity=Severity.CRITICAL,
    before=None,
    verdict=OPEN,
    gap=12,
)


def wanted(event, known=None, **route):
    return bool(destinations(event, [Route(**route)], known or context()))


def test_every_kind_is_covered_here():
    assert tuple(kind_of(event) for event in EVERY_KIND) == ALERTS


@pytest.mark.parametrize("event", EVERY_KIND, ids=kind_of)
def test_a_route_without_wishes_hears_everything_that_is_told(event):
    assert wanted(event)


@pytest.mark.parametrize("event", EVERY_KIND, ids=kind_of)
def test_a_route_hears_what_it_names_and_nothing_else(event):
    others = tuple(kind for kind in ALERTS if kind not in {kind_of(event), "gap_opened"})

    assert wanted(event, when=(kind_of(event),))
    assert not wanted(event, when=others)


def test_a_gap_that_comes_back_is_heard_by_whoever_hears_of_new_ones():
    assert wanted(gap_reopened(), when=("gap_opened",))
    assert not wanted(gap_opened(), when=("gap_reopened",))


def test_findings_are_not_told_by_themselves():
    assert not wanted(FINDING)


HIGH = known_gap(severity=Severity.HIGH)


@pytest.mark.parametrize(
    ("event", "severity", "heard"),
    [
        pytest.param(gap_opened(severity=Severity.HIGH), Severity.HIGH, True, id="just enough"),
        pytest.param(gap_opened(severity=Severity.MEDIUM), Severity.HIGH, False, id="one less"),
        pytest.param(gap_opened(severity=Severity.CRITICAL), Severity.HIGH, True, id="worse"),
        pytest.param(gap_reopened(), Severity.HIGH, True, id="a gap's own severity"),
        pytest.param(gap_closed(), Severity.CRITICAL, False, id="a gap's own, too little"),
        pytest.param(gap_closed(number=99), Severity.CRITICAL, True, id="a gap not known"),
        pytest.param(drifted(), Severity.CRITICAL, True, id="drift is as bad as its check"),
    ],
)
def test_the_least_severity(event, severity, heard):
    assert wanted(event, context(HIGH), severity=severity) is heard


@dataclass(frozen=True)
class Check:
    severity: Severity
    title: str = "Doors are shut"
    remediation: str = "Shut it."


def test_a_drift_is_as_bad_as_the_worst_of_its_causes():
    mixed = context(checks={"mild": Check(Severity.LOW), "bad": Check(Severity.HIGH)})
    causes = (replace(cause(), check="mild"), replace(cause(), check="bad"))

    assert wanted(drifted(*causes), mixed, severity=Severity.HIGH)
    assert not wanted(drifted(*causes), mixed, severity=Severity.CRITICAL)


@pytest.mark.parametrize("event", EVERY_KIND[5:], ids=kind_of)
def test_what_has_no_severity_is_never_too_small_to_mention(event):
    assert wanted(event, severity=Severity.CRITICAL)


def test_a_dead_route_is_not_told_about_itself():
    routes = [Route(to="env:SLACK_URL"), Route(to="env:MAIL_URL")]

    assert destinations(undeliverable("env:SLACK_URL"), routes, context()) == ("env:MAIL_URL",)


def test_one_place_hears_of_one_event_once():
    routes = [Route(), Route(when=("gap_opened",)), Route(to="env:MAIL_URL")]

    assert destinations(gap_opened(), routes, context()) == ("env:SLACK_URL", "env:MAIL_URL")
