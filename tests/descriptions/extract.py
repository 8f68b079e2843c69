"""Makes `github_rest.json` of GitHub's published OpenAPI description.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python -m tests.descriptions.extract package

Only the operations that gapwatch or its local GitHub knows are kept, and of their answers the
names, types and closed sets of words: what is required is left out, because the local GitHub
answers with the part that somebody reads.
"""

import hashlib
import json
import sys
from pathlib import Path

from agent.demo.github.rest.routes import ROUTES
from agent.registry import all_that_read
from collectors.github.organisation import Query
from tests.descriptions.github_rest import EXTRACT

DESCRIPTION = "generated/ghec.json"
KEPT = ("type", "enum", "properties", "items", "anyOf", "oneOf", "allOf", "additionalProperties")
JSON = "application/json"


def extract(package: Path) -> dict:
    """The part of the description that the tests look at, and what it was taken from."""
    raw = (package / DESCRIPTION).read_bytes()
    whole = json.loads(raw)
    names = sorted(known_operations())
    found = {name: operation(whole, name) for name in names}
    return {
        "package": "@octokit/openapi",
        "version": json.loads((package / "package.json").read_bytes())["version"],
        "file": DESCRIPTION,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "permissions": {
            name: schema["enum"]
            for name, schema in whole["components"]["schemas"]["app-permissions"][
                "properties"
            ].items()
        },
        "operations": {name: one for name, one in found.items() if one},
        "schemas": reachable(whole, found.values()),
    }


def known_operations() -> set[str]:
    """Every REST call that is declared, and every route of the local GitHub."""
    declared = {
        call.operation
        for collector in all_that_read().values()
        if collector.source == "github"
        for call in collector.calls
        if not isinstance(call, Query)
    }
    return {*declared, *ROUTES}


def operation(whole: dict, name: str) -> dict | None:
    verb, _, path = name.partition(" ")
    described = whole["paths"].get(path, {}).get(verb.lower())
    if described is None:
        return None
    parameters = [resolved(whole, one) for one in described.get("parameters", ())]
    answers = {status: resolved(whole, one) for status, one in described["responses"].items()}
    good = next(answers[status] for status in sorted(answers) if status.startswith("2"))
    content = good.get("content", {}).get(JSON)
    return {
        "query": sorted(one["name"] for one in parameters if one["in"] == "query"),
        "statuses": sorted(answers),
        "answer": None if content is None else reduced(whole, content["schema"]),
    }


def resolved(whole: dict, part: dict) -> dict:
    while "$ref" in part:
        _, _, kind, name = part["$ref"].split("/")
        part = whole["components"][kind][name]
    return part


def reduced(whole: dict, schema: dict) -> dict:
    """One schema without words, examples and demands; an object has no other fields than named."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/schemas/")}
    if "allOf" in schema:
        return reduced(whole, merged(whole, schema))
    kept = {name: schema[name] for name in KEPT if name in schema}
    if "properties" in kept:
        kept["properties"] = {n: reduced(whole, s) for n, s in kept["properties"].items()}
        kept.setdefault("additionalProperties", False)
    for name in ("items", "additionalProperties"):
        if isinstance(kept.get(name), dict):
            kept[name] = reduced(whole, kept[name])
    for name in ("anyOf", "oneOf"):
        if name in kept:
            kept.setdefault("anyOf", [])
            kept["anyOf"] = [reduced(whole, one) for one in schema[name]]
    kept.pop("oneOf", None)
    if "anyOf" in kept:
        kept = {"anyOf": kept["anyOf"]}
    return {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") else kept


def merged(whole: dict, schema: dict) -> dict:
    """One object of several that apply together."""
    properties: dict = {}
    for part in schema["allOf"]:
        one = resolved(whole, part)
        one = merged(whole, one) if "allOf" in one else one
        if "properties" not in one:
            return {name: value for name, value in one.items() if name != "required"}
        properties |= one["properties"]
    nullable = schema.get("nullable", False)
    return {"type": "object", "properties": properties, "nullable": nullable}


def reachable(whole: dict, operations: object) -> dict:
    """Every schema that an answer refers to, however deep."""
    found: dict = {}
    waiting = list(references(list(operations)))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = reduced(whole, whole["components"]["schemas"][name])
            waiting += references(found[name])
    return {name: found[name] for name in sorted(found)}


def references(part: object) -> list[str]:
    if isinstance(part, list):
        return [name for one in part for name in references(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"].rpartition("/")[2]] if "$ref" in part else []
    return own + [name for one in part.values() for name in references(one)]


def lines(found: dict) -> str:
    """One line an operation and a schema, so that a new version can be compared."""

    def table(name: str) -> str:
        rows = ",\n".join(
            f"{json.dumps(key)}: {json.dumps(value, sort_keys=True, separators=(',', ':'))}"
            for key, value in found[name].items()
        )
        return f'"{name}": {{\n{rows}\n}}'

    head = [f'"{n}": {json.dumps(found[n])}' for n in ("package", "version", "file", "sha256")]
    tables = [table(name) for name in ("permissions", "operations", "schemas")]
    return "{\n" + ",\n".join([*head, *tables]) + "\n}\n"


if __name__ == "__main__":
    EXTRACT.write_text(lines(extract(Path(sys.argv[1]))), encoding="utf-8")
