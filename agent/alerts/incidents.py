"""What stays open until it is over: a message as incidents of PagerDuty's Events API v2."""

import hashlib
from collections.abc import Iterable, Sequence

from agent.alerts.changes import Change
from agent.alerts.plain import named, plain
from checks.contract import Severity

LONGEST_KEY = 255
LONGEST_SUMMARY = 1024
"""Characters, both as PagerDuty limits them."""
MOST_SUBJECTS = 20
SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
"""What PagerDuty calls ours."""
UNKNOWN = "error"
"""What has no severity, such as a collector that fails, stands with the high ones."""


def incidents(
    changes: Sequence[Change], *, company: str, routing_key: str
) -> list[dict[str, object]]:
    """One event for each incident that the changes are about, as the API takes it.

    All that happens to one control is one incident: it opens with the first gap or drift and is
    resolved when the control is good again. What is so by now counts and not what a change
    told: a message that is late must not open again what is over.
    """
    by_incident: dict[str, list[Change]] = {}
    for told in changes:
        by_incident.setdefault(dedup_key(told, company), []).append(told)
    return [
        {"routing_key": routing_key, "dedup_key": key, **_event(about, company)}
        for key, about in by_incident.items()
        if _to_be_told(about)
    ]


def dedup_key(told: Change, company: str) -> str:
    """The name of the incident, the same for all that is told of it."""
    key = f"gapwatch/{company}/{told.concerns}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"gapwatch/{hashlib.sha256(key.encode()).hexdigest()}"


def _to_be_told(about: Iterable[Change]) -> bool:
    """A gap that closes under a control that is still deficient ends no incident, and opens none.

    Nor does the first assessment of a control that is good.
    """
    return any(told.over or not told.improved for told in about) and not all(
        told.improved and told.first for told in about
    )


def _event(about: Sequence[Change], company: str) -> dict[str, object]:
    worst = about[0]
    if worst.over:
        return {"event_action": "resolve"}
    links = [{"href": told.link, "text": told.headline} for told in about if told.link]
    return {
        "event_action": "trigger",
        "payload": {
            "summary": plain(f"{company}: {worst.headline}", LONGEST_SUMMARY),
            "source": "gapwatch",
            "severity": SEVERITIES[worst.severity] if worst.severity else UNKNOWN,
            "timestamp": worst.at.isoformat(),
            "component": worst.control or worst.concerns,
            "class": worst.kind,
            "custom_details": {
                "what": [told.headline for told in about],
                "subjects": [named(s.id, s.name, s.scope) for s in worst.subjects[:MOST_SUBJECTS]],
                "to_do": list(worst.to_do),
            },
        },
        "links": links,
    }
