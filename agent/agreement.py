"""Where the configuration names parts of the program, they must be there and fit."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from agent.catalogue import load_controls
from agent.decoding import suggestion
from agent.gaps.owners import CODE_OWNER, DEFAULT, SCOPE, SUBJECT, TAG
from checks.contract import Check

SOURCES = ("aws", "gcp", "github", "documents", "derived")
SHORTEST_INTERVAL = timedelta(minutes=1)

Problems = Iterator[tuple[str, str]]
"""Where, and what to do about it."""


def schedule_problems(
    schedule: Mapping[str, timedelta], collectors: Collection[str] | None
) -> Problems:
    """Sources and collectors there are, no more often than is good for them.

    Without the ids of the collectors, whatever begins with a source is taken for one.
    """
    known = (DEFAULT, *SOURCES, *(collectors or ()))
    for name, interval in schedule.items():
        taken = collectors is None and name.startswith(tuple(f"{source}." for source in SOURCES))
        if name not in known and not taken:
            meant = suggestion(name, known)
            yield f"$.schedule.{name}", f"unknown source or collector: {meant}"
        if interval < SHORTEST_INTERVAL:
            yield f"$.schedule.{name}", "is too often: the shortest interval is 1m"


def threshold_problems(
    thresholds: Mapping[str, Mapping[str, Any]], checks: Mapping[str, Check[Any, Any]]
) -> Problems:
    """Checks there are, with values of the types they declare."""
    for name, values in thresholds.items():
        if name in checks:
            yield from _value_problems(values, checks[name])
        else:
            yield f"$.thresholds.{name}", f"unknown check: {suggestion(name, checks)}"


def converted(values: Mapping[str, Any], check: Check[Any, Any]) -> Mapping[str, Any]:
    """One check's thresholds as the types it declares."""
    return {name: msgspec.convert(v, check.thresholds[name].type) for name, v in values.items()}


def owner_problems(owners: Mapping[str, str]) -> Problems:
    """Controls, areas and promises there are, and patterns with something to compare."""
    known = {DEFAULT, *control_words()} if owners else {DEFAULT}
    for name in owners:
        prefix = next((p for p in (TAG, SUBJECT, CODE_OWNER, SCOPE) if name.startswith(p)), None)
        if prefix is None and name not in known:
            meant = suggestion(name, sorted(known))
            yield f"$.owners.{name}", f"unknown control, area or promise: {meant}"
        elif prefix == TAG and "=" not in name:
            yield f"$.owners.{name}", "must be written `tag:key=value`"
        elif prefix == name:
            yield f"$.owners.{name}", f"compares with nothing: write `{prefix}PATTERN`"


def plan_problems(lines: Collection[str], checks: Collection[str]) -> Problems:
    """Checks and controls there are."""
    known = {*checks, *(load_controls() if lines else ())}
    for name in lines:
        if name not in known:
            meant = suggestion(name, sorted(known))
            yield f"$.plan.lines.{name}", f"unknown check or control: {meant}"


def control_words() -> frozenset[str]:
    """Every word that stands for controls: the id of one, an area, a promise."""
    controls = load_controls().values()
    return frozenset().union(*({c.id, str(c.area), c.promise} for c in controls))


def _value_problems(values: Mapping[str, Any], check: Check[Any, Any]) -> Problems:
    known = check.thresholds
    for name, value in values.items():
        where = f"$.thresholds.{check.id}.{name}"
        if name not in known:
            listed = ", ".join(f"`{threshold}`" for threshold in known)
            yield where, f"unknown threshold: this check has {listed or 'none, remove it'}"
            continue
        try:
            msgspec.convert(value, known[name].type)
        except msgspec.ValidationError as error:
            default = msgspec.json.encode(known[name].default).decode()
            yield where, f"does not fit, the default is {default}: {error}"
