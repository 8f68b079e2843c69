"""Who hears of what."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from agent.alerts.quiet import QuietHours
from agent.alerts.routing import ALERTS, destinations, kind_of
from agent.gaps.events import ControlState, FindingOpened
from checks.contract import Severity
from tests.agent.alerts.told import (
    BUCKET,
    OPEN,
    SCOPE,
    WHEN,
    acceptance_asked,
    acceptance_expired,
    acceptance_withdrawn,
    approaching,
    cause,
    check_crashed,
    check_recovered,
    clock_skewed,
    collector_failed,
    collector_recovered,
    context,
    credential_expiring,
    delayed,
    drifted,
    evidence_stale,
    gap_closed,
    gap_opened,
    gap_reopened,
    gap_widened,
    known_gap,
    missed,
    over,
    schedule_missed,
    store_filling,
    tickets_failing,
    undeliverable,
)


@dataclass(frozen=True)
class Route:
    to: str = "env:SLACK_URL"
    when: tuple[str, ...] = ()
    severity: Severity | None = None
    areas: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    keeps_incidents: bool = False
    quiet_hours: object = None
    name: str | None = None

    @property
    def label(self):
        return self.name or self.to


EVERY_KIND = (
    gap_opened(),
    gap_reopened(),
    gap_widened(),
    gap_closed(),
    approaching(),
    missed(),
    acceptance_asked(),
    acceptance_expired(),
    acceptance_withdrawn(),
    drifted(),
    collector_failed(),
    collector_recovered(),
    check_crashed(),
    check_recovered(),
    evidence_stale(),
    schedule_missed(),
    credential_expiring(),
    clock_skewed(),
    store_filling(),
    tickets_failing(),
    delayed(route="env:MAIL_URL"),
    undeliverable(route="env:MAIL_URL"),
    over("store_filling", "store"),
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
    related = {kind_of(event), "gap_opened", "store_filling"}
    others = tuple(kind for kind in ALERTS if kind not in related)

    assert wanted(event, when=(kind_of(event),))
    if kind_of(event) not in {"alert_delayed", "alert_undeliverable"}:
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


@pytest.mark.parametrize("event", EVERY_KIND[10:], ids=kind_of)
def test_what_has_no_severity_is_never_too_small_to_mention(event):
    assert wanted(event, severity=Severity.CRITICAL)


UNREACHABLE = pytest.mark.parametrize("event", [undeliverable(), delayed()], ids=kind_of)


def told_at(event, routes, known=None):
    return tuple(place.route for place in destinations(event, routes, known or context()))


@UNREACHABLE
def test_a_dead_route_is_not_told_about_itself(event):
    routes = [Route(to="env:SLACK_URL"), Route(to="env:MAIL_URL")]

    assert told_at(event, routes) == ("env:MAIL_URL",)


@UNREACHABLE
def test_a_dead_place_is_not_told_under_another_name(event):
    routes = [Route(), Route(name="weekly"), Route(to="env:MAIL_URL")]

    assert told_at(event, routes) == ("env:MAIL_URL",)


@UNREACHABLE
def test_that_a_place_is_dead_is_told_elsewhere_though_nobody_asked(event):
    routes = [
        Route(when=("gap_opened",)),
        Route(to="env:MAIL_URL", when=("gap_opened",), sources=("gcp",)),
        Route(to="env:TEAM_URL", when=("gap_opened",)),
    ]

    assert told_at(event, routes) == ("env:MAIL_URL",)
    assert told_at(event, routes[:1]) == ()


def test_one_place_hears_of_one_event_once():
    routes = [Route(), Route(when=("gap_opened",)), Route(to="env:MAIL_URL")]

    assert told_at(gap_opened(), routes) == ("env:SLACK_URL", "env:MAIL_URL")


def test_of_two_entries_to_one_place_the_first_that_wants_it_has_it():
    routes = [Route(severity=Severity.HIGH, name="now"), Route(name="weekly")]

    assert told_at(gap_opened(severity=Severity.HIGH), routes) == ("now",)
    assert told_at(gap_opened(severity=Severity.LOW), routes) == ("weekly",)


ALICE = {"owners": {"NET-02": frozenset({"alice@acme.test"})}}
NOBODYS = context(known_gap(owner=None))


@pytest.mark.parametrize(
    ("event", "route", "heard"),
    [
        pytest.param(gap_opened(), {"areas": ("access",)}, True, id="a gap's promise"),
        pytest.param(gap_opened(), {"areas": ("network",)}, True, id="a gap's area"),
        pytest.param(drifted(), {"areas": ("NET-02",)}, True, id="the control itself"),
        pytest.param(gap_closed(), {"areas": ("change",)}, False, id="another promise"),
        pytest.param(drifted(), {"areas": ("NET-01",)}, False, id="another control"),
        pytest.param(gap_widened(), {"sources": ("aws",)}, True, id="a gap's source"),
        pytest.param(drifted(), {"sources": ("gcp", "aws")}, True, id="one of a drift's sources"),
        pytest.param(drifted(), {"sources": ("gcp",)}, False, id="another source"),
        pytest.param(collector_failed(), {"sources": ("gcp",)}, False, id="another's collector"),
        pytest.param(acceptance_asked(), {"areas": ("access",)}, True, id="a request's promise"),
        pytest.param(acceptance_asked(), {"areas": ("change",)}, False, id="of another promise"),
        pytest.param(acceptance_asked(), {"sources": ("gcp",)}, False, id="of another source"),
        pytest.param(acceptance_asked(), {"owners": ("bob@acme.test",)}, False, id="not his gap"),
        pytest.param(schedule_missed(), {"sources": ("aws",)}, True, id="a source not read"),
        pytest.param(schedule_missed(), {"sources": ("gcp",)}, False, id="another not read"),
        pytest.param(gap_reopened(), {"owners": ("alice@acme.test",)}, True, id="hers"),
        pytest.param(gap_reopened(), {"owners": ("bob@acme.test",)}, False, id="not his"),
        pytest.param(drifted(), {"owners": ("alice@acme.test",)}, True, id="her control"),
        pytest.param(drifted(), {"owners": ("bob@acme.test",)}, False, id="not his control"),
    ],
)
def test_a_route_is_narrowed_by_what_is_known_of_an_event(event, route, heard):
    assert wanted(event, context(**ALICE), **route) is heard


@pytest.mark.parametrize(
    ("event", "known", "route"),
    [
        pytest.param(gap_reopened(), NOBODYS, {"owners": ("bob@acme.test",)}, id="nobody's gap"),
        pytest.param(gap_closed(99), NOBODYS, {"areas": ("change",)}, id="a gap not known"),
        pytest.param(clock_skewed(), NOBODYS, {"sources": ("gcp",)}, id="of no source"),
        pytest.param(collector_failed(), NOBODYS, {"areas": ("change",)}, id="of no area"),
    ],
)
def test_what_is_not_known_keeps_nothing_from_anybody(event, known, route):
    assert wanted(event, known, **route)


GOOD = drifted(before=ControlState.DEFICIENT, after=ControlState.EFFECTIVE)


@pytest.mark.parametrize(
    ("event", "when", "heard"),
    [
        pytest.param(GOOD, ("gap_opened",), True, id="its control is good again"),
        pytest.param(drifted(), ("gap_opened",), False, id="a drift to the worse ends nothing"),
        pytest.param(collector_recovered(), ("collector_failed",), True, id="it reads again"),
        pytest.param(check_recovered(), ("check_crashed",), True, id="it answers again"),
        pytest.param(over(), ("clock_skewed",), True, id="the clock is right"),
        pytest.param(over(), ("store_filling",), False, id="the end of something else"),
        pytest.param(GOOD, ("collector_failed",), False, id="never told of it"),
    ],
)
def test_who_keeps_incidents_hears_of_their_end(event, when, heard):
    assert wanted(event, keeps_incidents=True, when=when) is heard


def test_the_end_of_an_incident_is_told_whatever_its_severity():
    mild = context(checks={"aws.s3.public-access-blocked": Check(Severity.LOW)})

    assert wanted(GOOD, mild, keeps_incidents=True, severity=Severity.CRITICAL)
    assert not wanted(GOOD, mild, severity=Severity.CRITICAL)


def test_nobody_is_called_for_a_request_unless_a_route_names_it():
    assert not wanted(acceptance_asked(), keeps_incidents=True)
    assert wanted(acceptance_asked(), keeps_incidents=True, when=("acceptance_asked",))
    assert wanted(acceptance_asked())


NIGHT = QuietHours(zone=ZoneInfo("UTC"), days=("monday",), unless=Severity.HIGH)


@pytest.mark.parametrize(
    ("event", "quiet", "urgent"),
    [
        pytest.param(gap_opened(severity=Severity.CRITICAL), NIGHT, True, id="worse"),
        pytest.param(gap_opened(severity=Severity.HIGH), NIGHT, True, id="as bad"),
        pytest.param(gap_opened(severity=Severity.MEDIUM), NIGHT, False, id="can wait"),
        pytest.param(collector_failed(), NIGHT, False, id="without severity"),
        pytest.param(gap_opened(severity=Severity.CRITICAL), None, False, id="no quiet hours"),
    ],
)
def test_the_worst_is_urgent(event, quiet, urgent):
    (told,) = destinations(event, [Route(quiet_hours=quiet)], context())

    assert told.urgent is urgent
