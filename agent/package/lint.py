"""Why auditors send packages back, looked for before this one is handed over.

Each doubt is told plainly; none is hidden, and none stops the hand-over: an auditor who is told of
a hole asks less than one who finds it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from agent.package.history import History
from agent.package.populations import Population
from agent.package.sampling import sample_size
from agent.package.tables import check_intervals, deviations
from agent.package.window import UNKNOWN
from agent.views import ControlView

Reason = Literal[
    "evidence missing",
    "named but not included",
    "too little detail",
    "not current",
    "more samples needed",
    "failing without an answer",
    "training incomplete",
    "restoring a backup not proved",
    "the alert's path not proved",
    "change without author, approver or build",
    "unread in part",
    "unreviewed scope",
    "request without an answer",
]
RESTORES = "restore"
TRAINING = "training"
CHANGES = "change"


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """One thing for which an auditor may send the package back."""

    reason: Reason
    about: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What is about to be handed over."""

    history: History
    controls: Sequence[ControlView]
    filed: Sequence[Sequence[Any]]
    populations: Sequence[Population]
    sampled: bool
    """Whether a seed was given."""


def doubts(handed: Handed) -> list[Doubt]:
    """Everything for which packages were sent back before."""
    return [doubt for look in LOOKS for doubt in look(handed)]


def _evidence_missing(handed: Handed) -> Iterator[Doubt]:
    served = {control for row in handed.filed for control in row[2] if row[1]}
    for view in handed.controls:
        planned = [name for part in view.evidence for name in part.planned]
        if view.id not in served:
            why = "nothing in the window evidences it"
            yield Doubt(reason="evidence missing", about=view.id, why=why)
        elif planned:
            why = f"not assessed by this version: {', '.join(planned)}"
            yield Doubt(reason="evidence missing", about=view.id, why=why)


def _named_not_included(handed: Handed) -> Iterator[Doubt]:
    for row in handed.filed:
        if not row[1]:
            why = "its evidence was kept long enough and removed: only the log speaks of it"
            yield Doubt(reason="named but not included", about=f"log entry {row[0]}", why=why)


def _too_little_detail(handed: Handed) -> Iterator[Doubt]:
    for row in handed.filed:
        if row[1] and not str(row[6]).strip() and not str(row[4]).startswith("derived"):
            why = "the source did not say who asked"
            yield Doubt(reason="too little detail", about=str(row[1]), why=why)


def _not_current(handed: Handed) -> Iterator[Doubt]:
    silent: dict[str, list[tuple[float, str, str]]] = {}
    for check, control, scope, found in check_intervals(handed.history):
        hours = sum(one.hours for one in found if one.conclusion == UNKNOWN)
        if hours:
            silent.setdefault(control, []).append((hours, check, scope))
    for control, parts in sorted(silent.items()):
        hours, check, scope = max(parts)
        why = (
            f"{len(parts)} of its checks looked at nothing for a part of the window, the longest "
            f"{check} in {scope}: {hours:g} hours"
        )
        yield Doubt(reason="not current", about=control, why=why)


def _more_samples(handed: Handed) -> Iterator[Doubt]:
    if handed.sampled:
        return
    for one in handed.populations:
        items = len(one.items())
        if items and _is_population(one):
            why = f"no seed yet: {sample_size(items)} of {items} would be drawn by the planning aid"
            yield Doubt(reason="more samples needed", about=one.path, why=why)


def _failing(handed: Handed) -> Iterator[Doubt]:
    for finding in deviations(handed.history):
        if finding.state == "open":
            why = f"open since {finding.opened_at:%Y-%m-%d}, nobody answered it: "
            about = f"gap {finding.gap}, {finding.name}"
            yield Doubt(
                reason="failing without an answer", about=about, why=why + finding.verdict.reason
            )


def _named_checks(handed: Handed, word: str) -> dict[str, set[str]]:
    """By check whose id holds a word, everything it concluded in the window."""
    found: dict[str, set[str]] = {
        name: set() for view in handed.controls for name in view.checks if word in name
    }
    for check, _, _, seen in check_intervals(handed.history):
        if word in check:
            found.setdefault(check, set()).update(one.conclusion for one in seen)
    return found


def _training(handed: Handed) -> Iterator[Doubt]:
    for check, concluded in sorted(_named_checks(handed, TRAINING).items()):
        if concluded != {"passed"}:
            said = ", ".join(sorted(concluded)) or "never assessed"
            yield Doubt(reason="training incomplete", about=check, why=f"in the window: {said}")


def _restoring(handed: Handed) -> Iterator[Doubt]:
    for check, concluded in sorted(_named_checks(handed, RESTORES).items()):
        if "passed" not in concluded:
            said = ", ".join(sorted(concluded)) or "never assessed"
            why = f"no test of restoring passed in the window: {said}"
            yield Doubt(reason="restoring a backup not proved", about=check, why=why)


def _alerts(handed: Handed) -> Iterator[Doubt]:
    if not handed.history.delivered:
        why = "no alert was delivered in the window, so its path was not walked"
        yield Doubt(reason="the alert's path not proved", about="alerts", why=why)


def _changes(handed: Handed) -> Iterator[Doubt]:
    for one in handed.populations:
        if CHANGES not in one.collector:
            continue
        for name, item in one.items().items():
            unread = sorted(_unread(item.record))
            if unread:
                why = f"not read: {', '.join(unread)}"
                about = f"{one.path}, {name}"
                yield Doubt(reason="change without author, approver or build", about=about, why=why)


def _partial(handed: Handed) -> Iterator[Doubt]:
    for one in handed.populations:
        omissions = one.omissions()
        if omissions:
            why = f"{len(omissions)} parts could not be listed, such as {omissions[0]}"
            yield Doubt(reason="unread in part", about=one.path, why=why)


def _unreviewed(handed: Handed) -> Iterator[Doubt]:
    for scope in sorted(
        {one.scope for one in handed.populations if handed.history.began_in_window(one.scope)}
    ):
        why = "first seen inside the window: the system description may not list it yet"
        yield Doubt(reason="unreviewed scope", about=scope, why=why)


LOOKS: tuple[Callable[[Handed], Iterable[Doubt]], ...] = (
    _evidence_missing,
    _named_not_included,
    _too_little_detail,
    _not_current,
    _partial,
    _unreviewed,
    _more_samples,
    _changes,
    _failing,
    _training,
    _restoring,
    _alerts,
)


def _is_population(one: Population) -> bool:
    """Whether its members are events, of which samples are drawn."""
    return any(event.reached for _, event in one.events())


def _unread(value: Any, path: str = "") -> Iterator[str]:
    """The fields of a record that could not be read, by path."""
    if isinstance(value, dict):
        if value.get("kind") == "unread":
            yield path
            return
        for name, inner in value.items():
            yield from _unread(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _unread(inner, path)
