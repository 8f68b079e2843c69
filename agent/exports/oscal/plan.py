"""The assessment plan: every check as an activity, every cadence as a task."""

from collections.abc import Iterator
from datetime import timedelta

from agent.exports.material import Material
from agent.exports.oscal.components import component, source_of, sources_of
from agent.exports.oscal.document import Document, metadata, pointer, props, resource, selected
from agent.exports.text import line

SYSTEM = "The description of the system, which the company keeps."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def assessment_plan(material: Material) -> Document:
    """What is tested, on what, and how often: the schedule as it is configured."""
    return {
        "assessment-plan": {
            "uuid": material.uuid("document", "assessment-plan"),
            "metadata": metadata(material, "assessment plan"),
            "import-ssp": {"href": f"#{material.uuid('resource', 'system')}"},
            "local-definitions": {"activities": list(_activities(material))},
            "reviewed-controls": reviewed(material),
            "assessment-subjects": [
                {
                    "type": "component",
                    "include-subjects": [
                        {"subject-uuid": material.uuid("component", source), "type": "component"}
                        for source in sources_of(material)
                    ],
                }
            ],
            "assessment-assets": {
                "components": [
                    {**component(material, source), "status": {"state": "operational"}}
                    for source in sources_of(material)
                ],
                "assessment-platforms": [
                    {"uuid": material.uuid("platform"), "title": "gapwatch"},
                ],
            },
            "tasks": list(_tasks(material)),
            "back-matter": {
                "resources": [
                    {
                        "uuid": material.uuid("resource", "system"),
                        "title": line(material.settings.company.service),
                        "description": SYSTEM,
                    },
                    resource(material, "controls-catalog", "Controls"),
                ]
            },
        }
    }


def reviewed(material: Material) -> Document:
    """Every control in scope."""
    return {
        "control-selections": [selected(control.id for control in material.controls)],
        "links": [{"href": pointer(material, "controls-catalog"), "rel": "reference"}],
    }


def _activities(material: Material) -> Iterator[Document]:
    in_scope = {control.id for control in material.controls}
    for name in material.asked:
        check = material.checks[name]
        tested = [control for control in check.controls if control in in_scope]
        yield {
            "uuid": material.uuid("activity", name),
            "title": line(check.title),
            "description": line(check.rationale),
            "props": props({"check": name, "severity": check.severity.value}),
            "related-controls": {"control-selections": [selected(tested)]},
        }


def _tasks(material: Material) -> Iterator[Document]:
    for source in sources_of(material):
        names = [n for n in material.asked if source_of(material.checks[n]) == source]
        subject = {"subject-uuid": material.uuid("component", source), "type": "component"}
        yield {
            "uuid": material.uuid("task", source),
            "type": "action",
            "title": f"Read {source} and judge it",
            "timing": {"at-frequency": _frequency(material.settings.interval(source))},
            "associated-activities": [
                {
                    "activity-uuid": material.uuid("activity", name),
                    "subjects": [{"type": "component", "include-subjects": [subject]}],
                }
                for name in names
            ],
        }


def _frequency(every: timedelta) -> Document:
    for unit, length in (("days", DAY), ("hours", HOUR), ("minutes", timedelta(minutes=1))):
        if every >= length and not every % length:
            return {"period": every // length, "unit": unit}
    return {"period": max(1, int(every.total_seconds())), "unit": "seconds"}
