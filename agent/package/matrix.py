"""The control matrix, and what an auditor asks for of each control, line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agent.package.history import History
from agent.reading import Reading
from agent.views import ControlView

CONTROLS = (
    *("criterion", "control", "title", "wording", "owner", "owner_role", "frequency"),
    *("key_for_criterion", "checks", "parameters", "planned_checks", "state", "since"),
)
REQUESTS = ("request", "control", "asked_for", "kind", "state", "artefacts")


def matrix_rows(reading: Reading, history: History) -> Iterator[tuple[Any, ...]]:
    """Every criterion in scope with each control that serves it, as the company words it."""
    thresholds = _thresholds(reading, history)
    views = {view.id: view for view in reading.controls()}
    for criterion in reading.criteria():
        for name in criterion.controls:
            view, control = views[name], reading.catalogue.controls[name]
            yield (
                *(criterion.id, control.id, control.title, control.description),
                *(reading.settings.owner(control), control.owner_role, control.frequency),
                *(criterion.id in control.key_for, view.checks),
                {check: thresholds[check] for check in view.checks if thresholds.get(check)},
                [name for part in view.evidence for name in part.planned],
                *(view.state.value, view.since),
            )


def _thresholds(reading: Reading, history: History) -> Mapping[str, Mapping[str, Any]]:
    """The limits of every check as they were at the window's end: the operator's, or its own."""
    last = history.judging_within()[-1:]
    given = last[0].versions.thresholds if last and last[0].versions else {}
    return {
        check.id: {
            name: given.get(check.id, {}).get(name, threshold.default)
            for name, threshold in check.thresholds.items()
        }
        for check in reading.checks.values()
    }


def request_rows(
    controls: Iterable[ControlView], filed: Sequence[Sequence[Any]], populations: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """What is asked for of each control, and every file of the package that answers it."""
    number = 0
    for view in controls:
        for part in view.evidence:
            number += 1
            asked = ", ".join((*part.checks, *(f"{name} (planned)" for name in part.planned)))
            records = [str(row[1]) for row in filed if view.id in row[2] and row[1]]
            units = {(row[3], row[4]) for row in filed if view.id in row[2]}
            lists = [one.path for one in populations if (one.collector, one.scope) in units]
            artefacts = [*records, *lists] if part.kind == "population" else records
            yield (number, view.id, asked, part.kind, part.state.value, artefacts)
