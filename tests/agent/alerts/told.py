"""Builders of what is told: a test names only what it is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from agent.alerts.context import Affected, Context, KnownGap
from agent.gaps.events import (
    AlertUndeliverable,
    Cause,
    CheckCrashed,
    CollectorFailed,
    ControlDrifted,
    ControlState,
    EvidenceStale,
    GapClosed,
    GapOpened,
    GapReopened,
    GapWidened,
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


def drifted(*causes, before=ControlState.EFFECTIVE, after=ControlState.DEFICIENT):
    return ControlDrifted(
        **WHEN, control="NET-02", before=before, after=after, causes=causes or (cause(),)
    )


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
