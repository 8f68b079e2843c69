"""What came and went in the window: scopes, components, and versions of what judges."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.package.history import History
from agent.package.populations import Population, populations
from agent.package.tables import change_rows
from agent.package.window import Stretch
from collectors.evidence.record import Occurrence

CHANGES = ("at", "what", "scope", "collector", "subject", "name", "log_entry", "told")
Row = tuple[Any, ...]


def changed_rows(history: History) -> Iterator[Row]:
    """Everything that changed, kind by kind, each in order of time."""
    yield from scope_rows(history)
    for population in components(history):
        yield from _component_rows(population)
    for at, _, entry, what, name, before, after in change_rows(history):
        yield (at, what, None, None, None, name, entry, {"before": before, "after": after})


def components(history: History) -> Iterator[Population]:
    """The populations of things that are there: not of what happened, nor of joins."""
    for population in populations(history):
        unit = history.source.collectors.get(population.collector)
        if population.collector not in history.source.joins and not (
            unit and issubclass(unit.yields, Occurrence)
        ):
            yield population


def scope_rows(history: History) -> Iterator[Row]:
    """The scopes that were seen for the first time, and those that nobody sees any more."""
    seen: dict[str, list[Stretch]] = {}
    for population in populations(history):
        seen.setdefault(population.scope, []).extend(population.stretches)
    end = min(history.window.last, history.source.at)
    for scope, stretches in sorted(seen.items()):
        first = min(stretches, key=lambda one: one.first)
        last = max(stretches, key=lambda one: one.last)
        if history.began_in_window(scope):
            yield (first.first, "new scope", scope, None, None, None, first.entry, None)
        if end - last.last > last.patience:
            told = "not seen since: it left, or nobody could look; see scope.csv"
            yield (last.last, "scope seen last", scope, None, None, None, last.entry, told)


def _component_rows(population: Population) -> Iterator[Row]:
    """One after the other; what was not listed whole shows of nothing that it left."""
    known: dict[str, Any] | None = None
    unit = (population.scope, population.collector)
    events = dict(population.events())
    for stretch in population.stretches:
        event = events[stretch.entry]
        records = population.records(event)
        if len(records) != event.records:
            told = "its evidence cannot be read any more: what changed cannot be told"
            yield (stretch.first, "not comparable", *unit, None, None, stretch.entry, told)
            known = None
            continue
        found = {record["id"]: record["name"] for record in records}
        if known is not None:
            yield from _told("component appeared", stretch, unit, found, known)
            if event.complete:
                yield from _told("component left", stretch, unit, known, found)
        if event.complete:
            known = found
        elif known is not None:
            known = known | found


def _told(
    what: str,
    stretch: Stretch,
    unit: tuple[str, str],
    those: Mapping[str, Any],
    without: Iterable[str],
) -> Iterator[Row]:
    for subject in sorted(those.keys() - set(without)):
        yield (stretch.first, what, *unit, subject, those[subject], stretch.entry, None)
