"""Which collectors the selected checks need, and nothing more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from checks.contract import Check
from collectors.contract import Collector, Derived
from collectors.evidence.record import Record


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one cycle asks and judges."""

    checks: Mapping[str, Check[Any, Any]]
    collectors: tuple[Collector[Any, Any], ...]
    joins: tuple[Derived[Any], ...]
    sources: frozenset[str]
    """The sources that are configured; a join does not wait for any other."""

    def on(self, kind: type[Record]) -> list[Check[Any, Any]]:
        """The checks that are asked of one kind of record."""
        return [check for check in self.checks.values() if check.subject is kind]

    def feeding(self, join: Derived[Any]) -> list[Collector[Any, Any] | Derived[Any]]:
        """Whatever gives records that a join takes."""
        units: list[Collector[Any, Any] | Derived[Any]] = [*self.collectors, *self.joins]
        return [unit for unit in units if join.takes(unit)]

    def of(self, source: str) -> tuple[Collector[Any, Any], ...]:
        """The collectors of one source."""
        return tuple(c for c in self.collectors if c.source == source)


def plan(
    checks: Iterable[Check[Any, Any]],
    collectors: Iterable[Collector[Any, Any]],
    joins: Iterable[Derived[Any]],
    *,
    sources: Iterable[str],
) -> Plan:
    """Only the collectors whose records a selected check or a needed join is asked of."""
    configured = frozenset(sources)
    selected = {check.id: check for check in checks}
    judged: set[type[Record]] = {check.subject for check in selected.values()}
    needed = [join for join in joins if join.yields in judged]
    return Plan(
        checks=selected,
        collectors=tuple(
            c
            for c in collectors
            if c.source in configured
            and (c.yields in judged or any(join.takes(c) for join in needed))
        ),
        joins=tuple(needed),
        sources=configured,
    )
