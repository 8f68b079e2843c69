"""What a person reads on a phone at night, and what a program gets beside it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from agent.alerts.changes import Change, Subject, change
from agent.alerts.context import Context
from agent.alerts.grouping import Group, Grouped, grouped, states
from agent.alerts.plain import NAME, named, plain, said, shortened, utc
from agent.gaps.events import ControlState, Event
from checks.contract import Verdict

TITLE = 150
"""Characters; Slack refuses a longer header."""
BODY = 4_000
"""Bytes: some screens of a phone, and what every messenger takes in one piece."""
IN_DETAIL = 2_500
"""Bytes of a digest that tell single changes whole; the rest is left to headlines."""
NAMED_ALONE = (10, 5, 2, 1)
"""How many subjects a message about one change names; fewer where that would be too long."""
NAMED_IN_DIGEST = (3, 1)
ACTIONS = 3
ACTION = 400
CHANGES_FOR_PROGRAMS = 200
SUBJECTS_FOR_PROGRAMS = 20
CONTROLS_NAMED = 10
GAPS_NAMED = 3
NAMES_LEFT = 5
"""So few subjects that are left are named all the same, without their values."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One alert, ready to be sent."""

    key: str
    """The same for the same entries to the same route, so a receiver can drop a repetition."""
    title: str
    body: str
    payload: dict[str, object]
    """The changes for programs: fields are added, never renamed; names as the source gave them."""
    changes: tuple[Change, ...] = ()
    """Everything it tells, worst first, for channels that say it in their own way."""
    company: str = ""


def compose(told: Sequence[tuple[int, Event]], context: Context, *, route: str) -> Message:
    """Tell events of the log, each with its entry's number, worst first.

    Raises:
        LookupError: one of them is of a kind that is not told.
    """
    telling = grouped(change(entry, event, context) for entry, event in told)
    changes = (
        *(c for group in telling.groups for c in (group.change, *group.gaps)),
        *telling.first,
    )
    key = _key((entry for entry, _ in told), route)
    alone = len(telling.groups) == 1 and not telling.first
    return Message(
        key=key,
        title=plain(f"{context.company}: {_title(telling)}", TITLE),
        body=_detailed(telling.groups[0], NAMED_ALONE, {}, BODY)
        if alone
        else _digest(telling, context),
        payload={
            "company": context.company,
            "changes": [msgspec.to_builtins(_bounded(c)) for c in changes[:CHANGES_FOR_PROGRAMS]],
            "changes_total": len(changes),
        },
        changes=changes,
        company=context.company,
    )


def _key(entries: Iterable[int], route: str) -> str:
    text = "\n".join((route, *map(str, sorted(entries))))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _title(telling: Grouped) -> str:
    if not telling.groups:
        return _beginning(telling)
    worst = telling.groups[0].change.headline
    count = len(telling.groups)
    return worst if count == 1 else f"{count} changes, first: {worst}"


def _beginning(telling: Grouped) -> str:
    return f"{len(telling.first)} controls assessed for the first time"


def _digest(telling: Grouped, context: Context) -> str:
    """The worst changes in detail, the next by their headlines, the rest by their number."""
    count = len(telling.groups)
    parts = [f"{count} changes, worst first."] if count > 1 else []
    beginning = [_first(telling)] if telling.first else []
    actions_said: dict[str, int] = {}
    told = 0
    for number, group in enumerate(telling.groups, 1):
        detail = _detailed(group, NAMED_IN_DIGEST, actions_said, IN_DETAIL)
        part = f"{number}. {group.change.headline}\n{detail}"
        if _size("\n\n".join((*parts, part))) > IN_DETAIL:
            break
        parts.append(part)
        told = number
        actions_said |= {a: number for a in group.change.to_do if a not in actions_said}
    left = [group.change for group in telling.groups[told:]]
    if left:
        room = BODY - _size("\n\n".join((*parts, "", *beginning)))
        parts.append(_briefly(left, room, context))
    return "\n\n".join((*parts, *beginning))


def _first(telling: Grouped) -> str:
    lines = [f"{_beginning(telling)}:"]
    for state, controls in states(telling.first).items():
        more = len(controls) - CONTROLS_NAMED
        names = ", ".join(controls[:CONTROLS_NAMED])
        rest = f" and {more} more" if more > 0 else ""
        lines.append(f"- {len(controls)} {state}: {names}{rest}")
    return "\n".join(lines)


def _briefly(changes: Sequence[Change], room: int, context: Context) -> str:
    where = f": {context.link}" if context.link else ""
    headlines: list[str] = []
    for left, told in zip(range(len(changes), 0, -1), changes, strict=True):
        rest = f"- and {left} more{where}"
        headline = f"- {told.headline}"
        if _size("\n".join(("Also:", *headlines, headline, rest, ""))) > room:
            return "\n".join(("Also:", *headlines, rest))
        headlines.append(headline)
    return "\n".join(("Also:", *headlines))


def _detailed(
    group: Group, namings: Sequence[int], actions_said: Mapping[str, int], limit: int
) -> str:
    """One change with as many subjects as fit, at least the last number of `namings`."""
    for most in namings:
        text = "\n".join(_lines(group, most, actions_said))
        if _size(text) <= limit:
            break
    return text


def _lines(group: Group, most: int, actions_said: Mapping[str, int]) -> Iterator[str]:
    told = group.change
    yield _facts(told)
    yield from _subjects(told, most)
    yield from _actions(told, actions_said)
    if told.gap and not told.improved:
        yield _duties(told)
    for gap in group.gaps[:GAPS_NAMED]:
        yield f"Gap {gap.gap} {gap.kind.removeprefix('gap_')}. {_duties(gap)}"
    if len(group.gaps) > GAPS_NAMED:
        yield f"And {len(group.gaps) - GAPS_NAMED} more gaps."
    if told.link:
        yield told.link


def _facts(told: Change) -> str:
    since = f"since {utc(told.at)}"
    when = f"{told.severity}, {since}" if told.severity and not told.improved else since
    before = f"; {_state(told.before)} before" if told.before else ""
    sentences = (f"{when[0].upper()}{when[1:]}{before}.", _serves(told), _because(told))
    return " ".join(sentence for sentence in sentences if sentence)


def _serves(told: Change) -> str:
    """The criterion in our words; the others it serves by their ids."""
    criteria = _criteria(told)
    if told.gap is None:
        return f"Serves {criteria}." if criteria else ""
    title = f' "{plain(told.control_title)}"' if told.control_title else ""
    serves = f" serves {criteria}" if criteria else ""
    return f"{told.control}{title}{serves}." if told.control else ""


def _criteria(told: Change) -> str:
    if not told.criteria:
        return ""
    title = told.criteria_titles[0] if told.criteria_titles else ""
    also = ", ".join(told.criteria[1:])
    chief = f"{told.criteria[0]} {title}".strip()
    return plain(f"{chief}, also {also}" if also and title else ", ".join(told.criteria))


def _because(told: Change) -> str:
    return f"{told.why}." if told.why else ""


def _subjects(told: Change, most: int) -> Iterator[str]:
    """So many with their values, each named once; few that are left with their names alone."""
    before: tuple[str, str] | None = None
    for subject in told.subjects[:most]:
        lines = list(_subject(told, subject))
        again = (subject.id, subject.scope) == before and len(lines) > 1
        yield from lines[1:] if again else lines
        before = (subject.id, subject.scope)
    left = told.subjects_total - most
    names = dict.fromkeys(plain(subject.name, NAME) for subject in told.subjects[most:])
    if left > 0:
        yield f"- and {left} more" + (f": {', '.join(names)}" if left <= NAMES_LEFT else "")


def _subject(told: Change, subject: Subject) -> Iterator[str]:
    name = named(subject.id, subject.name, subject.scope)
    if told.after is None and subject.after:
        yield f"- {name}: {said(subject.after)}"
    else:
        yield f"- {name}"
        yield f"  before: {_verdict(subject.before, 'not seen')}"
        yield f"  now: {_verdict(subject.after, 'gone')}"
    if subject.who_and_when:
        yield f"  {subject.who_and_when}"


def _verdict(verdict: Verdict | None, otherwise: str) -> str:
    return f"{verdict.outcome.replace('_', ' ')}, {said(verdict)}" if verdict else otherwise


def _actions(told: Change, actions_said: Mapping[str, int]) -> Iterator[str]:
    for action in told.to_do[:ACTIONS]:
        said_in = actions_said.get(action)
        action_line = shortened(" ".join(action.split()), ACTION)
        yield f"To do: as in {said_in}." if said_in else f"To do: {action_line}"
    if len(told.to_do) > ACTIONS:
        yield f"To do: and {len(told.to_do) - ACTIONS} more."


def _duties(told: Change) -> str:
    owner = f"Owner: {plain(told.owner)}." if told.owner else "No owner yet."
    return f"{owner} Due: {told.due}." if told.due else owner


def _state(state: ControlState) -> str:
    return state.replace("_", " ")


def _bounded(told: Change) -> Change:
    return msgspec.structs.replace(told, subjects=told.subjects[:SUBJECTS_FOR_PROGRAMS])


def _size(text: str) -> int:
    return len(text.encode())
