"""Alerts of secret scanning, Dependabot and code scanning: a whole organisation in one listing."""

from collections.abc import Iterator
from typing import Any

from collectors.contract import ApiCall, collector
from collectors.evidence.github.alerts import CodeAlert, DependencyAlert, SecretAlert
from collectors.evidence.record import Instant, Unread
from collectors.github.organisation import Answer, Organisation, field, moment, needed_moment

SECRET_ALERTS = ApiCall(
    "github",
    "GET /orgs/{org}/secret-scanning/alerts",
    "secret_scanning_alerts:read",
    redact=(
        *("body.secret", "body.first_location_detected", "body.resolved_by"),
        *("body.push_protection_bypassed_by", "body.push_protection_bypass_request_comment"),
    ),
)
DEPENDENCY_ALERTS = ApiCall(
    "github",
    "GET /orgs/{org}/dependabot/alerts",
    "vulnerability_alerts:read",
    redact=(
        *("body.security_advisory.description", "body.security_advisory.references"),
        *("body.dismissed_by", "body.dismissed_comment"),
    ),
)
CODE_ALERTS = ApiCall(
    "github",
    "GET /orgs/{org}/code-scanning/alerts",
    "security_events:read",
    redact=("body.most_recent_instance.message", "body.rule.help", "body.dismissed_by"),
)
NOT_TOLD = {"hide_secret": "true"}
IDENTIFIED_BY = ("created_at", "html_url")


@collector(id="github.secret-alerts", calls=(SECRET_ALERTS,))
def secret_alerts(organisation: Organisation) -> Iterator[SecretAlert]:
    """Every secret that was ever found in a repository; GitHub is asked not to tell it."""
    for alert in organisation.each(
        SECRET_ALERTS, needs=IDENTIFIED_BY, org=organisation.login, **NOT_TOLD
    ):
        yield SecretAlert(
            **_named(SECRET_ALERTS, alert),
            secret_type=str(alert.get("secret_type")),
            resolution=_or_none(SECRET_ALERTS, alert, "resolution"),
            resolved_at=_moment_or_none(SECRET_ALERTS, alert, "resolved_at"),
            has_comment=bool(alert.get("resolution_comment")),
        )


@collector(id="github.dependency-alerts", calls=(DEPENDENCY_ALERTS,))
def dependency_alerts(organisation: Organisation) -> Iterator[DependencyAlert]:
    """Every vulnerable dependency that is not repaired."""
    for alert in organisation.each(
        DEPENDENCY_ALERTS, needs=IDENTIFIED_BY, org=organisation.login, state="open,dismissed"
    ):
        yield DependencyAlert(
            **_named(DEPENDENCY_ALERTS, alert),
            severity=field(DEPENDENCY_ALERTS, alert, "security_advisory.severity", str),
            state=field(DEPENDENCY_ALERTS, alert, "state", str),
            dismissed_reason=_or_none(DEPENDENCY_ALERTS, alert, "dismissed_reason"),
        )


@collector(id="github.code-alerts", calls=(CODE_ALERTS,))
def code_alerts(organisation: Organisation) -> Iterator[CodeAlert]:
    """Every weakness of a default branch that is not repaired."""
    for state in ("open", "dismissed"):
        for alert in organisation.each(
            CODE_ALERTS, needs=IDENTIFIED_BY, org=organisation.login, state=state
        ):
            yield CodeAlert(
                **_named(CODE_ALERTS, alert),
                severity=_or_none(CODE_ALERTS, alert.get("rule") or {}, "security_severity_level"),
                state=field(CODE_ALERTS, alert, "state", str),
                has_comment=bool(alert.get("dismissed_comment")),
            )


def _named(call: ApiCall, alert: Answer) -> dict[str, Any]:
    """An alert has a number in its repository, and no id but the address of its page."""
    where = field(call, alert, "repository.full_name", str)
    return {
        "id": alert["html_url"],
        "name": f"{where if isinstance(where, str) else '?'} #{alert.get('number')}",
        "occurred_at": needed_moment(call, alert, "created_at"),
    }


def _or_none(call: ApiCall, alert: Answer, name: str) -> str | Unread | None:
    """A word that GitHub leaves out or sets to null where there is none."""
    return None if alert.get(name) is None else field(call, alert, name, str)


def _moment_or_none(call: ApiCall, alert: Answer, name: str) -> Instant | Unread | None:
    return None if alert.get(name) is None else moment(call, alert, name)
