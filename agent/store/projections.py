"""What the log adds up to: every state is a fold over its entries, here and nowhere else."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby, islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, update

from agent.gaps import events as e
from agent.gaps.states import ALL_CONTROLS
from agent.store import schema
from agent.store.log import kind
from agent.store.rows import insert_rows, json_text, moment

Row = dict[str, Any]
Entry = tuple[int, e.Event]

CHUNK = 5_000


def apply(connection: Connection, entries: Iterable[Entry]) -> None:
    """Bring the projections up to date; entries of one kind in a row are written together."""
    for name, run in groupby(entries, key=lambda entry: kind(entry[1])):
        project = _PROJECT.get(name)
        if project is not None:
            project(connection, list(run))


def work_out(connection: Connection, entries: Iterable[Entry]) -> int:
    """Bring empty projections to where the whole log leads; returns the number of entries read."""
    count = 0
    remaining = iter(entries)
    while chunk := list(islice(remaining, CHUNK)):
        apply(connection, chunk)
        count += len(chunk)
    return count


def clear(connection: Connection) -> None:
    """Forget every projection; `apply` on the whole log brings the same back."""
    for table in schema.PROJECTIONS:
        connection.execute(delete(table))


def _cycle_started(connection: Connection, entries: Sequence[Entry]) -> None:
    rows = [
        {
            "cycle": event.cycle,
            "trigger": event.trigger,
            "sources": event.sources,
            "started_at": moment(event.at),
        }
        for _, event in entries
        if isinstance(event, e.CycleStarted)
    ]
    connection.execute(insert(schema.cycles), rows)


def _cycle_finished(connection: Connection, entries: Sequence[Entry]) -> None:
    finished = [event for _, event in entries if isinstance(event, e.CycleFinished)]
    for event in finished:
        connection.execute(
            update(schema.cycles)
            .where(schema.cycles.c.cycle == event.cycle)
            .values(
                finished_at=moment(event.at),
                calls=event.calls,
                units=event.units,
                incomplete=event.incomplete,
                new_gaps=event.new_gaps,
                drifted=event.drifted,
            )
        )


def _evidence_kept(connection: Connection, entries: Sequence[Entry]) -> None:
    kept = [(number, event) for number, event in entries if isinstance(event, e.EvidenceKept)]
    newest = {(event.collector, event.scope): number for number, event in kept}
    _no_longer_latest(connection, list(newest))
    connection.execute(
        insert(schema.snapshots),
        [
            {
                "number": number,
                "cycle": event.cycle,
                "connection": event.connection,
                "collector": event.collector,
                "scope": event.scope,
                "first_observed_at": moment(event.observed_at),
                "observed_at": moment(event.observed_at),
                "records": event.records,
                "records_digest": event.records_digest,
                "calls": event.calls,
                "assessments": event.assessments,
                "omissions": event.omissions,
                "reached": event.reached,
                "latest": newest[event.collector, event.scope] == number,
            }
            for number, event in kept
        ],
    )
    concluded = {
        (judged.check, event.scope): _standing_rows(number, event, judged)
        for number, event in kept
        for judged in event.judged
    }
    if concluded:
        _delete_rows(connection, schema.standing, [{"check": c, "scope": s} for c, s in concluded])
        connection.execute(
            insert(schema.standing), [row for rows in concluded.values() for row in rows]
        )


def _evidence_unchanged(connection: Connection, entries: Sequence[Entry]) -> None:
    again = [
        {
            "of_number": number,
            "seen_at": moment(event.began + timedelta(milliseconds=offset)),
            "in_cycle": event.cycle,
        }
        for _, event in entries
        if isinstance(event, e.EvidenceUnchanged)
        for number, offset in event.same
    ]
    connection.execute(
        update(schema.snapshots)
        .where(schema.snapshots.c.number == bindparam("of_number"))
        .values(observed_at=bindparam("seen_at"), cycle=bindparam("in_cycle")),
        again,
    )
    connection.execute(
        update(schema.standing)
        .where(schema.standing.c.snapshot == bindparam("of_number"))
        .values(observed_at=bindparam("seen_at")),
        again,
    )


def _standing_rows(number: int, event: e.EvidenceKept, judged: e.Judged) -> list[Row]:
    """One row for each control the check speaks of; `*` where it speaks of all alike."""
    conclusions = judged.by_control or {ALL_CONTROLS: judged.conclusion}
    return [
        {
            "check": judged.check,
            "scope": event.scope,
            "control": control,
            "conclusion": conclusion.value,
            "observed_at": moment(event.observed_at),
            "collector": event.collector,
            "snapshot": number,
            "doubtful": judged.doubtful,
            "tested": judged.tested,
        }
        for control, conclusion in conclusions.items()
    ]


def _scope_left(connection: Connection, entries: Sequence[Entry]) -> None:
    gone = [
        {"collector": event.collector, "scope": event.scope}
        for _, event in entries
        if isinstance(event, e.ScopeLeft)
    ]
    _no_longer_latest(connection, [(row["collector"], row["scope"]) for row in gone])
    _delete_rows(connection, schema.standing, gone)
    _delete_rows(
        connection,
        schema.troubles,
        [{"what": row["collector"], "scope": row["scope"]} for row in gone],
    )


def _check_retired(connection: Connection, entries: Sequence[Entry]) -> None:
    retired = [
        {"check": event.check, "scope": event.scope}
        for _, event in entries
        if isinstance(event, e.CheckRetired)
    ]
    _delete_rows(connection, schema.standing, retired)
    _delete_rows(
        connection,
        schema.troubles,
        [{"what": row["check"], "scope": row["scope"]} for row in retired],
    )


def _finding_opened(connection: Connection, entries: Sequence[Entry]) -> None:
    rows = [
        (
            event.finding,
            event.check,
            event.scope,
            event.subject,
            event.name,
            event.lasting,
            event.severity.value,
            "open",
            moment(event.at),
            1,
            event.gap,
            json_text(event.verdict),
            moment(event.occurred_at) if event.occurred_at else None,
            json_text(event.tags),
        )
        for _, event in entries
        if isinstance(event, e.FindingOpened)
    ]
    insert_rows(connection, schema.findings, OPENED, rows)


def _finding_reopened(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(
        update(schema.findings)
        .where(schema.findings.c.id == bindparam("finding"))
        .values(
            state="open",
            closed_at=None,
            how_closed=None,
            name=bindparam("new_name"),
            gap=bindparam("new_gap"),
            opened_at=bindparam("at"),
            verdict=bindparam("new_verdict", type_=schema.findings.c.verdict.type),
            tags=bindparam("new_tags", type_=schema.findings.c.tags.type),
            times_opened=schema.findings.c.times_opened + 1,
        ),
        [
            {
                "finding": event.finding,
                "new_name": event.name,
                "new_gap": event.gap,
                "at": moment(event.at),
                "new_verdict": event.verdict,
                "new_tags": event.tags,
            }
            for _, event in entries
            if isinstance(event, e.FindingReopened)
        ],
    )


def _finding_changed(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(
        update(schema.findings)
        .where(schema.findings.c.id == bindparam("finding"))
        .values(
            name=bindparam("new_name"),
            verdict=bindparam("new_verdict", type_=schema.findings.c.verdict.type),
        ),
        [
            {"finding": event.finding, "new_name": event.name, "new_verdict": event.verdict}
            for _, event in entries
            if isinstance(event, e.FindingChanged)
        ],
    )


def _finding_retagged(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(
        update(schema.findings)
        .where(schema.findings.c.id == bindparam("finding"))
        .values(tags=bindparam("new_tags", type_=schema.findings.c.tags.type)),
        [
            {"finding": event.finding, "new_tags": event.tags}
            for _, event in entries
            if isinstance(event, e.FindingRetagged)
        ],
    )


def _finding_closed(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(
        update(schema.findings)
        .where(schema.findings.c.id == bindparam("finding"))
        .values(
            state="closed",
            closed_at=bindparam("at"),
            how_closed=bindparam("how"),
            acceptance=None,
        ),
        [
            {"finding": event.finding, "at": moment(event.at), "how": event.how}
            for _, event in entries
            if isinstance(event, e.FindingClosed)
        ],
    )


def _gap_opened(connection: Connection, entries: Sequence[Entry]) -> None:
    rows = [
        {
            "number": event.number,
            "check": event.check,
            "control": event.control,
            "scope": event.scope,
            "subject": event.subject,
            "issue": event.issue,
            "severity": event.severity.value,
            "state": "open",
            "opened_at": moment(event.at),
            "since_cycle": event.cycle,
            "since": moment(event.at),
        }
        for _, event in entries
        if isinstance(event, e.GapOpened)
    ]
    connection.execute(insert(schema.gaps), rows)


def _gap_reopened(connection: Connection, entries: Sequence[Entry]) -> None:
    """What was agreed of its date is over with its first closing; whoever was assigned stays."""
    connection.execute(
        update(schema.gaps)
        .where(schema.gaps.c.number == bindparam("gap"))
        .values(
            state="open",
            closed_at=None,
            since_cycle=bindparam("new_cycle"),
            since=bindparam("at"),
            due=None,
            reminded_of=None,
            missed=None,
        ),
        [
            {"gap": event.number, "new_cycle": event.cycle, "at": moment(event.at)}
            for _, event in entries
            if isinstance(event, e.GapReopened)
        ],
    )


def _gap_closed(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(
        update(schema.gaps)
        .where(schema.gaps.c.number == bindparam("gap"))
        .values(state="closed", closed_at=bindparam("at")),
        [
            {"gap": event.number, "at": moment(event.at)}
            for _, event in entries
            if isinstance(event, e.GapClosed)
        ],
    )


def _gap_assigned(connection: Connection, entries: Sequence[Entry]) -> None:
    for _, event in entries:
        if isinstance(event, e.GapAssigned):
            said = {"owner": event.owner, "due": _day(event.due), "note": event.note}
            _of_gap(
                connection,
                event.number,
                assigned_by=event.by,
                assigned_at=moment(event.at),
                **{name: value for name, value in said.items() if value is not None},
            )


def _deadline_told(connection: Connection, entries: Sequence[Entry]) -> None:
    for _, event in entries:
        match event:
            case e.DeadlineApproaching():
                _of_gap(connection, event.number, reminded_of=_day(event.due))
            case e.DeadlineMissed():
                _of_gap(connection, event.number, missed=_day(event.due))


def _of_gap(connection: Connection, number: int, **values: str | None) -> None:
    table = schema.gaps
    connection.execute(update(table).where(table.c.number == number).values(**values))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _acceptance_given(connection: Connection, entries: Sequence[Entry]) -> None:
    given = [event for _, event in entries if isinstance(event, e.AcceptanceGiven)]
    connection.execute(
        insert(schema.acceptances),
        [
            {
                "number": event.number,
                "covers": event.covers,
                "by": event.by,
                "approver": event.approver,
                "reason": event.reason,
                "compensating": event.compensating,
                "until": event.until.isoformat(),
                "given_at": moment(event.at),
                "state": "active",
                "file": event.file,
            }
            for event in given
        ],
    )
    _accept(connection, [(event.number, event.findings) for event in given])
    of_gaps = [{"of": event.covers.gap, "to": event.number} for event in given if event.covers.gap]
    table = schema.gaps
    if of_gaps:
        connection.execute(
            update(table)
            .where(table.c.number == bindparam("of"), table.c.check.is_(None))
            .values(acceptance=bindparam("to")),
            of_gaps,
        )


def _findings_accepted(connection: Connection, entries: Sequence[Entry]) -> None:
    _accept(
        connection,
        [
            (event.acceptance, event.findings)
            for _, event in entries
            if isinstance(event, e.FindingsAccepted)
        ],
    )


def _accept(connection: Connection, given: Iterable[tuple[int, tuple[str, ...]]]) -> None:
    rows = [{"of": finding, "to": number} for number, findings in given for finding in findings]
    table = schema.findings
    if rows:
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("of"))
            .values(state="accepted", acceptance=bindparam("to")),
            rows,
        )


def _acceptance_ended(connection: Connection, entries: Sequence[Entry]) -> None:
    for _, event in entries:
        match event:
            case e.AcceptanceExpired():
                _end(connection, event, state="expired")
            case e.AcceptanceWithdrawn():
                said = {"ended_by": event.by, "ended_why": event.reason}
                _end(connection, event, state="withdrawn", **said)


def _end(
    connection: Connection, event: e.AcceptanceExpired | e.AcceptanceWithdrawn, **values: str
) -> None:
    """What an acceptance covered is open again."""
    acceptances, findings, gaps = schema.acceptances, schema.findings, schema.gaps
    connection.execute(
        update(acceptances)
        .where(acceptances.c.number == event.number)
        .values(ended_at=moment(event.at), **values)
    )
    connection.execute(
        update(findings)
        .where(findings.c.acceptance == event.number)
        .values(state="open", acceptance=None)
    )
    connection.execute(
        update(gaps).where(gaps.c.acceptance == event.number).values(acceptance=None)
    )


def _finding_explained(connection: Connection, entries: Sequence[Entry]) -> None:
    table = schema.findings
    connection.execute(
        update(table)
        .where(table.c.id == bindparam("finding"))
        .values(
            state="explained",
            acceptance=None,
            explained_by=bindparam("who"),
            explanation=bindparam("why"),
        ),
        [
            {"finding": event.finding, "who": event.by, "why": event.reason}
            for _, event in entries
            if isinstance(event, e.FindingExplained)
        ],
    )


def _control_drifted(connection: Connection, entries: Sequence[Entry]) -> None:
    rows = [
        {"control": event.control, "state": event.after.value, "since": moment(event.at)}
        for _, event in entries
        if isinstance(event, e.ControlDrifted)
    ]
    _delete_rows(connection, schema.controls, [{"control": row["control"]} for row in rows])
    connection.execute(insert(schema.controls), rows)


def _origins_traced(connection: Connection, entries: Sequence[Entry]) -> None:
    newest = {
        (one.check, one.scope, one.subject): one
        for _, event in entries
        if isinstance(event, e.OriginsTraced)
        for one in event.traced
    }
    rows = [
        {"check": check, "scope": scope, "subject": subject} for check, scope, subject in newest
    ]
    _delete_rows(connection, schema.origins, rows)
    insert_rows(
        connection,
        schema.origins,
        ("check", "scope", "subject", "origin"),
        [(*key, json_text(one.origin)) for key, one in newest.items()],
    )


def _trouble(connection: Connection, entries: Sequence[Entry]) -> None:
    rows = [row for _, event in entries for row in _trouble_row(event)]
    _delete_rows(
        connection,
        schema.troubles,
        [{name: row[name] for name in ("kind", "what", "scope")} for row in rows],
    )
    connection.execute(insert(schema.troubles), rows)


def _trouble_row(event: e.Event) -> Iterable[Row]:
    match event:
        case e.CollectorFailed():
            yield _row("collector_failed", event.collector, event.scope, event.at, event.why)
        case e.CheckCrashed():
            yield _row("check_crashed", event.check, event.scope, event.at, event.why)
        case e.EvidenceStale():
            why = f"last read at {msgspec.to_builtins(event.observed_at)}"
            yield _row("evidence_stale", event.collector, event.scope, event.at, why)
        case e.TicketsFailing():
            yield _row("tickets_failing", event.tracker, e.OF_COMPANY, event.at, event.why)
        case e.AlertDelayed():
            yield _row("alert_delayed", event.route, e.OF_COMPANY, event.since, event.why)
        case e.ScheduleMissed():
            yield _row("schedule_missed", event.source, e.OF_COMPANY, event.at, _missed(event))
        case e.CredentialExpiring():
            why = f"it ends at {moment(event.expires_at)}"
            yield _row("credential_expiring", event.what, e.OF_COMPANY, event.at, why)
        case e.ClockSkewed():
            why = f"our clock is {event.seconds:+d} s off"
            yield _row("clock_skewed", event.connection, e.OF_COMPANY, event.at, why)
        case e.StoreFilling():
            why = f"{event.free} bytes are free, and it grows by {event.daily} a day"
            yield _row("store_filling", "store", e.OF_COMPANY, event.at, why)


def _missed(event: e.ScheduleMissed) -> str:
    """Since when a source was not read."""
    last = event.last_read_at
    return f"last read to the end at {moment(last)}" if last else "never read to the end"


def _row(kind: str, what: str, scope: str, at: Any, why: str) -> Row:
    return {"kind": kind, "what": what, "scope": scope, "since": moment(at), "why": why}


def _recovered(connection: Connection, entries: Sequence[Entry]) -> None:
    for _, event in entries:
        match event:
            case e.CollectorRecovered():
                what, scope = event.collector, event.scope
                kinds = ["collector_failed", "evidence_stale"]
            case e.CheckRecovered():
                what, scope, kinds = event.check, event.scope, ["check_crashed"]
            case e.TroubleOver():
                what, scope, kinds = event.what, e.OF_COMPANY, [event.trouble]
            case _:
                continue
        over = [{"kind": kind, "what": what, "scope": scope} for kind in kinds]
        _delete_rows(connection, schema.troubles, over)


def _no_longer_latest(connection: Connection, of: list[tuple[str, str]]) -> None:
    table = schema.snapshots
    connection.execute(
        update(table)
        .where(
            and_(
                table.c.collector == bindparam("of_collector"),
                table.c.scope == bindparam("of_scope"),
                table.c.latest,
            )
        )
        .values(latest=False),
        [{"of_collector": collector, "of_scope": scope} for collector, scope in of],
    )


def _delete_rows(connection: Connection, table: Table, rows: list[Row]) -> None:
    if not rows:
        return
    matches = [table.c[name] == bindparam(f"of_{name}") for name in rows[0]]
    connection.execute(
        delete(table).where(and_(*matches)),
        [{f"of_{name}": value for name, value in row.items()} for row in rows],
    )


OPENED = (
    *("id", "check", "scope", "subject", "name", "lasting", "severity", "state", "opened_at"),
    *("times_opened", "gap", "verdict", "occurred_at", "tags"),
)
"""The columns of a finding when it opens; the others are still empty."""

_PROJECT: dict[str, Callable[[Connection, Sequence[Entry]], None]] = {
    "cycle_started": _cycle_started,
    "cycle_finished": _cycle_finished,
    "evidence_kept": _evidence_kept,
    "evidence_unchanged": _evidence_unchanged,
    "scope_left": _scope_left,
    "check_retired": _check_retired,
    "finding_opened": _finding_opened,
    "finding_reopened": _finding_reopened,
    "finding_changed": _finding_changed,
    "finding_retagged": _finding_retagged,
    "finding_closed": _finding_closed,
    "gap_opened": _gap_opened,
    "gap_reopened": _gap_reopened,
    "gap_closed": _gap_closed,
    "gap_assigned": _gap_assigned,
    "deadline_approaching": _deadline_told,
    "deadline_missed": _deadline_told,
    "acceptance_given": _acceptance_given,
    "findings_accepted": _findings_accepted,
    "acceptance_expired": _acceptance_ended,
    "acceptance_withdrawn": _acceptance_ended,
    "finding_explained": _finding_explained,
    "control_drifted": _control_drifted,
    "origins_traced": _origins_traced,
    "collector_failed": _trouble,
    "check_crashed": _trouble,
    "evidence_stale": _trouble,
    "alert_delayed": _trouble,
    "schedule_missed": _trouble,
    "credential_expiring": _trouble,
    "clock_skewed": _trouble,
    "store_filling": _trouble,
    "trouble_over": _recovered,
    "collector_recovered": _recovered,
    "check_recovered": _recovered,
    "tickets_failing": _trouble,
}
