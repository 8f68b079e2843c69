"""What may stand under `alerts:` and `watching:`, and what is said where it may not."""

# ruff: noqa: E501 - a route and what is said of it stand side by side

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from agent.alerts.quiet import QuietHours
from agent.settings.loading import load_settings
from agent.settings.words import BadConfiguration
from checks.contract import Severity

SMALLEST = """\
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  github: [{name: acme, organization: acme, token: env:TOKEN}]
"""


@pytest.fixture
def load(tmp_path):
    def load(added):
        file = tmp_path / "gapwatch.yaml"
        file.write_text(SMALLEST + added, encoding="utf-8")
        return load_settings(file, {})

    return load


@pytest.fixture
def problems(load, tmp_path):
    def problems(added):
        with pytest.raises(BadConfiguration) as refused:
            load(added)
        prefix = f"{tmp_path / 'gapwatch.yaml'}: "
        return [line.removeprefix(prefix) for line in str(refused.value).splitlines()]

    return problems


def test_everything_a_route_may_say(load):
    settings = load("""
alerts:
  - to: env:SLACK_URL
    name: on call
    when: [gap_opened, credential_expiring]
    severity: high
    areas: [access, NET-02]
    sources: [aws]
    owners: [alice@acme.test]
    digest: hourly
    quiet: {zone: Europe/Berlin, start: "22:00", end: "07:00", days: [sunday], unless: high}
  - {to: env:HOOK_URL, by: webhook, signed_with: [env:NEW, env:OLD]}
  - {to: env:PAGERDUTY_KEY, by: pagerduty, endpoint_url: "https://events.eu.pagerduty.com/v2/enqueue"}
watching: {heartbeat: env:HEARTBEAT_URL, expiry: 30d}
""")
    people, program, incidents = settings.alerts
    assert people.label == "on call"
    assert people.quiet_hours == QuietHours(
        zone=ZoneInfo("Europe/Berlin"),
        start=time(22),
        end=time(7),
        days=("sunday",),
        unless=Severity.HIGH,
    )
    assert program.label == "env:HOOK_URL"
    assert program.signing_keys == ("env:NEW", "env:OLD")
    assert incidents.keeps_incidents
    assert settings.watching.heartbeat == "env:HEARTBEAT_URL"


def test_one_key_of_a_signature_needs_no_list(load):
    (route,) = load("alerts: [{to: env:HOOK, by: webhook, signed_with: file:key}]\n").alerts

    (key,) = route.signing_keys
    assert key.endswith("/key")


@pytest.mark.parametrize(
    ("route", "problem"),
    [
        ("areas: [accss]", ".areas[0]: unknown control, area or promise `accss`: did you mean `access`?"),
        ("sources: [azure]", ".sources[0]: unknown source `azure`: there is `aws`, `gcp`, `github`, `documents`, `derived`"),
        ("by: webhook", ".signed_with: is missing: a webhook is signed, write env:NAME or file:PATH for its key"),
        ("signed_with: env:KEY", ".signed_with: serves a webhook: remove it, or write `by: webhook`"),
        ("endpoint_url: 'https://a.test'", ".endpoint_url: serves PagerDuty: write the whole address under `to`"),
        ("quiet: {zone: Mars/Base, days: [sunday]}", ".quiet.zone: `Mars/Base` is no time zone such as Europe/Berlin or UTC"),
        ("quiet: {zone: ../../etc/passwd, days: [sunday]}", ".quiet.zone: `../../etc/passwd` is no time zone such as Europe/Berlin or UTC"),
        ("quiet: {zone: UTC}", ".quiet: names no hours: give `start` and `end`, or `days`"),
        ("quiet: {zone: UTC, start: '22:00'}", ".quiet: `start` and `end` go together: give both or neither"),
        ("quiet: {zone: UTC, start: '22:00', end: '25:00'}", '.quiet.end: must be hours and minutes in quotes, such as "22:00"'),
        ("quiet: {zone: UTC, start: '22:00', end: '22:00'}", ".quiet.end: is the start: for whole days write `days`"),
        ("quiet: {zone: UTC, days: [sun]}", ".quiet.days[0]: unknown day `sun`: did you mean `sunday`?"),
    ],
)  # fmt: skip
def test_one_wrong_value_is_one_line_with_its_remedy(problems, route, problem):
    assert problems(f"alerts: [{{to: env:SLACK_URL, {route}}}]\n") == [f"$.alerts[0]{problem}"]


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        pytest.param(
            "alerts: [{to: 0123456789abcdef, by: pagerduty}]\n",
            "$.alerts[0].to: is the key of a PagerDuty integration: write env:NAME or file:PATH",
            id="a key in the open",
        ),
        pytest.param(
            "alerts: [{to: env:A, digest: daily}, {to: env:A}]\n",
            "$.alerts[1]: is told in another way than an earlier entry to the same place: "
            "give it a `name` of its own",
            id="one place in two ways",
        ),
        pytest.param(
            "watching: {heartbeat: 'https://hc.test/s3cret'}\n",
            "$.watching.heartbeat: lets whoever reads it keep it beating: "
            "write env:NAME or file:PATH",
            id="a heartbeat in the open",
        ),
    ],
)
def test_what_does_not_go_together(problems, added, problem):
    assert problems(added) == [problem]


def test_one_place_in_two_ways_under_two_names(load):
    settings = load("alerts: [{to: env:A, digest: daily, name: calm}, {to: env:A}]\n")

    assert [route.label for route in settings.alerts] == ["calm", "env:A"]
