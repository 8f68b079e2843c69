"""GitHub's own description of its REST calls, as far as gapwatch and the local GitHub know them."""

import json
import re
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


def as_openapi() -> dict:
    """The extract as a description of its own (OpenAPI 3.1), as Prism reads one."""
    paths: dict = {}
    for name, said in operations().items():
        verb, _, path = name.partition(" ")
        paths.setdefault(path, {})[verb.lower()] = {
            "parameters": [*_in_path(path), *map(_in_query, said["query"])],
            "responses": {
                status: {"description": "", **_content(said, status)} for status in said["statuses"]
            },
        }
    text = json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "GitHub, as far as it is known here", "version": "1"},
            "paths": paths,
            "components": {"schemas": description()["schemas"]},
        }
    )
    found: dict = json.loads(text.replace('"#/schemas/', '"#/components/schemas/'))
    return found


def _in_path(path: str) -> list[dict]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _in_query(name: str) -> dict:
    return {"name": name, "in": "query", "schema": {}}


def _content(said: dict, status: str) -> dict:
    if status != "200" or said["answer"] is None:
        return {}
    return {"content": {"application/json": {"schema": said["answer"]}}}
