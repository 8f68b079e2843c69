"""What a person reads on a phone at night, and what a program gets beside it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from agent.alerts.changes import Change, Subject, change
from agent.alerts.context import Context, rank
from agent.alerts.plain import named, plain, said, shortened, utc
from agent.gaps.events import ControlState, Event
from checks.contract import Severity, Verdict

TITLE = 150
"""Characters; Slack refuses a longer header."""
BODY = 6_000
"""Bytes."""
IN_DETAIL = 4_000
"""Bytes of a digest that tell single changes whole; the rest is left to headlines."""
NAMED_ALONE = (10, 5, 2, 1)
"""How many subjects a message about one change names; fewer where that would be too long."""
NAMED_IN_DIGEST = (3, 1)
ACTIONS = 3
ACTION = 400
CHANGES_FOR_PROGRAMS = 200
SUBJECTS_FOR_PROGRAMS = 20


@dataclass(frozen=True, kw_only=True)
class Message:
    """One alert, ready to be sent."""

    key: str
    """The same for the same entries to the same route, so a receiver can drop a repetition."""
    title: str
    body: str
    payload: dict[str, object]
    """The changes for programs: fields are added, never renamed; names as the source gave them."""


def compose(told: Sequence[tuple[int, Event]], context: Context, *, route: str) -> Message:
    """Tell events of the log, each with its entry's number, worst first.

    Raises:
        LookupError: one of them is of a kind that is not told.
    """
    changes = sorted((change(entry, event, context) for entry, event in told), key=_worst_first)
    key = _key((entry for entry, _ in told), route)
    alone = len(changes) == 1
    return Message(
        key=key,
        title=plain(f"{context.company}: {_title(changes)}", TITLE),
        body=_detailed(changes[0], NAMED_ALONE, {}, BODY) if alone else _digest(changes, context),
        payload={
            "company": context.company,
            "changes": [msgspec.to_builtins(_bounded(c)) for c in changes[:CHANGES_FOR_PROGRAMS]],
            "changes_total": len(changes),
        },
    )


def _key(entries: Iterable[int], route: str) -> str:
    text = "\n".join((route, *map(str, sorted(entries))))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _worst_first(told: Change) -> tuple[bool, int, bool, int]:
    """Good news last; what has no severity stands with the high ones; drift before its gaps."""
    return (
        told.improved,
        rank(told.severity or Severity.HIGH),
        told.kind != "control_drifted",
        told.entry,
    )


def _title(changes: Sequence[Change]) -> str:
    worst = changes[0].headline
    return worst if len(changes) == 1 else f"{len(changes)} changes, first: {worst}"


def _digest(changes: Sequence[Change], context: Context) -> str:
    """The worst changes in detail, the next by their headlines, the rest by their number."""
    parts = [f"{len(changes)} changes, worst first."]
    actions_said: dict[str, int] = {}
    for number, told in enumerate(changes, 1):
        detail = _detailed(told, NAMED_IN_DIGEST, actions_said, IN_DETAIL)
        part = f"{number}. {told.headline}\n{detail}"
        if _size("\n\n".join((*parts, part))) > IN_DETAIL:
            break
        parts.append(part)
        actions_said |= {action: number for action in told.to_do if action not in actions_said}
    left = changes[len(parts) - 1 :]
    if left:
        parts.append(_briefly(left, BODY - _size("\n\n".join(parts)), context))
    return "\n\n".join(parts)


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
    told: Change, namings: Sequence[int], actions_said: Mapping[str, int], limit: int
) -> str:
    """One change with as many subjects as fit, at least the last number of `namings`."""
    for most in namings:
        text = "\n".join(_lines(told, most, actions_said))
        if _size(text) <= limit:
            break
    return text


def _lines(told: Change, most: int, actions_said: Mapping[str, int]) -> Iterator[str]:
    yield _facts(told)
    for subject in told.subjects[:most]:
        yield from _subject(told, subject)
    if told.subjects_total > most:
        yield f"- and {told.subjects_total - most} more"
    yield from _actions(told, actions_said)
    if told.gap and not told.improved:
        yield _duties(told)
    if told.link:
        yield told.link


def _facts(told: Change) -> str:
    since = f"since {utc(told.at)}"
    when = f"{told.severity}, {since}" if told.severity and not told.improved else since
    before = f"; {_state(told.before)} before" if told.before else ""
    sentences = (f"{when[0].upper()}{when[1:]}{before}.", _serves(told), _because(told))
    return " ".join(sentence for sentence in sentences if sentence)


def _serves(told: Change) -> str:
    criteria = plain(", ".join(told.criteria))
    if told.gap is None:
        return f"Serves {criteria}." if criteria else ""
    title = f' "{plain(told.control_title)}"' if told.control_title else ""
    serves = f" serves {criteria}" if criteria else ""
    return f"{told.control}{title}{serves}." if told.control else ""


def _because(told: Change) -> str:
    return f"{told.why}." if told.why else ""


def _subject(told: Change, subject: Subject) -> Iterator[str]:
    name = named(subject.id, subject.name, subject.scope)
    if told.after is None and subject.after:
        yield f"- {name}: {said(subject.after)}"
        return
    yield f"- {name}"
    yield f"  before: {_verdict(subject.before, 'not seen')}"
    yield f"  now: {_verdict(subject.after, 'gone')}"


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
