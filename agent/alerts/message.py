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
    ending = [_first(telling)] if telling.first else []
    if context.link in {group.change.link for group in telling.groups} and context.link:
        ending.append(context.link)
    actions_said: dict[str, int] = {}
    told = 0
    for number, group in enumerate(telling.groups, 1):
        detail = _detailed(group, NAMED_IN_DIGEST, actions_said, IN_DETAIL, home=context.link)
        part = f"{number}. {group.change.headline}\n{detail}"
        if _size("\n\n".join((*parts, part))) > IN_DETAIL:
            break
        parts.append(part)
        told = number
        actions_said |= {a: number for a in group.change.to_do if a not in actions_said}
    left = [group.change for group in telling.groups[told:]]
    if left:
        room = BODY - _size("\n\n".join((*parts, "", *ending)))
        parts.append(_briefly(left, room, context))
    return "\n\n".join((*parts, *ending))


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
    group: Group,
    namings: Sequence[int],
    actions_said: Mapping[str, int],
    limit: int,
    *,
    home: str | None = None,
) -> str:
    """One change with as many subjects as fit, at least the last number of `namings`.

    A link to the dashboard's first page, `home`, is left to the end of the message.
    """
    for most in namings:
        text = "\n".join(_lines(group, most, actions_said, home))
        if _size(text) <= limit:
            break
    return text


def _lines(
    group: Group, most: int, actions_said: Mapping[str, int], home: str | None
) -> Iterator[str]:
    told = group.change
    yield _facts(told)
    yield from _subjects(told, most)
    yield from _actions(told, actions_said)
    if told.gap and not told.improved:
        yield _duties(told)
    yield from _gaps(group.gaps)
    if told.link and told.link != home:
        yield told.link


def _gaps(gaps: Sequence[Change]) -> Iterator[str]:
    """The gaps by number, those of one owner in one line, with their days in the same order."""
    alike: dict[tuple[str, str | None], list[Change]] = {}
    for gap in gaps[:GAPS_NAMED]:
        alike.setdefault((gap.kind.removeprefix("gap_"), gap.owner), []).append(gap)
    for (verb, _), of_one in alike.items():
        numbers = ", ".join(str(gap.gap) for gap in of_one)
        yield f"{'Gaps' if len(of_one) > 1 else 'Gap'} {numbers} {verb}. {_duties(*of_one)}"
    if len(gaps) > GAPS_NAMED:
        yield f"And {len(gaps) - GAPS_NAMED} more gaps."


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
    together = _together(told.subjects)
    for seen in _by_subject(together[:most]).values():
        yield from _subject(told, seen)
    left = told.subjects_total - most
    names = dict.fromkeys(plain(subject.name, NAME) for subject in together[most:])
    if left > 0:
        yield f"- and {left} more" + (f": {', '.join(names)}" if left <= NAMES_LEFT else "")


def _together(subjects: Sequence[Subject]) -> list[Subject]:
    """What several checks say of one subject stands where its first verdict stood."""
    return [one for seen in _by_subject(subjects).values() for one in seen]


def _by_subject(subjects: Iterable[Subject]) -> dict[tuple[str, str], list[Subject]]:
    found: dict[tuple[str, str], list[Subject]] = {}
    for subject in subjects:
        found.setdefault((subject.id, subject.scope), []).append(subject)
    return found


def _subject(told: Change, seen: Sequence[Subject]) -> Iterator[str]:
    """One subject: its name, what each check says of it, and who did it, all of it once."""
    name = named(seen[0].id, seen[0].name, seen[0].scope)
    yield from _verdicts(told, name, seen)
    for sentence in dict.fromkeys(one.who_and_when for one in seen if one.who_and_when):
        yield f"  {sentence}"


def _verdicts(told: Change, name: str, seen: Sequence[Subject]) -> Iterator[str]:
    now = [said(one.after) for one in seen if one.after]
    if told.after is None and len(now) == len(seen):
        yield f"- {name}: {'; '.join(dict.fromkeys(now))}"
        return
    yield f"- {name}"
    for one in seen:
        yield f"  before: {_verdict(one.before, 'not seen')}"
        yield f"  now: {_verdict(one.after, 'gone')}"


def _verdict(verdict: Verdict | None, otherwise: str) -> str:
    return f"{verdict.outcome.replace('_', ' ')}, {said(verdict)}" if verdict else otherwise


def _actions(told: Change, actions_said: Mapping[str, int]) -> Iterator[str]:
    for action in told.to_do[:ACTIONS]:
        said_in = actions_said.get(action)
        action_line = shortened(" ".join(action.split()), ACTION)
        yield f"To do: as in {said_in}." if said_in else f"To do: {action_line}"
    if len(told.to_do) > ACTIONS:
        yield f"To do: and {len(told.to_do) - ACTIONS} more."


def _duties(*gaps: Change) -> str:
    """Who answers for some gaps of one owner, and by when; days that are the same are one."""
    owner = f"Owner: {plain(gaps[0].owner)}." if gaps[0].owner else "No owner yet."
    days = dict.fromkeys(str(gap.due) for gap in gaps if gap.due)
    return f"{owner} Due: {', '.join(days)}." if days else owner


def _state(state: ControlState) -> str:
    return state.replace("_", " ")


def _bounded(told: Change) -> Change:
    return msgspec.structs.replace(told, subjects=told.subjects[:SUBJECTS_FOR_PROGRAMS])


def _size(text: str) -> int:
    return len(text.encode())
