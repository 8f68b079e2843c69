"""The page of reference: everything that is published of every check, as Markdown."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import msgspec

from agent.catalogue import Catalogue
from agent.checklist import CheckView, check_views
from agent.registry import all_checks, all_collectors
from checks.contract import Check, Outcome, Threshold

HEAD = """\
# Checks

Generated from the code by `make generated`: what stands here is what the program does. A check is
asked of every member of a population. What could not be read is undetermined, and never counts as
passed. An operator sets thresholds under `thresholds:` by the id of the check.
"""
OF_NOTHING = {
    Outcome.PASSED: "passed: that there is nothing to judge is what is promised",
    Outcome.FAILED: "failed: there has to be something",
    Outcome.NOT_APPLICABLE: "not applicable: there is nothing the promise could be about",
    Outcome.UNDETERMINED: "undetermined, until a person signs that there was nothing",
}


def reference(catalogue: Catalogue) -> str:
    """Every check by what it is part of, then by id."""
    views = {view.id: view for view in check_views(catalogue)}
    by_promise = sorted(all_checks().values(), key=lambda check: (_promise(check), check.id))
    parts = [HEAD]
    for promise, checks in groupby(by_promise, key=_promise):
        parts.append(f"\n## {promise.replace('_', ' ').capitalize()}\n")
        parts += (_section(check, views[check.id], _permissions()) for check in checks)
    return "".join(parts)


def _promise(check: Check[Any, Any]) -> str:
    """The folder of `checks` it lies in."""
    return check.judge.__module__.split(".")[1]


def _permissions() -> Mapping[str, str]:
    calls = (call for collector in all_collectors().values() for call in collector.calls)
    return {str(call): call.permission for call in calls}


def _section(check: Check[Any, Any], view: CheckView, permissions: Mapping[str, str]) -> str:
    return f"""
### {check.id}

**{check.title}**

{check.rationale}

To close it: {check.remediation}

| | |
|---|---|
{"".join(_row(name, told) for name, told in _facts(check, view))}
| call | permission |
|---|---|
{"".join(_row(_code(call), _code(permissions[call])) for call in view.calls)}"""


def _facts(check: Check[Any, Any], view: CheckView) -> Iterator[tuple[str, str]]:
    yield "severity", check.severity.value
    yield "kind", view.kind
    yield "controls", ", ".join(view.controls)
    yield "criteria", ", ".join(view.criteria)
    yield (
        "thresholds",
        _lines(_default(name, threshold) for name, threshold in check.thresholds.items()),
    )
    yield "an empty population", OF_NOTHING[check.empty]
    yield "evidence", _lines(_code(collector) for collector in view.collectors)


def _default(name: str, threshold: Threshold) -> str:
    default = msgspec.json.encode(threshold.default).decode()
    return f"{_code(name)} is {_code(default)}"


def _lines(parts: Iterable[str]) -> str:
    return "<br>".join(parts) or "none"


def _row(name: str, told: str) -> str:
    return f"| {name} | {told} |\n"


def _code(text: str) -> str:
    return f"`{text}`"
