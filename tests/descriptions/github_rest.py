"""GitHub's own description of its REST calls, as far as gapwatch and the local GitHub know them."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

EXTRACT = Path(__file__).with_name("github_rest.json")
CORRECTED = {
    '["Repository", "Organization"]': '["Repository", "Organization", "Enterprise"]',
}
"""Rules of a branch come from enterprises too: a ruleset's own description says so, theirs not."""

ADDED = {"environment": {"can_admins_bypass": {"type": "boolean"}}}
"""GitHub answers with this field, and lists it among the settings of an environment only."""
OPEN = ("audit-log-event",)
"""Each kind of event has fields of its own, and the description knows those of none."""


@cache
def description() -> dict:
    """The extract that `extract.py` made."""
    text = json.dumps(json.loads(EXTRACT.read_text("utf-8")))
    for said, meant in CORRECTED.items():
        text = text.replace(said, meant)
    found = json.loads(text)
    for schema, fields in ADDED.items():
        found["schemas"].get(schema, {"properties": {}})["properties"].update(fields)
    for name in OPEN:
        found["schemas"].get(name, {}).pop("additionalProperties", None)
    return found


def operations() -> dict:
    """What is said of each call: its query parameters, its statuses, the shape of its answer."""
    return description()["operations"]


def problems(name: str, body: object) -> list[str]:
    """Where an answer has a field, a type or a word that the description does not know."""
    found = sorted(validator(name).iter_errors(body), key=str)
    return [f"{name}: {error.json_path}: {error.message[:300]}" for error in found]


@cache
def validator(name: str) -> Draft202012Validator:
    shape = operations()[name]["answer"] or {"type": "null"}
    return Draft202012Validator({**shape, "schemas": description()["schemas"]})
