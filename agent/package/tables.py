"""The tables that follow from log and evidence alone: a package is held against them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from agent.gaps.events import (
    AcceptanceExpired,
    AcceptanceGiven,
    AcceptanceWithdrawn,
    EvidenceKept,
    FindingExplained,
    FindingsAccepted,
    Judged,
)
from agent.gaps.states import Finding
from agent.package.history import ACCESS, History, Judging
from agent.package.landed import LANDED, has_landed, landed_rows
from agent.package.populations import COLUMNS, Population, populations
from agent.package.window import UNKNOWN, Interval, Stretch, intervals
from agent.store import queries
from agent.store.blobs import BlobDamaged
from agent.store.evidence import read_assessments
from agent.versions import Versions, Wording
from checks.contract import Outcome
from checks.evaluation import Assessment
from collectors.evidence.record import Instant


class DerivedTable(NamedTuple):
    """One file, its heading, and its rows, which are worked out as they are taken."""

    path: str
    columns: Sequence[str]
    rows: Iterator[Sequence[Any]]


def derived_tables(history: History) -> Iterator[DerivedTable]:
    """Every such file of the package."""
    for population in populations(history):
        yield DerivedTable(population.path, COLUMNS, population.rows())
    if has_landed(history):
        yield DerivedTable("landed_changes.csv", LANDED, landed_rows(history))
    yield DerivedTable("results/verdicts.csv", VERDICTS, verdict_rows(history))
    yield DerivedTable("results/intervals.csv", INTERVALS, interval_rows(history))
    yield DerivedTable("exceptions.csv", EXCEPTIONS, exception_rows(history))
    yield DerivedTable("changes.csv", CHANGES, change_rows(history))
    yield DerivedTable("scope.csv", SCOPE, scope_rows(history))
    yield DerivedTable("access_log.csv", ACCESSED, access_rows(history))
    later = history.afterwards()
    if later is not None:
        yield DerivedTable("bridge/changes.csv", CHANGES, change_rows(later))
        yield DerivedTable("bridge/deviations.csv", BRIDGE, bridge_rows(later))


# results

VERDICTS = (
    *("check", "controls", "scope", "subject", "name", "outcome", "reason", "observed"),
    *("first_seen_at", "last_seen_at", "times", "evidence"),
)
INTERVALS = ("check", "control", "scope", "conclusion", "from", "to", "hours", "evidence")


def verdict_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """Every verdict of the window, on every subject, and how long it was seen so."""
    for population in populations(history):
        for number, event in population.events():
            spans = [one for one in population.stretches if one.entry == number]
            seen = (spans[0].first, spans[-1].last, sum(one.times for one in spans))
            for one in _assessments(history, event):
                check = history.source.checks.get(one.check)
                of_all = check.controls if check else ()
                for result in one.results:
                    yield (
                        *(one.check, result.controls or of_all, one.scope, result.subject),
                        *(result.name, result.verdict.outcome.value, result.verdict.reason),
                        *(result.verdict.observed, *seen, number),
                    )


def interval_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """The window of every check, scope and control, cut by what was known."""
    for check, control, scope, found in check_intervals(history):
        for one in found:
            yield (
                *(check, control, scope, one.conclusion),
                *(one.start, one.end, one.hours, one.entry),
            )


def check_intervals(history: History) -> Iterator[tuple[str, str, str, list[Interval]]]:
    """By check, control and scope: the window as what was passed, failed, and not known."""
    for population in populations(history):
        judged: dict[tuple[str, str], list[tuple[Stretch, Outcome]]] = {}
        events = dict(population.events())
        for stretch in population.stretches:
            for one in events[stretch.entry].judged:
                for control, outcome in _by_control(history, one):
                    judged.setdefault((one.check, control), []).append((stretch, outcome))
        for (check, control), seen in sorted(judged.items()):
            cut = list(intervals(seen, history.window, now=history.source.at))
            yield check, control, population.scope, cut


def _by_control(history: History, judged: Judged) -> Iterable[tuple[str, Outcome]]:
    if judged.by_control:
        return judged.by_control.items()
    check = history.source.checks.get(judged.check)
    return [(control, judged.conclusion) for control in check.controls] if check else []


def _assessments(history: History, event: EvidenceKept) -> tuple[Assessment, ...]:
    try:
        return read_assessments(history.source.blobs, event.assessments)
    except BlobDamaged:  # it expired: the log still says what was concluded
        return ()


# exceptions

EXCEPTIONS = (
    *("gap", "finding", "check", "controls", "scope", "subject", "name", "kind", "severity"),
    *("opened_at", "occurred_at", "closed_at", "hours_in_window", "how_closed", "times_opened"),
    *("cause", "observed", "extent", "state", "response"),
)
DECISIONS = (
    *("acceptance_given", "findings_accepted", "acceptance_expired", "acceptance_withdrawn"),
    "finding_explained",
)


def exception_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """Every deviation of the window: what failed, and when nobody looked."""
    yield from _deviation_rows(history)
    yield from _silence_rows(history)


def _silence_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """A gap in collection is a deviation of its own: a window cannot be read afterwards."""
    for population in populations(history):
        for start, end, hours in silences(history, population):
            cause = f"nothing was collected for {hours:g} hours, more than twice the cadence"
            yield (
                *(None, None, population.collector, (), population.scope, None, None),
                *("silence", None, start, None, end, hours, "collected again" if end else None),
                *(None, cause, None, None, "closed" if end else "open", None),
            )


def silences(
    history: History, population: Population
) -> Iterator[tuple[Instant, Instant | None, float]]:
    """When a collector saw nothing of a scope for longer than twice its cadence.

    From when, until when (`None` if it still lasted at the window's end), and hours of the window.
    """
    seen = [(stretch, Outcome.PASSED) for stretch in population.stretches]
    found = list(intervals(seen, history.window, now=history.source.at))
    first = history.window.first
    known = not history.began_in_window(population.scope)
    for one in found:
        if one.conclusion == UNKNOWN and (known or one.start > first):
            yield one.start, None if one is found[-1] else one.end, one.hours


def _deviation_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """What was open at any moment of the window, with its cause and extent."""
    found = deviations(history)
    answered = responses(history)
    sizes = {(p.collector, p.scope): len(p.items()) for p in populations(history)}
    units = {(s.check, s.scope): s.collector for s in queries.standing(history.source.connection)}
    for finding in found:
        check = history.source.checks.get(finding.check)
        alike = sum((f.check, f.scope) == (finding.check, finding.scope) for f in found)
        unit = (units.get((finding.check, finding.scope), ""), finding.scope)
        yield (
            *(finding.gap, finding.id, finding.check, check.controls if check else ()),
            *(finding.scope, finding.subject, finding.name, finding.lasting),
            *(finding.severity.value, finding.opened_at, finding.occurred_at, finding.closed_at),
            _hours_open(finding, history),
            *(finding.how_closed, finding.times_opened, finding.verdict.reason),
            *(finding.verdict.observed, f"{alike} of {sizes.get(unit, '?')}", finding.state),
            answered.get(finding.id),
        )


def deviations(history: History) -> list[Finding]:
    """The findings that were open at any moment of the window."""
    window = history.window
    return [
        finding
        for finding in queries.findings(history.source.connection)
        if finding.opened_at < window.last
        and (finding.closed_at is None or finding.closed_at >= window.first)
    ]


BRIDGE = (
    *("gap", "finding", "check", "scope", "subject", "name", "kind", "severity", "opened_at"),
    *("closed_at", "state", "cause", "response"),
)


def bridge_rows(later: History) -> Iterator[tuple[Any, ...]]:
    """What was open after the window's end: the letter that speaks of it is the company's own."""
    answered = responses(later)
    for finding in deviations(later):
        yield (
            *(finding.gap, finding.id, finding.check, finding.scope, finding.subject),
            *(finding.name, finding.lasting, finding.severity.value, finding.opened_at),
            *(finding.closed_at, finding.state, finding.verdict.reason),
            answered.get(finding.id),
        )


def responses(history: History) -> dict[str, list[str]]:
    """By finding, what people decided about it, in the order of the log; the verdict stays."""
    said: dict[str, list[str]] = {}
    for _, event in history.source.entries(kind=DECISIONS):
        match event:
            case AcceptanceGiven():
                text = (
                    f"accepted as A-{event.number} by {event.by} until {event.until}, approved by "
                    f"{event.approver}: {event.reason}; meanwhile: {event.compensating}"
                )
            case FindingsAccepted():
                text = f"came under A-{event.acceptance}"
            case AcceptanceExpired():
                text = f"A-{event.number} was over on {event.until}"
            case AcceptanceWithdrawn():
                text = f"A-{event.number} was withdrawn by {event.by}: {event.reason}"
            case FindingExplained():
                text = f"explained by {event.by}: {event.reason}"
            case _:
                continue
        about = (event.finding,) if isinstance(event, FindingExplained) else event.findings
        for finding in about:
            said.setdefault(finding, []).append(f"{event.at:%Y-%m-%d} {text}")
    return said


def _hours_open(finding: Finding, history: History) -> float | None:
    """How long it was open; one that closed and opened again has been so in parts: not said."""
    if finding.times_opened > 1 or finding.lasting == "occurrence":
        return None
    until = min(finding.closed_at or history.source.at, history.window.last)
    since = max(finding.opened_at, history.window.first)
    return round(max((until - since).total_seconds(), 0) / 3600, 2)


# changes

CHANGES = ("at", "cycle", "log_entry", "what", "name", "before", "after")
Change = tuple[str, str, Any, Any]


def change_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """What judged at the window's beginning, and everything that changed in it."""
    known = history.judging_within()
    for before, after in zip([None, *known], known, strict=False):
        for what, name, was, is_now in _changed(before, after):
            yield (after.at, after.cycle, after.entry, what, name, was, is_now)


def _changed(before: Judging | None, after: Judging) -> Iterator[Change]:
    if before is None:
        yield "in force at the start", "versions", None, after.digest
    elif before.versions is None or after.versions is None:
        yield "versions that cannot be read", "versions", before.digest, after.digest
    else:
        yield from differences(before.versions, after.versions)


def differences(before: Versions, after: Versions) -> Iterator[Change]:
    """Everything in which two versions of what judges differ."""
    for what in ("gapwatch", "catalogue", "criteria", "framework", "exclusions"):
        was, is_now = getattr(before, what), getattr(after, what)
        if was != is_now:
            yield WORDS.get(what, what), what, msgspec.to_builtins(was), msgspec.to_builtins(is_now)
    if before.wording and after.wording:
        yield from _reworded(before.wording, after.wording)
    yield from _of_mapping("thresholds", *_limits(before, after))
    for what in ("schedule", "code"):
        yield from _of_mapping(what, getattr(before, what), getattr(after, what))


def _reworded(before: Mapping[str, Wording], after: Mapping[str, Wording]) -> Iterator[Change]:
    """Every part of a control's words that changed, as it was and as it is."""
    for name in sorted(before.keys() | after.keys()):
        for part, what in PARTS.items():
            was, is_now = (
                msgspec.to_builtins(getattr(words[name], part)) if name in words else None
                for words in (before, after)
            )
            if was != is_now:
                yield what, name, was, is_now


def _limits(before: Versions, after: Versions) -> Iterator[Mapping[str, Any]]:
    """By check, the limits in force; a check's own only where both sides have kept them."""
    both = before.defaults.keys() & after.defaults.keys()
    for one in (before, after):
        yield {**one.thresholds, **{check: one.limits(check) for check in both}}


WORDS = {
    "gapwatch": "version of the program",
    "catalogue": "wording or mapping of criteria, controls and checks",
    "criteria": "categories in scope",
    "framework": "code between answer and verdict",
    "exclusions": "what is out of scope",
    "thresholds": "parameter",
    "schedule": "seconds between two collections",
    "code": "code",
}


PARTS = {
    "title": "title of a control",
    "text": "wording of a control",
    "criteria": "criteria of a control",
    "frequency": "frequency of a control",
}


def _of_mapping(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield WORDS[what], name, before.get(name), after.get(name)


# scope

SCOPE = (
    *("scope", "collector", "connection", "expected", "collected", "failed", "state"),
    *("first_seen_at", "last_seen_at", "longest_silence_hours", "items", "told"),
)


def scope_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """What was to be collected, what was, what failed, and what was left out with which reason."""
    for population in populations(history):
        yield _scope_row(history, population)
    last = history.judging_within()[-1:]
    for exclusion in last[0].versions.exclusions if last and last[0].versions else ():
        what = exclusion.scope or exclusion.subject or exclusion.tag
        yield (what, *(None,) * 5, "excluded", *(None,) * 4, exclusion.reason)


def _scope_row(history: History, population: Population) -> tuple[Any, ...]:
    stretches = population.stretches
    bad = {n for n, event in population.events() if not event.complete}
    collected = sum(one.times for one in stretches)
    failed = sum(one.times for one in stretches if one.entry in bad)
    silence = max((b.first - a.last for a, b in pairwise(stretches)), default=None)
    told = [*population.omissions()]
    told += [
        f"log entry {n}: its evidence was kept long enough and removed"
        for n in population.unreadable()
    ]
    if history.began_in_window(population.scope):
        told.append("not seen before the window began: unreviewed scope until somebody declares it")
    return (
        *(population.scope, population.collector),
        history.sightings[stretches[-1].entry].connection,
        history.expected(population.collector),
        *(collected - failed, failed, "partial" if failed else "complete"),
        *(stretches[0].first, stretches[-1].last),
        round(silence.total_seconds() / 3600, 2) if silence is not None else None,
        *(len(population.items()), told),
    )


# access

ACCESSED = ("at", "log_entry", "what", "by", "told")


def access_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """Who took what out of the store, looked at it for others, held it, or removed it."""
    for number, event in history.source.entries(kind=ACCESS):
        told = msgspec.to_builtins(event)
        what, by = told.pop("kind"), told.pop("by", None)
        at = event.at
        for known in ("at", "cycle"):
            told.pop(known)
        yield (at, number, told.pop("action", what), by, told)
