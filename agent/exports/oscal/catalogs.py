"""The criteria and the company's controls as catalogues, and the mapping between the two."""

from collections.abc import Iterator

from agent.exports.material import Material
from agent.exports.oscal.document import Document, metadata, pointer, props, resource, some
from agent.exports.text import line, token
from agent.views import ControlView

STATEMENT = "_smt"


def criteria_catalog(material: Material) -> Document:
    """The criteria in scope: identifiers, and our own words."""
    categories = list(dict.fromkeys(one.category for one in material.criteria))
    return {
        "catalog": {
            "uuid": material.uuid("document", "criteria-catalog"),
            "metadata": metadata(material, "criteria in scope, in our own words"),
            "groups": [
                {
                    "id": token(category),
                    "title": line(category.replace("_", " ")),
                    "controls": [
                        _criterion(material, one.id)
                        for one in material.criteria
                        if one.category == category
                    ],
                }
                for category in categories
            ],
        }
    }


def controls_catalog(material: Material) -> Document:
    """The company's controls, as it words them."""
    areas = sorted({control.area for control in material.controls})
    return {
        "catalog": {
            "uuid": material.uuid("document", "controls-catalog"),
            "metadata": metadata(material, "controls"),
            "groups": [
                {
                    "id": token(area),
                    "title": line(area.replace("_", " ")),
                    "controls": [
                        _control(material, view) for view in material.controls if view.area == area
                    ],
                }
                for area in areas
            ],
        }
    }


def mapping_collection(material: Material) -> Document:
    """Which criteria each control serves: it is a part of what a criterion asks, never all."""
    return {
        "mapping-collection": {
            "uuid": material.uuid("document", "mapping-collection"),
            "metadata": metadata(material, "mapping of controls to criteria"),
            "provenance": {
                "method": "human",
                "matching-rationale": "functional",
                "status": "complete",
                "mapping-description": "Which criteria each control of the company serves.",
                "responsible-parties": [
                    {
                        "role-id": "prepared-by",
                        "party-uuids": [material.uuid("party", material.company)],
                    }
                ],
            },
            "mappings": [
                {
                    "uuid": material.uuid("mapping", "controls", "criteria"),
                    "source-resource": {
                        "type": "catalog",
                        "href": pointer(material, "controls-catalog"),
                    },
                    "target-resource": {
                        "type": "catalog",
                        "href": pointer(material, "criteria-catalog"),
                    },
                    "maps": list(_maps(material)),
                }
            ],
            "back-matter": {
                "resources": [
                    resource(material, "controls-catalog", "Controls"),
                    resource(material, "criteria-catalog", "Criteria"),
                ]
            },
        }
    }


def _criterion(material: Material, id: str) -> Document:
    told = material.explained[id]
    part = {"id": f"{id}{STATEMENT}", "name": "statement", "prose": line(told.summary)}
    return {"id": id, "class": "criterion", "title": line(told.title), "parts": [part]}


def _control(material: Material, view: ControlView) -> Document:
    told = material.worded[view.id]
    part = {"id": f"{view.id}{STATEMENT}", "name": "statement", "prose": line(told.description)}
    own = {
        "owner-role": told.owner_role,
        "owner": material.settings.owner(told),
        "frequency": told.frequency,
    }
    return {
        "id": view.id,
        "class": "control",
        "title": line(view.title),
        **some("props", props(own)),
        "parts": [part],
    }


def _maps(material: Material) -> Iterator[Document]:
    in_scope = {criterion.id for criterion in material.criteria}
    for view in material.controls:
        for criterion in view.criteria:
            if criterion in in_scope:
                key = criterion in material.worded[view.id].key_for
                yield {
                    "uuid": material.uuid("map", view.id, criterion),
                    "relationship": "subset-of" if key else "intersects-with",
                    "sources": [{"type": "control", "id-ref": view.id}],
                    "targets": [{"type": "control", "id-ref": criterion}],
                }
