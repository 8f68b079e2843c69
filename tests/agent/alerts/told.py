"""Builders of what is told: a test names only what it is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from agent.alerts.context import Affected, Context, KnownGap
from agent.gaps.events import (
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
    Covered,
    CredentialExpiring,
    DeadlineApproaching,
    DeadlineMissed,
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
from checks.access.storage import s3_public_access_blocked
from checks.contract import Severity, failed, passed
from tests.evidence import NOW

SCOPE = "aws:123456789012"
BUCKET = "arn:aws:s3:::invoices"
CLOSED = passed("all four settings are on")
OPEN = failed("2 of 4 settings are off", off=("block_public_acls", "ignore_public_acls"))
WHEN = {"at": NOW, "cycle": 3}


@dataclass(frozen=True)
class Control:
    title: str
    criteria: tuple[str, ...]
    area: str = "network"
    promise: str = "access"


def affected(subject=BUCKET, name="invoices", verdict=OPEN):
    return Affected(subject=subject, name=name, verdict=verdict)


def known_gap(number=12, *subjects, **fields):
    told = {
        "control": "NET-02",
        "scope": SCOPE,
        "issue": "S3 buckets block public access: not so everywhere",
        "severity": Severity.CRITICAL,
        "owner": "alice@acme.test",
        "due": date(2026, 12, 7),
        "recommended_action": s3_public_access_blocked.remediation,
    }
    return KnownGap(number=number, subjects=subjects or (affected(),), **told | fields)


def context(*gaps, **fields):
    told = {
        "company": "Acme",
        "link": "https://gapwatch.acme.test",
        "controls": {"NET-02": Control("Storage is closed to the public", ("CC6.1", "CC6.6"))},
        "checks": {s3_public_access_blocked.id: s3_public_access_blocked},
        "gaps": {gap.number: gap for gap in gaps or (known_gap(),)},
        "criteria": {"CC6.1": "Logical access protection", "CC6.6": "Outside threats"},
    }
    return Context(**told | fields)


def gap_opened(number=12, severity=Severity.CRITICAL):
    return GapOpened(
        **WHEN,
        number=number,
        check=s3_public_access_blocked.id,
        control="NET-02",
        scope=SCOPE,
        subject=None,
        issue="S3 buckets block public access: not so everywhere",
        severity=severity,
    )


def gap_reopened(number=12):
    return GapReopened(**WHEN, number=number)


def gap_widened(number=12):
    added = Cause(
        check="aws.s3.public-access-blocked",
        scope="aws:123456789012",
        subject="arn:aws:s3:::exports",
        name="exports",
        before=passed("all four settings are on"),
        after=failed("2 of 4 settings are off", off=("block_public_acls",)),
    )
    return GapWidened(**WHEN, number=number, added=(added,))


def gap_closed(number=12):
    return GapClosed(**WHEN, number=number)


def cause(subject=BUCKET, name="invoices", before=CLOSED, after=OPEN):
    return Cause(
        check=s3_public_access_blocked.id,
        scope=SCOPE,
        subject=subject,
        name=name,
        before=before,
        after=after,
    )


def drifted(*causes, before=ControlState.EFFECTIVE, after=ControlState.DEFICIENT, control="NET-02"):
    """A first assessment names no causes."""
    causes = () if before is None else causes or (cause(),)
    return ControlDrifted(**WHEN, control=control, before=before, after=after, causes=causes)


def collector_failed(why="sts:GetCallerIdentity: ExpiredToken"):
    return CollectorFailed(
        **WHEN, connection="production", collector="aws.s3.buckets", scope=SCOPE, why=why
    )


def check_crashed():
    return CheckCrashed(**WHEN, check="aws.s3.public-access-blocked", scope=SCOPE, why="KeyError")


def evidence_stale():
    taken = NOW - timedelta(days=2)
    return EvidenceStale(**WHEN, collector="aws.iam.users", scope=SCOPE, observed_at=taken)


def undeliverable(route="env:SLACK_URL"):
    return AlertUndeliverable(**WHEN, message="M-1", route=route, about=(4, 5), attempts=9)


def collector_recovered():
    return CollectorRecovered(
        **WHEN, connection="production", collector="aws.s3.buckets", scope=SCOPE
    )


def check_recovered():
    return CheckRecovered(**WHEN, check="aws.s3.public-access-blocked", scope=SCOPE)


def schedule_missed(source="aws"):
    return ScheduleMissed(**WHEN, source=source, last_read_at=NOW - timedelta(hours=5))


def credential_expiring():
    ends = NOW + timedelta(days=9)
    return CredentialExpiring(**WHEN, what="github:acme token", expires_at=ends)


def clock_skewed():
    return ClockSkewed(**WHEN, connection="aws:production", seconds=-90)


def store_filling():
    return StoreFilling(**WHEN, size=42_000_000_000, free=900_000_000, daily=110_000_000)


def tickets_failing():
    why = "GitHub refused to open an issue: 403"
    return TicketsFailing(**WHEN, tracker="github:acme/security", why=why)


def delayed(route="env:SLACK_URL"):
    since = NOW - timedelta(hours=2)
    why = "the receiver answered 503"
    return AlertDelayed(**WHEN, route=route, message="M-1", since=since, why=why)


def over(trouble="clock_skewed", what="aws:production"):
    return TroubleOver(**WHEN, trouble=trouble, what=what)


def approaching(number=12):
    due = date(2026, 12, 7)
    return DeadlineApproaching(**WHEN, number=number, due=due, owner="alice@acme.test")


def missed(number=12):
    due = date(2026, 11, 22)
    return DeadlineMissed(**WHEN, number=number, due=due, owner="alice@acme.test")


ACCEPTED = {"number": 3, "by": "bob@acme.test", "findings": ("f1",), "gaps": (12,)}


def acceptance_asked(**covers):
    return AcceptanceAsked(
        **WHEN,
        covers=Covered(**covers or {"gap": 12}),
        by="bob@acme.test",
        reason="it moves next week",
        compensating="nothing but published pages",
        until=date(2026, 12, 20),
        gaps=(12,),
        causes=(cause(before=None),),
    )


def acceptance_expired():
    return AcceptanceExpired(
        **WHEN,
        **ACCEPTED,
        until=date(2026, 11, 22),
        reason="until the migration is over",
        causes=(cause(before=None),),
    )


def acceptance_withdrawn():
    return AcceptanceWithdrawn(**WHEN, **ACCEPTED, reason="the supplier is gone")
