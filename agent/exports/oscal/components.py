"""The sources that are read, and the controls that their checks test, as components."""

from collections.abc import Iterator
from typing import Any

from agent.exports.material import Material
from agent.exports.oscal.document import Document, metadata, pointer, props, resource
from agent.exports.text import line
from checks.contract import Check

SOURCES = {
    "aws": "Amazon Web Services",
    "gcp": "Google Cloud",
    "github": "GitHub",
    "documents": "The company's documents and registers",
    "derived": "Joins of several sources",
}


def component_definition(material: Material) -> Document:
    """One component for each source that some check in scope asks about."""
    return {
        "component-definition": {
            "uuid": material.uuid("document", "component-definition"),
            "metadata": metadata(material, "components and the controls tested on them"),
            "components": list(_components(material)),
            "back-matter": {"resources": [resource(material, "controls-catalog", "Controls")]},
        }
    }


def sources_of(material: Material) -> list[str]:
    """The kinds of source that the checks in scope ask about."""
    return sorted({source_of(material.checks[name]) for name in material.asked})


def source_of(check: Check[Any, Any]) -> str:
    """The source a check asks about: the first word of its id, where that is a source's."""
    return check.source if check.source in SOURCES else "documents"


def component(material: Material, source: str) -> Document:
    """One source, as every document of the set names it."""
    return {
        "uuid": material.uuid("component", source),
        "type": "service" if source in ("aws", "gcp", "github") else "process-procedure",
        "title": SOURCES[source],
        "description": f"{SOURCES[source]}, read by gapwatch and never written to.",
    }


def _components(material: Material) -> Iterator[Document]:
    for source in sources_of(material):
        requirements = list(_requirements(material, source))
        yield {
            **component(material, source),
            "control-implementations": [
                {
                    "uuid": material.uuid("implementation", source),
                    "source": pointer(material, "controls-catalog"),
                    "description": f"Controls that are tested on {SOURCES[source]}.",
                    "implemented-requirements": requirements,
                }
            ],
        }


def _requirements(material: Material, source: str) -> Iterator[Document]:
    for view in material.controls:
        names = [name for name in view.checks if source_of(material.checks[name]) == source]
        if names:
            titles = "; ".join(material.checks[name].title for name in names)
            yield {
                "uuid": material.uuid("requirement", source, view.id),
                "control-id": view.id,
                "description": line(f"Tested by: {titles}."),
                "props": [one for name in names for one in props({"check": name})],
            }
