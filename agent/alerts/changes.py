"""What an event means to a person: one change, told with everything needed to act on it."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import msgspec

from agent.alerts.context import GOOD_NEWS, Context, KnownGap, OfGap, severity_of
from agent.alerts.plain import plain, size, utc, who
from agent.alerts.routing import kind_of
from agent.gaps.acceptances import covered
from agent.gaps.events import (
    OF_COMPANY,
    AcceptanceAsked,
    AcceptanceExpired,
    AcceptanceWithdrawn,
    AlertDelayed,
    AlertUndeliverable,
    Cause,
    CheckCrashed,
    CheckRecovered,
    ClockSkewed,
    CollectorFailed,
    CollectorRecovered,
    ControlDrifted,
    ControlState,
    CredentialExpiring,
    DeadlineApproaching,
    DeadlineMissed,
    Event,
    EvidenceStale,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
    ScheduleMissed,
    StoreFilling,
    TicketsFailing,
    TroubleOver,
)
from checks.contract import Outcome, Severity, Verdict
from collectors.evidence.record import Instant

LOOK_CLOSER = 'Run "gapwatch doctor": it says what is missing.'
REPORT_IT = (
    "Report the crash; until it is repaired, what the check could not judge is undetermined."
)
BRING_BACK = (
    "Give back the access or the evidence that is missing: until then nobody knows whether the "
    "control holds."
)
READ_INSTEAD = 'Run "gapwatch doctor" to test the route; "gapwatch status" shows what it missed.'
ANSWER = (
    "Approve or refuse it on the page of acceptances; neither who asks nor who owns the gap can "
    "approve it."
)
ACCEPT_AGAIN = 'Or tolerate it for longer, with a reason: "gapwatch accept".'
START_AGAIN = "See whether the service runs, and whether a cycle hangs: its log says which."
RENEW = "Renew it before then: afterwards nothing behind it can be reached."
SET_THE_CLOCK = "Set this machine's clock by a time server: evidence carries its time."
MAKE_ROOM = "Give it more room, or set store.retention: without room no cycle can be kept."


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One subject of a change; id, name and values as the source gave them."""

    id: str
    name: str
    scope: str
    before: Verdict | None = None
    """`None` if it was not seen before, or if nobody compares."""
    after: Verdict | None = None
    """`None` if it is gone."""
    who_and_when: str | None = None
    """Who changed it and when, in one safe sentence."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the log in the words of an alert; webhooks get these fields."""

    entry: int
    """The number of the log entry."""
    kind: str
    at: Instant
    concerns: str
    """What it is about, the same for all that happens to it: `control/NET-02`."""
    headline: str
    """What changed, in one safe line."""
    severity: Severity | None = None
    improved: bool = False
    over: bool = False
    """Whether what it is about is good again by now, whatever is told here."""
    first: bool = False
    """Whether a control was assessed for the first time: a beginning, not a drift."""
    control: str | None = None
    control_title: str | None = None
    criteria: tuple[str, ...] = ()
    criteria_titles: tuple[str, ...] = ()
    """In our own words, one for each criterion; empty where it has none."""
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
        case DeadlineApproaching() | DeadlineMissed():
            tense = "is" if isinstance(event, DeadlineApproaching) else "was"
            return _gap(tell, event, f"{tense} due on {event.due}", context)
        case AcceptanceExpired() | AcceptanceWithdrawn():
            return _acceptance(tell, event, context)
        case AcceptanceAsked():
            return _asked(tell, event, entry, context)
        case _:
            return _of_ours(tell, event, context)


def _drift(tell: Tell, event: ControlDrifted, context: Context) -> Change:
    state = event.after.replace("_", " ")
    first = event.before is None
    return tell(
        concerns=f"control/{event.control}",
        headline=f"{_called(event.control, context)} {'is' if first else 'became'} {state}",
        improved=event.after in GOOD_NEWS,
        over=context.good(event.control),
        first=first,
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
                who_and_when=who(cause.origin, cause.scope),
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


def _gap(tell: Tell, event: OfGap, verb: str, context: Context) -> Change:
    headline, link = f"Gap {event.number} {verb}", _link(context, "gaps", str(event.number))
    improved = isinstance(event, GapClosed)
    gap = _known(event, context)
    if gap is None:
        concerns = f"gap/{event.number}"
        return tell(
            concerns=concerns, headline=headline, improved=improved, gap=event.number, link=link
        )
    subjects = tuple(_affected(event, gap))
    return tell(
        concerns=f"control/{gap.control}",
        headline=f"{headline}: {plain(gap.issue)}",
        improved=improved,
        over=context.good(gap.control),
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
                    who_and_when=who(gap.origin_of(cause.subject), gap.scope),
                )
        case GapOpened() | GapReopened() | DeadlineApproaching() | DeadlineMissed():
            for one in gap.subjects:
                yield Subject(
                    id=one.subject,
                    name=one.name,
                    scope=gap.scope,
                    after=one.verdict,
                    who_and_when=who(one.origin, gap.scope),
                )


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


def _asked(tell: Tell, event: AcceptanceAsked, entry: int, context: Context) -> Change:
    """Somebody asks that something be tolerated, and somebody else has to answer."""
    reason, meanwhile = (plain(text).rstrip(".") for text in (event.reason, event.compensating))
    headline = f"{plain(event.by)} asks that {plain(covered(event.covers))} be accepted"
    gap = context.gaps.get(event.gaps[0]) if len(event.gaps) == 1 else None
    of_gap = {"gap": gap.number, "owner": gap.owner, "due": gap.due} if gap else {}
    return tell(
        concerns=f"request/{entry}",
        headline=f"{headline} until {event.until}",
        why=f"The reason: {reason}. Meanwhile: {meanwhile}",
        **of_gap,
        **(_of_control(gap.control, context) if gap else {}),
        subjects=_found(event.causes),
        subjects_total=len(event.causes),
        to_do=(ANSWER,),
        link=_link(context, f"acceptances#asked-{entry}"),
    )


def _found(causes: tuple[Cause, ...]) -> tuple[Subject, ...]:
    return tuple(Subject(id=c.subject, name=c.name, scope=c.scope, after=c.after) for c in causes)


def _acceptance(
    tell: Tell, event: AcceptanceExpired | AcceptanceWithdrawn, context: Context
) -> Change:
    """What was tolerated is not any more, and stands open again."""
    gaps = [context.gaps[number] for number in event.gaps if number in context.gaps]
    actions = dict.fromkeys(gap.recommended_action for gap in gaps)
    named = ", ".join(f"gap {number}" for number in event.gaps)
    reopened = f" Open again: {named}." if named else ""
    ended = "is over" if isinstance(event, AcceptanceExpired) else "was withdrawn"
    causes = event.causes if isinstance(event, AcceptanceExpired) else ()
    return tell(
        concerns=f"acceptance/{event.number}",
        headline=f"Acceptance {event.number} by {plain(event.by)} {ended}",
        why=f"It said: {plain(event.reason)}.{reopened}".removesuffix("."),
        subjects=_found(causes),
        subjects_total=len(causes),
        to_do=(*actions, ACCEPT_AGAIN),
        link=_link(context, "gaps", str(event.gaps[0])) if event.gaps else context.link,
    )


def _of_ours(tell: Tell, event: Event, context: Context) -> Change:
    """Something that should look or tell does not, or does again.

    Raises:
        LookupError: events of this kind are not told.
    """
    match event:
        case CollectorFailed() | CollectorRecovered() | EvidenceStale():
            return _collector(tell, event, context)
        case CheckCrashed() | CheckRecovered():
            return _check(tell, event, context)
        case AlertDelayed() | AlertUndeliverable():
            return _route(tell, event, context)
        case TroubleOver():
            return tell(
                concerns=f"{event.trouble}/{event.what}",
                headline=OVER[event.trouble].format(plain(event.what)),
                improved=True,
                over=True,
                link=context.link,
            )
        case (
            ScheduleMissed()
            | CredentialExpiring()
            | ClockSkewed()
            | StoreFilling()
            | TicketsFailing()
        ):
            return _trouble(tell, event, context)
        case _:
            message = f"{kind_of(event)} is not told in alerts"
            raise LookupError(message)


OVER = {
    "alert_delayed": "{} takes messages again",
    "clock_skewed": "Our clock agrees with that of {} again",
    "credential_expiring": "{} no longer ends soon",
    "schedule_missed": "{} is read on schedule again",
    "store_filling": "The {} has room again",
    "tickets_failing": "{} takes tickets again",
}
"""How the end of each trouble is told."""


def _collector(
    tell: Tell, event: CollectorFailed | CollectorRecovered | EvidenceStale, context: Context
) -> Change:
    name, where = event.collector, plain(event.scope)
    about = partial(
        tell,
        concerns=f"collector/{name}/{event.scope}",
        over=not context.troubled(name, event.scope, "collector_failed", "evidence_stale"),
        link=context.link,
    )
    match event:
        case CollectorFailed():
            why = plain(event.why)
            return about(headline=f"{name} cannot read {where}", why=why, to_do=(LOOK_CLOSER,))
        case EvidenceStale():
            why = f"It was last taken {utc(event.observed_at)}"
            headline = f"Evidence of {name} in {where} is stale"
            return about(headline=headline, why=why, to_do=(LOOK_CLOSER,))
        case CollectorRecovered():
            return about(headline=f"{name} reads {where} again", improved=True)


def _check(tell: Tell, event: CheckCrashed | CheckRecovered, context: Context) -> Change:
    name, where = event.check, plain(event.scope)
    about = partial(
        tell,
        concerns=f"check/{name}/{event.scope}",
        over=not context.troubled(name, event.scope, "check_crashed"),
        link=context.link,
    )
    if isinstance(event, CheckRecovered):
        return about(headline=f"Check {name} answers in {where} again", improved=True)
    why = plain(event.why)
    return about(headline=f"Check {name} crashed in {where}", why=why, to_do=(REPORT_IT,))


def _route(tell: Tell, event: AlertDelayed | AlertUndeliverable, context: Context) -> Change:
    about = partial(
        tell,
        concerns=f"alert_delayed/{event.route}",
        over=not context.troubled(event.route, OF_COMPANY, "alert_delayed"),
        to_do=(READ_INSTEAD,),
        link=context.link,
    )
    if isinstance(event, AlertDelayed):
        since = f"It has waited since {utc(event.since)} and is tried again: {plain(event.why)}"
        return about(headline=f"A message to {plain(event.route)} is not taken", why=since)
    entries = ", ".join(str(entry) for entry in event.about)
    return about(
        headline=f"A message to {plain(event.route)} was given up after {event.attempts} attempts",
        why=plain(f"It told of log entries {entries}"),
    )


def _trouble(
    tell: Tell,
    event: ScheduleMissed | CredentialExpiring | ClockSkewed | StoreFilling | TicketsFailing,
    context: Context,
) -> Change:
    why: str | None = None
    match event:
        case ScheduleMissed():
            what, to_do = event.source, START_AGAIN
            headline = f"{what} was not read when it was due"
            last = event.last_read_at
            why = f"It was last read to the end {utc(last)}" if last else "It never was"
        case CredentialExpiring():
            what, to_do = event.what, RENEW
            headline = f"{plain(what)} ends {utc(event.expires_at)}"
        case ClockSkewed():
            what, to_do = event.connection, SET_THE_CLOCK
            headline = f"Our clock is {event.seconds:+d} s off that of {plain(what)}"
        case StoreFilling():
            what, to_do = "store", MAKE_ROOM
            headline = f"The store is running out of room: {size(event.free)} are left"
            why = f"It has {size(event.size)} and grows by {size(event.daily)} a day"
        case TicketsFailing():
            what, to_do = event.tracker, LOOK_CLOSER
            headline = f"{plain(what)} takes no tickets"
            why = f"They are tried again, and none is lost: {plain(event.why)}"
    kind = kind_of(event)
    return tell(
        concerns=f"{kind}/{what}",
        headline=headline,
        why=why,
        over=not context.troubled(what, OF_COMPANY, kind),
        to_do=(to_do,),
        link=context.link,
    )


def _called(control: str, context: Context) -> str:
    known = context.controls.get(control)
    return f'{control} "{plain(known.title)}"' if known else control


def _of_control(control: str, context: Context) -> dict[str, object]:
    known = context.controls.get(control)
    if known is None:
        return {"control": control}
    titles = (context.criteria.get(criterion, "") for criterion in known.criteria)
    return {
        "control": control,
        "control_title": known.title,
        "criteria": known.criteria,
        "criteria_titles": tuple(titles),
    }


def _link(context: Context, *path: str) -> str | None:
    return "/".join((context.link.rstrip("/"), *path)) if context.link else None
