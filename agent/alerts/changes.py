"""What an event means to a person: one change, told with everything needed to act on it."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import msgspec

from agent.alerts.context import Context, KnownGap, severity_of
from agent.alerts.plain import plain, utc
from agent.alerts.routing import kind_of
from agent.gaps.events import (
    AlertUndeliverable,
    CheckCrashed,
    CollectorFailed,
    ControlDrifted,
    ControlState,
    Event,
    EvidenceStale,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
)
from checks.contract import Outcome, Severity, Verdict
from collectors.evidence.record import Instant

GOOD_NEWS = {ControlState.EFFECTIVE, ControlState.ACCEPTED}
LOOK_CLOSER = 'Run "gapwatch doctor": it says what is missing.'
REPORT_IT = (
    "Report the crash; until it is repaired, what the check could not judge is undetermined."
)
BRING_BACK = (
    "Give back the access or the evidence that is missing: until then nobody knows whether the "
    "control holds."
)
READ_INSTEAD = 'Run "gapwatch doctor" to test the route; "gapwatch status" shows what it missed.'


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One subject of a change; id, name and values as the source gave them."""

    id: str
    name: str
    scope: str
    before: Verdict | None = None
    """`None` if it was not seen before, or if nobody compares."""
    after: Verdict | None = None
    """`None` if it is gone."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the log in the words of an alert; webhooks get these fields."""

    entry: int
    """The number of the log entry."""
    kind: str
    at: Instant
    headline: str
    """What changed, in one safe line."""
    severity: Severity | None = None
    improved: bool = False
    control: str | None = None
    control_title: str | None = None
    criteria: tuple[str, ...] = ()
    before: ControlState | None = None
    after: ControlState | None = None
    gap: int | None = None
    owner: str | None = None
    due: date | None = None
    why: str | None = None
    subjects: tuple[Subject, ...] = ()
    subjects_total: int = 0
    to_do: tuple[str, ...] = ()
    link: str | None = None


Tell = Callable[..., Change]
"""Makes the change of one event from what is special about it."""


def change(entry: int, event: Event, context: Context) -> Change:
    """Tell one event; what the context does not know is left out.

    Raises:
        LookupError: events of this kind are not told.
    """
    kind = kind_of(event)
    tell = partial(
        Change, entry=entry, kind=kind, at=event.at, severity=severity_of(event, context)
    )
    match event:
        case ControlDrifted():
            return _drift(tell, event, context)
        case GapOpened() | GapReopened() | GapWidened() | GapClosed():
            return _gap(tell, event, kind.removeprefix("gap_"), context)
        case CollectorFailed() | CheckCrashed() | EvidenceStale() | AlertUndeliverable():
            return _blind(tell, event, context)
        case _:
            message = f"{kind} is not told in alerts"
            raise LookupError(message)


def _drift(tell: Tell, event: ControlDrifted, context: Context) -> Change:
    state = event.after.replace("_", " ")
    return tell(
        headline=f"{_called(event.control, context)} became {state}",
        improved=event.after in GOOD_NEWS,
        **_of_control(event.control, context),
        before=event.before,
        after=event.after,
        subjects=tuple(
            Subject(
                id=cause.subject,
                name=cause.name,
                scope=cause.scope,
                before=cause.before,
                after=cause.after,
            )
            for cause in event.causes
        ),
        subjects_total=len(event.causes),
        to_do=tuple(dict.fromkeys(_against(event, context))),
        link=_link(context, "controls", event.control),
    )


def _against(event: ControlDrifted, context: Context) -> Iterator[str]:
    """What a person does about the drift; nothing where it is good news."""
    if event.after in GOOD_NEWS:
        return
    for cause in event.causes:
        failed = cause.after is not None and cause.after.outcome is Outcome.FAILED
        if failed and cause.check in context.checks:
            yield context.checks[cause.check].remediation
    if event.after is not ControlState.DEFICIENT:
        yield BRING_BACK


OfGap = GapOpened | GapReopened | GapWidened | GapClosed


def _gap(tell: Tell, event: OfGap, verb: str, context: Context) -> Change:
    headline, link = f"Gap {event.number} {verb}", _link(context, "gaps", str(event.number))
    improved = isinstance(event, GapClosed)
    gap = _known(event, context)
    if gap is None:
        return tell(headline=headline, improved=improved, gap=event.number, link=link)
    subjects = tuple(_affected(event, gap))
    return tell(
        headline=f"{headline}: {plain(gap.issue)}",
        improved=improved,
        **_of_control(gap.control, context),
        gap=gap.number,
        owner=gap.owner,
        due=None if improved else gap.due,
        subjects=subjects,
        subjects_total=len(subjects),
        to_do=() if improved else (gap.recommended_action,),
        link=link,
    )


def _affected(event: OfGap, gap: KnownGap) -> Iterator[Subject]:
    """Those the event is about: what came under a wider gap, else all that are under it."""
    match event:
        case GapWidened():
            for cause in event.added:
                yield Subject(
                    id=cause.subject,
                    name=cause.name,
                    scope=cause.scope,
                    before=cause.before,
                    after=cause.after,
                )
        case GapOpened() | GapReopened():
            for one in gap.subjects:
                yield Subject(id=one.subject, name=one.name, scope=gap.scope, after=one.verdict)


def _known(event: OfGap, context: Context) -> KnownGap | None:
    """The gap as it stands; one that is not in the plan yet as its event describes it."""
    known = context.gaps.get(event.number)
    if known or not isinstance(event, GapOpened):
        return known
    check = context.checks.get(event.check or "")
    return KnownGap(
        number=event.number,
        control=event.control,
        scope=event.scope,
        issue=event.issue,
        subjects=(),
        severity=event.severity,
        owner=None,
        due=None,
        recommended_action=check.remediation if check else BRING_BACK,
    )


def _blind(
    tell: Tell,
    event: CollectorFailed | CheckCrashed | EvidenceStale | AlertUndeliverable,
    context: Context,
) -> Change:
    """Something that should look or tell does not."""
    match event:
        case CollectorFailed():
            headline = f"{event.collector} cannot read {plain(event.scope)}"
            why, to_do = plain(event.why), LOOK_CLOSER
        case CheckCrashed():
            headline = f"Check {event.check} crashed in {plain(event.scope)}"
            why, to_do = plain(event.why), REPORT_IT
        case EvidenceStale():
            headline = f"Evidence of {event.collector} in {plain(event.scope)} is stale"
            why, to_do = f"It was last taken {utc(event.observed_at)}", LOOK_CLOSER
        case AlertUndeliverable():
            times = f"{event.attempts} attempts"
            headline = f"A message to {plain(event.route)} was given up after {times}"
            entries = ", ".join(str(entry) for entry in event.about)
            why, to_do = plain(f"It told of log entries {entries}"), READ_INSTEAD
    return tell(headline=headline, why=why, to_do=(to_do,), link=context.link)


def _called(control: str, context: Context) -> str:
    known = context.controls.get(control)
    return f'{control} "{plain(known.title)}"' if known else control


def _of_control(control: str, context: Context) -> dict[str, object]:
    known = context.controls.get(control)
    if known is None:
        return {"control": control}
    return {"control": control, "control_title": known.title, "criteria": known.criteria}


def _link(context: Context, *path: str) -> str | None:
    return "/".join((context.link.rstrip("/"), *path)) if context.link else None
