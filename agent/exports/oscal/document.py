"""What all OSCAL documents have in common."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from agent.exports.material import Material
from agent.exports.text import line
from agent.version import VERSION

OSCAL_VERSION = "1.2.1"
NAMES = "https://gapwatch.dev/ns/oscal"
"""The namespace of our own properties."""
Document = dict[str, Any]
FILES = {
    "criteria-catalog": "criteria-catalog.json",
    "controls-catalog": "controls-catalog.json",
    "component-definition": "component-definition.json",
    "mapping-collection": "mapping-collection.json",
    "assessment-plan": "assessment-plan.json",
    "assessment-results": "assessment-results.json",
    "poam": "poam.json",
}


def metadata(material: Material, title: str) -> Document:
    """Title, moment and makers of one document."""
    company = material.uuid("party", material.company)
    return {
        "title": line(f"{material.company}: {title}"),
        "last-modified": moment(material.as_of),
        "version": VERSION,
        "oscal-version": OSCAL_VERSION,
        "roles": [{"id": "prepared-by", "title": "Prepared by"}],
        "parties": [{"uuid": company, "type": "organization", "name": line(material.company)}],
        "responsible-parties": [{"role-id": "prepared-by", "party-uuids": [company]}],
        "remarks": "Worked out by gapwatch. Whether the criteria are met is for an auditor to say.",
    }


def resource(material: Material, name: str, title: str) -> Document:
    """Another document of the same set, as the back matter names it."""
    return {
        "uuid": material.uuid("resource", name),
        "title": title,
        "rlinks": [{"href": FILES[name], "media-type": "application/oscal+json"}],
    }


def pointer(material: Material, name: str) -> str:
    """How a document points to another of the set: by its own back matter."""
    return f"#{material.uuid('resource', name)}"


def props(values: Mapping[str, object]) -> list[Document]:
    """Properties of our own; what has no value is left out."""
    return [
        {"name": name, "ns": NAMES, "value": line(value)}
        for name, value in values.items()
        if value not in (None, "", ())
    ]


def some(name: str, values: Iterable[Any]) -> Document:
    """A list under its name, or nothing: OSCAL knows no empty lists."""
    found = list(values)
    return {name: found} if found else {}


def moment(at: datetime) -> str:
    """A moment in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def selected(controls: Iterable[str]) -> Document:
    """Controls of the company, by id."""
    return {"include-controls": [{"control-id": control} for control in controls]}
