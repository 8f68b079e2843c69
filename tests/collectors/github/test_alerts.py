"""Alerts are read of the whole organisation, and the secrets in them are not told."""

from datetime import timedelta

import pytest

from collectors.evidence.record import Omission, Unread
from collectors.github.alerts import code_alerts, dependency_alerts, secret_alerts
from tests.collectors.github.world import code_alert, dependency_alert, secret_alert
from tests.evidence import NOW

PAGES = {
    "secret-scanning/alerts": secret_alerts,
    "dependabot/alerts": dependency_alerts,
    "code-scanning/alerts": code_alerts,
}


def read(github, collector):
    snapshot, _ = github.snapshot(collector)
    assert snapshot.complete
    return snapshot.records


def test_what_became_of_a_leaked_secret_is_read(github):
    resolved = {
        "state": "resolved",
        "resolution": "revoked",
        "resolved_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "resolution_comment": "rotated",
    }
    github.state.pages["secret-scanning/alerts"] = [secret_alert(1, **resolved), secret_alert(2)]
    ended, still_open = read(github, secret_alerts)

    assert (ended.name, ended.occurred_at) == ("acme/web #1", NOW - timedelta(days=3))
    assert (ended.resolution, ended.resolved_at, ended.has_comment) == ("revoked", NOW, True)
    assert (still_open.resolution, still_open.resolved_at) == (None, None)


def test_the_secret_itself_is_neither_asked_for_nor_kept(github):
    github.state.pages["secret-scanning/alerts"] = [secret_alert(1)]
    _, transcript = github.snapshot(secret_alerts)

    assert "AKIAIOSFODNN7EXAMPLE" not in str(transcript)
    assert transcript.exchanges[0].arguments["hide_secret"] == "true"


def test_dependencies_are_read_while_they_are_open_or_dismissed(github):
    github.state.pages["dependabot/alerts"] = [
        dependency_alert(1),
        dependency_alert(2, state="dismissed", dismissed_reason="not_used"),
        dependency_alert(3, state="fixed"),
    ]
    first, second = read(github, dependency_alerts)

    assert (first.severity, first.state, first.dismissed_reason) == ("high", "open", None)
    assert (second.state, second.dismissed_reason) == ("dismissed", "not_used")


def test_a_rule_that_says_nothing_of_security_has_no_severity(github):
    github.state.pages["code-scanning/alerts"] = [
        code_alert(1),
        code_alert(2, rule={"id": "py/style", "security_severity_level": None}),
        code_alert(3, state="dismissed", dismissed_comment="generated"),
    ]
    first, second, third = read(github, code_alerts)

    assert (first.severity, second.severity) == ("high", None)
    assert (third.state, third.has_comment) == ("dismissed", True)


@pytest.mark.parametrize("page", PAGES)
def test_alerts_that_are_switched_off_are_an_omission_and_not_none(github, page):
    message = "Secret scanning is disabled on this organization."
    github.server.deny(f"GET /orgs/{{org}}/{page}", status=404, message=message)
    snapshot, _ = github.snapshot(PAGES[page])

    why = f"github:GET /orgs/{{org}}/{page}: 404 Not Found"
    assert (snapshot.records, snapshot.omissions) == (
        (),
        (Omission(where="github:acme", why=why),),
    )


def test_a_severity_that_is_not_told_is_unread(github):
    github.state.pages["dependabot/alerts"] = [dependency_alert(1, security_advisory={})]
    (alert,) = read(github, dependency_alerts)

    assert isinstance(alert.severity, Unread)
