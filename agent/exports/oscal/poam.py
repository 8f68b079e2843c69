"""The plan of action and milestones: every gap there ever was, with its risk."""

from collections.abc import Iterator

from agent.exports.material import Material
from agent.exports.oscal.document import Document, metadata, moment, props, resource, some
from agent.exports.oscal.results import observations, risks
from agent.exports.text import line, marked


def plan_of_action(material: Material) -> Document | None:
    """The gaps as a plan; `None` while there never was one: OSCAL knows no empty plan."""
    if not material.gaps:
        return None
    return {
        "plan-of-action-and-milestones": {
            "uuid": material.uuid("document", "poam"),
            "metadata": metadata(material, "plan of action and milestones"),
            "system-id": {
                "identifier-type": "https://ietf.org/rfc/rfc4122",
                "id": material.uuid("system", material.settings.company.service),
            },
            **some("observations", _named(material)),
            **some("risks", risks(material)),
            "poam-items": list(_items(material)),
            "back-matter": {"resources": [resource(material, "controls-catalog", "Controls")]},
        }
    }


def _named(material: Material) -> Iterator[Document]:
    """The observations that the risks rest on, without the subjects: those lie in the results."""
    wanted = {material.uuid("observation", gap.check, gap.scope) for gap in material.gaps}
    for observation in observations(material):
        if observation["uuid"] in wanted:
            yield {name: value for name, value in observation.items() if name != "subjects"}


def _items(material: Material) -> Iterator[Document]:
    for gap in material.gaps:
        yield {
            "uuid": material.uuid("poam-item", gap.number),
            "title": line(f"Gap {gap.number}: {gap.issue}"),
            "description": marked(gap.recommended_action),
            "props": props(
                {
                    "gap": gap.number,
                    "control": gap.control,
                    "criteria": ", ".join(gap.criteria),
                    "severity": gap.severity.value,
                    "state": gap.state,
                    "owner": gap.owner,
                    "effort": gap.effort,
                    "due": gap.due,
                    "opened-at": moment(gap.opened_at),
                    "closed-at": moment(gap.closed_at) if gap.closed_at else None,
                }
            ),
            "related-risks": [{"risk-uuid": material.uuid("risk", gap.number)}],
        }
