"""OCSF Compliance Findings (class 2003): the life of every gap and control, event by event.

A data lake keeps what it was sent: each event has the stable `finding_info.uid` of its gap or
control, and says whether it creates, updates or closes. What is not known is Unknown, never
Warning.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from agent.exports.material import GapEvent, Material
from agent.exports.text import line
from agent.gaps.events import (
    ControlDrifted,
    ControlState,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
)
from agent.version import VERSION
from agent.views import ControlView, GapView
from checks.contract import Severity

Event = dict[str, Any]
OCSF_VERSION = "1.5.0"
CLASS, CATEGORY = 2003, 2
CREATE, UPDATE, CLOSE = 1, 2, 3
ACTIVITIES = {CREATE: "Create", UPDATE: "Update", CLOSE: "Close"}
UNKNOWN, PASS, FAIL = 0, 1, 3
STATUSES = {UNKNOWN: "Unknown", PASS: "Pass", FAIL: "Fail"}
NEW, IN_PROGRESS, SUPPRESSED, RESOLVED = 1, 2, 3, 4
LIFE = {NEW: "New", IN_PROGRESS: "In Progress", SUPPRESSED: "Suppressed", RESOLVED: "Resolved"}
SEVERITIES = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
NAMED = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
INFORMATIONAL = 1
OF_STATE = {
    ControlState.EFFECTIVE: PASS,
    ControlState.DEFICIENT: FAIL,
    ControlState.ACCEPTED: FAIL,
    ControlState.UNDETERMINED: UNKNOWN,
    ControlState.NOT_EVIDENCED: UNKNOWN,
}
STANDARD = "SOC 2"


def compliance_findings(material: Material) -> Iterator[Event]:
    """Every event in the order of the log, and the states that only the passing of time changed."""
    gaps = {gap.number: gap for gap in material.gaps}
    controls = {control.id: control for control in material.controls}
    told: dict[str, ControlState] = {}
    for number, event in sorted([*material.gap_events, *material.drifts], key=lambda one: one[0]):
        if isinstance(event, ControlDrifted):
            if event.control in controls:
                told[event.control] = event.after
                yield _of_drift(material, controls[event.control], event, number)
        elif event.number in gaps:
            yield _of_gap(material, gaps[event.number], event, number)
    for control in controls.values():
        if told.get(control.id) is not control.state:
            yield _of_state(material, control, known=control.id in told)


def _of_gap(material: Material, gap: GapView, event: GapEvent, entry: int) -> Event:
    activity = {GapOpened: CREATE, GapReopened: UPDATE, GapWidened: UPDATE, GapClosed: CLOSE}
    closed = isinstance(event, GapClosed)
    return {
        **_event(
            material,
            activity=activity[type(event)],
            at=event.at,
            severity=SEVERITIES[gap.severity],
            status=RESOLVED if closed else NEW if isinstance(event, GapOpened) else IN_PROGRESS,
            uid=material.uuid("ocsf-entry", entry),
        ),
        "finding_info": {
            "uid": material.uuid("gap", gap.number),
            "title": line(f"Gap {gap.number}: {gap.issue}"),
            "desc": line(gap.issue),
            "created_time": _time(gap.opened_at),
            "modified_time": _time(event.at),
            "types": ["gap"],
        },
        "compliance": _compliance(
            gap.control, gap.criteria, PASS if closed else FAIL, check=_check(material, gap, closed)
        ),
        "remediation": {"desc": line(gap.recommended_action)},
        "resources": [
            {"uid": line(subject), "name": line(name), "namespace": line(gap.scope)}
            for subject, name in zip(gap.subjects, gap.names, strict=True)
        ],
    }


def _check(material: Material, gap: GapView, closed: bool) -> Event | None:  # noqa: FBT001 - the event's own state
    if gap.check is None:
        return None
    status = PASS if closed else FAIL
    check = material.checks.get(gap.check)
    return {
        "uid": gap.check,
        "name": line(check.title if check else gap.check),
        "status_id": status,
        "status": STATUSES[status],
    }


def _of_drift(material: Material, control: ControlView, event: ControlDrifted, entry: int) -> Event:
    activity = CREATE if event.before is None else UPDATE
    uid = material.uuid("ocsf-entry", entry)
    return _control(material, control, event.after, activity=activity, at=event.at, uid=uid)


def _of_state(material: Material, control: ControlView, *, known: bool) -> Event:
    """Evidence grew stale, or never came: no event of the log says so."""
    uid = material.uuid("ocsf-state", control.id, material.as_of.isoformat())
    activity = UPDATE if known else CREATE
    return _control(material, control, control.state, activity=activity, at=material.as_of, uid=uid)


def _control(
    material: Material,
    control: ControlView,
    state: ControlState,
    *,
    activity: int,
    at: datetime,
    uid: str,
) -> Event:
    accepted = state is ControlState.ACCEPTED
    life = SUPPRESSED if accepted else RESOLVED if OF_STATE[state] == PASS else IN_PROGRESS
    return {
        **_event(material, activity=activity, at=at, severity=INFORMATIONAL, status=life, uid=uid),
        "finding_info": {
            "uid": material.uuid("control", control.id),
            "title": line(f"{control.id}: {control.title}"),
            "desc": line(f"{control.id} is {state.value.replace('_', ' ')}."),
            "modified_time": _time(at),
            "types": ["control"],
        },
        "compliance": _compliance(control.id, control.criteria, OF_STATE[state], check=None),
        "status_detail": state.value,
    }


def _compliance(
    control: str, criteria: tuple[str, ...], status: int, *, check: Mapping[str, Any] | None
) -> Event:
    return {
        "control": control,
        "requirements": list(criteria),
        "standards": [STANDARD],
        "status_id": status,
        "status": STATUSES[status],
        **({"checks": [check]} if check else {}),
    }


def _event(
    material: Material,
    *,
    activity: int,
    at: datetime,
    severity: int,
    status: int,
    uid: str,
) -> Event:
    return {
        "activity_id": activity,
        "activity_name": ACTIVITIES[activity],
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Compliance Finding: {ACTIVITIES[activity]}",
        "time": _time(at),
        "severity_id": severity,
        "severity": NAMED[severity],
        "status_id": status,
        "status": LIFE[status],
        "metadata": {
            "version": OCSF_VERSION,
            "uid": uid,
            "product": {"name": "gapwatch", "vendor_name": "gapwatch", "version": VERSION},
            "tenant_uid": line(material.company),
        },
    }


def _time(at: datetime) -> int:
    """Milliseconds since 1970, as OCSF counts."""
    return round(at.timestamp() * 1000)
