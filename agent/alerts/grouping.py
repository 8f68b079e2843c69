"""What belongs together in one message: a drift and the gaps that came with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.alerts.changes import Change
from agent.alerts.context import rank
from checks.contract import Severity

OPENING = {"gap_opened", "gap_reopened", "gap_widened"}


@dataclass(frozen=True, kw_only=True)
class Group:
    """One thing to be told: a change, and the gaps that say the same of the same subjects."""

    change: Change
    gaps: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """What one message tells."""

    groups: tuple[Group, ...]
    """Worst first, good news last."""
    first: tuple[Change, ...] = ()
    """Controls that were assessed for the first time: a beginning, told in a line."""


def grouped(changes: Iterable[Change]) -> Grouped:
    """Put changes in order, each gap under the drift that names all its subjects."""
    ordered = sorted(changes, key=_worst_first)
    first = tuple(told for told in ordered if told.first)
    groups: list[Group] = []
    by_control: dict[str | None, int] = {}
    for told in (told for told in ordered if not told.first):
        drift = by_control.get(told.control)
        if drift is not None and _within(told, groups[drift].change):
            groups[drift] = replace(groups[drift], gaps=(*groups[drift].gaps, told))
            continue
        if told.kind == "control_drifted" and not told.improved:
            by_control[told.control] = len(groups)
        groups.append(Group(change=told))
    if len(first) == 1:  # one alone is told like any other change
        return Grouped(groups=(*groups, Group(change=first[0])))
    return Grouped(groups=tuple(groups), first=first)


def _within(gap: Change, drift: Change) -> bool:
    named = {(subject.id, subject.scope) for subject in drift.subjects}
    of_gap = {(subject.id, subject.scope) for subject in gap.subjects}
    return gap.kind in OPENING and bool(of_gap) and of_gap <= named


def _worst_first(told: Change) -> tuple[bool, int, bool, int]:
    """Good news last; what has no severity stands with the high ones; drift before its gaps."""
    return (
        told.improved,
        rank(told.severity or Severity.HIGH),
        told.kind != "control_drifted",
        told.entry,
    )


def states(first: Sequence[Change]) -> dict[str, tuple[str, ...]]:
    """Of controls assessed for the first time: the names under each state, as they come."""
    found: dict[str, tuple[str, ...]] = {}
    for told in first:
        state = str(told.after).replace("_", " ")
        found[state] = (*found.get(state, ()), told.control or "")
    return found
