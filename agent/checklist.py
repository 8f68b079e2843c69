"""What this version asks: every check, from the code and the catalogue, without a store."""

from collections.abc import Mapping
from typing import Any

import msgspec

from agent.catalogue import Catalogue
from agent.plan import plan
from agent.registry import all_checks, all_collectors, all_joins
from checks.contract import Severity


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """One check, with everything that is published of it."""

    id: str
    title: str
    source: str
    kind: str
    severity: Severity
    controls: tuple[str, ...]
    criteria: tuple[str, ...]
    thresholds: Mapping[str, Any]
    empty: str
    """The verdict of a population that was read whole and has no member."""
    rationale: str
    remediation: str
    collectors: tuple[str, ...]
    calls: tuple[str, ...]
    """The vendors' calls it rests on, as the vendors name them."""


def check_views(catalogue: Catalogue) -> list[CheckView]:
    """Every check by id."""
    return [_view(check, catalogue) for check in all_checks().values()]


def _view(check: Any, catalogue: Catalogue) -> CheckView:
    collectors = all_collectors().values()
    sources = {collector.source for collector in collectors}
    needed = plan([check], collectors, all_joins().values(), sources=sources)
    calls = {str(call) for collector in needed.collectors for call in collector.calls}
    return CheckView(
        id=check.id,
        title=check.title,
        source=check.source,
        kind=check.kind,
        severity=check.severity,
        controls=check.controls,
        criteria=catalogue.criteria_of(check.controls),
        thresholds={name: limit.default for name, limit in check.thresholds.items()},
        empty=check.empty.value,
        rationale=check.rationale,
        remediation=check.remediation,
        collectors=(
            *(collector.id for collector in needed.collectors),
            *(join.id for join in needed.joins),
        ),
        calls=tuple(sorted(calls)),
    )
