"""The assessment results: what was observed, what follows for each control, and the risks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from agent.exports.material import Material
from agent.exports.oscal.catalogs import STATEMENT
from agent.exports.oscal.document import (
    Document,
    metadata,
    moment,
    pointer,
    props,
    resource,
    some,
)
from agent.exports.oscal.plan import reviewed
from agent.exports.text import line, marked
from agent.gaps.events import ControlState
from agent.views import ControlView, GapView, VerdictView
from checks.contract import Outcome

TELLING = (Outcome.FAILED, Outcome.UNDETERMINED)
"""Subjects of other verdicts are counted and not listed: the population lies in the package."""
REASONS = {ControlState.EFFECTIVE: "pass", ControlState.DEFICIENT: "fail"}


def assessment_results(material: Material) -> Document:
    """The newest verdicts, by check and scope; a control that is not known is not satisfied."""
    window = material.settings.assessment.window
    return {
        "assessment-results": {
            "uuid": material.uuid("document", "assessment-results"),
            "metadata": metadata(material, "assessment results"),
            "import-ap": {"href": pointer(material, "assessment-plan")},
            "results": [
                {
                    "uuid": material.uuid("result", window.start, window.end),
                    "title": f"As of {moment(material.as_of)}",
                    "description": "The newest verdict of every check on every subject.",
                    "start": f"{window.start}T00:00:00Z",
                    "end": moment(material.as_of),
                    **_inventory(material),
                    "reviewed-controls": reviewed(material),
                    **some("observations", observations(material)),
                    **some("risks", risks(material)),
                    **some("findings", findings(material)),
                }
            ],
            "back-matter": {
                "resources": [
                    resource(material, "assessment-plan", "Assessment plan"),
                    resource(material, "controls-catalog", "Controls"),
                ]
            },
        }
    }


def observations(material: Material) -> Iterator[Document]:
    """One for each check and scope, with what it counted and whom it is about."""
    for (check, scope), rows in _assessed(material):
        counts = Counter(row.outcome.value for row in rows)
        told = [row for row in rows if row.outcome in TELLING]
        yield {
            "uuid": material.uuid("observation", check, scope),
            "title": line(material.checks[check].title),
            "description": marked(f"{check} in {scope}"),
            "props": props({"check": check, "scope": scope, **_counted(counts)}),
            "methods": ["TEST"],
            "types": ["finding"],
            **some("subjects", (_subject(material, row) for row in told)),
            "collected": moment(max(row.observed_at for row in rows)),
        }


def _counted(counts: Counter[str]) -> dict[str, object]:
    return {outcome.value.replace("_", "-"): str(counts[outcome.value]) for outcome in Outcome}


def _subject(material: Material, row: VerdictView) -> Document:
    return {
        "subject-uuid": material.uuid("item", row.scope, row.subject),
        "type": "inventory-item",
        "title": marked(row.name),
        "props": props({"outcome": row.outcome.value, "reason": row.reason}),
    }


def _inventory(material: Material) -> Document:
    """Every subject that some observation names, each once."""
    items = {(row.scope, row.subject): row for row in material.verdicts if row.outcome in TELLING}
    listed = [
        {
            "uuid": material.uuid("item", scope, subject),
            "description": marked(row.name),
            "props": props({"scope": scope, "id": subject}),
        }
        for (scope, subject), row in sorted(items.items())
    ]
    return {"local-definitions": {"inventory-items": listed}} if listed else {}


def risks(material: Material) -> Iterator[Document]:
    """One for each gap."""
    for gap in material.gaps:
        yield {
            "uuid": material.uuid("risk", gap.number),
            "title": line(f"Gap {gap.number}: {gap.issue}"),
            "description": marked(gap.issue),
            "statement": marked(f"{gap.control} does not work as promised in {gap.scope}."),
            "props": props({"severity": gap.severity.value, "gap": gap.number}),
            "status": "open" if gap.state == "open" else "closed",
            "deadline": f"{gap.due}T00:00:00Z",
            "remediations": [
                {
                    "uuid": material.uuid("remediation", gap.number),
                    "lifecycle": "recommendation",
                    "title": line(f"What to do about gap {gap.number}"),
                    "description": line(gap.recommended_action),
                }
            ],
            **some("related-observations", _observed(material, gap)),
        }


def _observed(material: Material, gap: GapView) -> list[Document]:
    known = {(row.check, row.scope) for row in material.verdicts}
    if (gap.check, gap.scope) not in known:
        return []
    return [{"observation-uuid": material.uuid("observation", gap.check, gap.scope)}]


def findings(material: Material) -> Iterator[Document]:
    """One for each control in scope: `satisfied` says only what was read whole and passed."""
    for view in material.controls:
        yield {
            "uuid": material.uuid("finding", view.id),
            "title": line(f"{view.id}: {view.title}"),
            "description": line(f"{view.id} is {view.state.value.replace('_', ' ')}."),
            "props": props({"state": view.state.value}),
            "target": {
                "type": "statement-id",
                "target-id": f"{view.id}{STATEMENT}",
                "status": {
                    "state": (
                        "satisfied" if view.state is ControlState.EFFECTIVE else "not-satisfied"
                    ),
                    "reason": REASONS.get(view.state, "other"),
                },
            },
            **some("related-observations", _of_control(material, view)),
            **some(
                "related-risks",
                (
                    {"risk-uuid": material.uuid("risk", gap.number)}
                    for gap in material.gaps
                    if gap.control == view.id
                ),
            ),
        }


def _of_control(material: Material, view: ControlView) -> Iterator[Document]:
    for (check, scope), rows in _assessed(material):
        if any(view.id in row.controls for row in rows):
            yield {"observation-uuid": material.uuid("observation", check, scope)}


def _assessed(material: Material) -> list[tuple[tuple[str, str], Sequence[VerdictView]]]:
    ordered = sorted(material.verdicts, key=lambda row: (row.check, row.scope, row.subject))
    by = groupby(ordered, key=lambda row: (row.check, row.scope))
    return [(key, list(rows)) for key, rows in by]
