"""A store as cycles leave it, written event by event: a test names only what it is about."""

from contextlib import contextmanager
from datetime import timedelta

import msgspec

from agent.estate import Estate
from agent.gaps.events import (
    Cause,
    CollectorFailed,
    ControlDrifted,
    ControlState,
    CycleFinished,
    CycleStarted,
    EvidenceKept,
    FindingOpened,
    GapClosed,
    GapOpened,
    Judged,
)
from agent.registry import all_checks
from agent.settings.configuration import WebSettings
from agent.settings.loading import load_settings
from agent.store.evidence import keep_assessments
from checks.access.storage import s3_public_access_blocked
from checks.contract import failed, passed
from checks.evaluation import Assessment, Result, conclude
from tests.evidence import NOW

SCOPE = "aws:123456789012"
BUCKET = "arn:aws:s3:::invoices"
CLOSED = passed("all four settings are on")
OPEN = failed("2 of 4 settings are off", off=("block_public_acls", "ignore_public_acls"))
CHECK = s3_public_access_blocked
ISSUE = "S3 buckets block public access: not so everywhere"
COLLECTOR = "aws.s3.buckets"
HOSTILE = "<img src=x onerror=alert(1)>\N{RIGHT-TO-LEFT OVERRIDE}evil"
CONFIGURATION = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security, availability, confidentiality]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents:
    - {name: policies, path: ./policies, registers: ./registers}
owners: {access: alice@acme.test}
"""


def estate(folder, *, now=NOW, configuration=CONFIGURATION, **web):
    """A company whose page takes any free port, unless told otherwise."""
    path = folder / "gapwatch.yaml"
    path.write_text(configuration)
    settings = load_settings(path, all_checks())
    web = WebSettings(**{"port": 0} | web)
    settings = msgspec.structs.replace(settings, web=web)
    return Estate(settings=settings, environment={}, clock=lambda: now)


class Kept:
    """Appends what happened; each method is one thing that a cycle does."""

    def __init__(self, store, versions="0" * 64):
        self.store, self.versions = store, versions
        self.at = NOW - timedelta(minutes=5)
        self.number = 0

    def append(self, *events):
        with self.store.transaction() as writer:
            return writer.append(events)

    @contextmanager
    def cycle(self, *, new_gaps=(), drifted=(), incomplete=0, finished=True):
        self.number += 1
        self.at += timedelta(seconds=10)
        started = CycleStarted(
            **self.when, trigger="schedule", sources=("aws",), versions=self.versions
        )
        self.append(started)
        yield self
        self.at += timedelta(seconds=42)
        if finished:
            self.append(
                CycleFinished(
                    **self.when,
                    calls=12,
                    units=1,
                    new_gaps=new_gaps,
                    drifted=drifted,
                    incomplete=incomplete,
                )
            )

    @property
    def when(self):
        return {"at": self.at, "cycle": self.number}

    def evidence(
        self,
        *results,
        check=CHECK,
        scope=SCOPE,
        collector=COLLECTOR,
        omissions=(),
        observed_at=None,
        controls=(),
    ):
        """A snapshot, and what one check said of it: results are names with their verdicts."""
        told = tuple(
            Result(f"arn:aws:s3:::{name}", name, verdict, controls=controls)
            for name, verdict in results
        )
        outcomes = {verdict.outcome for _, verdict in results}
        conclusion = conclude(outcomes, whole=not omissions)
        assessment = Assessment(
            check=check.id, scope=scope, results=told, omissions=omissions, conclusion=conclusion
        )
        self.append(
            EvidenceKept(
                **self.when,
                connection="production",
                collector=collector,
                scope=scope,
                identity="arn:aws:iam::123456789012:role/GapwatchReadOnly",
                observed_at=observed_at or self.at,
                records=len(told),
                records_digest=self.store.blobs.put(b"[]"),
                answers=(),
                circumstances="",
                calls=4,
                assessments=keep_assessments(self.store.blobs, [assessment]),
                judged=(Judged(check=check.id, conclusion=conclusion),),
                omissions=omissions,
            )
        )

    def gap(self, number, *names, control="NET-02", check=CHECK, verdict=OPEN, issue=ISSUE, **told):
        """A gap with one open finding for each name."""
        opened = GapOpened(
            **self.when,
            number=number,
            check=check.id if check else None,
            control=control,
            scope=SCOPE if check else "company",
            subject=None,
            issue=issue,
            **{"severity": CHECK.severity} | told,
        )
        self.append(
            opened,
            *(
                FindingOpened(
                    **self.when,
                    finding=f"{number}-{position}",
                    check=check.id,
                    scope=SCOPE,
                    subject=f"arn:aws:s3:::{name}",
                    name=name,
                    lasting="condition",
                    severity=opened.severity,
                    before=CLOSED,
                    verdict=verdict,
                    gap=number,
                )
                for position, name in enumerate(names)
            ),
        )

    def close_gap(self, number):
        self.append(GapClosed(**self.when, number=number))

    def state(self, control, after, before=None, *causes):
        """A control's state; the first is a beginning, every later one a drift."""
        drifted = ControlDrifted(
            **self.when, control=control, before=before, after=ControlState(after), causes=causes
        )
        self.append(drifted)

    def crash(self, collector, why):
        failure = CollectorFailed(
            **self.when, connection="production", collector=collector, scope=SCOPE, why=why
        )
        self.append(failure)


def cause(name="invoices", before=CLOSED, after=OPEN):
    return Cause(
        check=CHECK.id,
        scope=SCOPE,
        subject=f"arn:aws:s3:::{name}",
        name=name,
        before=before,
        after=after,
    )
