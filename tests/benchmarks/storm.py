"""A hundred thousand findings of which some change in one cycle: built once, then timed alone.

It runs as a program of its own, so that its memory is not the tests' memory.
"""

import json
import re
import sqlite3
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from agent.announcing import announcer, outbox
from agent.collect import Taken
from agent.conclude import conclude_controls
from agent.estate import Estate
from agent.gaps import events as e
from agent.gaps.causes import Causes
from agent.gaps.events import OF_COMPANY
from agent.gaps.lifecycle import GapBook, Moment
from agent.gaps.origins import NOBODY_FOUND
from agent.judging import Judging
from agent.places import Places
from agent.plan import plan
from agent.settings.loading import load_settings
from agent.store import earlier, queries
from agent.store.store import Store
from agent.tracing import Tracing, drifted, with_origins
from checks.access.storage import s3_public_access_blocked
from checks.evaluation import assess
from collectors.aws.s3 import s3_buckets
from collectors.evidence.aws.s3 import PublicAccessBlock, S3Bucket
from collectors.evidence.record import Snapshot
from collectors.evidence.trails import Deed
from collectors.transcript import Transcript
from tests.evidence import NOW

CONFIGURATION = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  aws: [{name: production, profile: nobody}]
alerts:
  - {to: "env:CHAT"}
  - {to: "env:MAIL", when: [gap_widened, control_drifted], digest: daily, owners: [ann@acme.test]}
owners: {default: ann@acme.test, "tag:team=data": data@acme.test}
tickets: {github: {repository: acme/security, token: "env:TICKETS"}}
"""
SHUT = PublicAccessBlock(
    block_public_acls=True,
    ignore_public_acls=True,
    block_public_policy=True,
    restrict_public_buckets=True,
)


def bucket(scope, number, *, shut=False):
    name = f"bucket-{scope:02}-{number:06}"
    return S3Bucket(
        id=f"arn:aws:s3:::{name}",
        name=name,
        account_id=f"{scope:012}",
        bucket_block=SHUT if shut else None,
        account_block=None,
        object_ownership=None,
        policy_is_public=None,
        public_grants=frozenset(),
    )


@dataclass
class Storm:
    """A company with so many findings, and what changes of them."""

    folder: Path
    findings: int
    changes: int
    scopes: int

    def company(self):
        path = self.folder / "gapwatch.yaml"
        path.write_text(CONFIGURATION)
        settings = load_settings(path, {s3_public_access_blocked.id: s3_public_access_blocked})
        return Estate(settings=settings, environment={}, clock=lambda: NOW + timedelta(hours=2))

    def store(self):
        return Store.open(f"sqlite:///{self.folder}/gapwatch.db", self.folder / "kept", create=True)

    def taken(self, scope, *, changed):
        each, half = self.findings // self.scopes, self.changes // self.scopes // 2
        repaired = range(half) if changed else ()
        count = each + half if changed else each
        records = tuple(bucket(scope, number, shut=number in repaired) for number in range(count))
        snapshot = Snapshot(
            collector=s3_buckets.id,
            scope=f"aws:{scope:012}",
            observed_at=NOW + timedelta(hours=changed),
            transcripts=(),
            records=records,
        )
        return Taken(
            connection="production",
            identity="nobody",
            snapshot=snapshot,
            transcript=Transcript(()),
            yields=S3Bucket,
            failure=None,
        )

    def judging(self, company, store, writer, cycle, scope):
        return Judging(
            connection=writer.connection,
            blobs=store.blobs,
            plan=plan([s3_public_access_blocked], [s3_buckets], [], sources={"aws"}),
            rules=company.rules(store),
            book=book(writer, scope),
            moment=Moment(at=NOW + timedelta(hours=cycle), cycle=cycle),
        )

    def build(self):
        """The findings, without an alert."""
        company, store = self.company(), self.store()
        for scope in range(self.scopes):
            with store.transaction() as writer:
                taken = self.taken(scope, changed=False)
                judging = self.judging(company, store, writer, 1, taken.snapshot.scope)
                writer.append(judging.judge(taken))
        with store.transaction() as writer:
            writer.append(
                [
                    e.OriginsTraced(at=NOW, cycle=1, traced=tuple(self.traced())),
                    e.CycleFinished(
                        at=NOW, cycle=1, calls=0, units=0, new_gaps=(), drifted=(), incomplete=0
                    ),
                ]
            )

    def traced(self):
        """A tenth of the findings came about by a drift; half of those nobody could tell of yet."""
        each = self.findings // self.scopes
        for scope in range(self.scopes):
            for number in range(0, each, 10):
                in_vain = number % 20 == 0
                deed = Deed(call="PutBucketPolicy", principal="ben", at=NOW)
                origin = e.Origin(
                    after=NOW - timedelta(hours=1),
                    before=NOW,
                    deeds=() if in_vain else (deed,),
                    why=NOBODY_FOUND if in_vain else None,
                    asked=1,
                )
                subject = bucket(scope, number).id
                check, where = s3_public_access_blocked.id, f"aws:{scope:012}"
                yield e.Traced(check=check, scope=where, subject=subject, origin=origin)

    def change(self):
        """Compare and announce; returns the processor's seconds, the events and the messages."""
        company, store = self.company(), self.store()
        announce, seconds, events, causes = announcer(company), 0.0, 0, Causes()
        for scope in range(self.scopes):
            assessment = assess(
                s3_public_access_blocked, self.taken(scope, changed=True).snapshot, {}
            )
            with store.transaction() as writer:
                began = time.process_time()
                judging = self.judging(company, store, writer, 2, assessment.scope)
                _, happened = judging._compare(
                    s3_public_access_blocked, assessment, {}, seen_before=True
                )
                announce(writer, list(zip(writer.append(happened), happened, strict=True)))
                seconds += time.process_time() - began
                events += len(happened)
                causes.take(judging.causes)
                self.keep_again(writer, assessment.scope)
        began = time.process_time()
        causes = self.trace(company, store, announce, list(causes))
        with store.transaction() as writer:
            concluded = conclude_controls(
                writer.connection,
                rules=company.rules(store),
                causes=causes,
                book=book(writer, OF_COMPANY),
                moment=Moment(at=NOW + timedelta(hours=2), cycle=2),
                doubtful=Places(),
            )
            numbers = writer.append(concluded.events)
            announce(writer, list(zip(numbers, concluded.events, strict=True)))
        messages = outbox(company, store).claim(NOW + timedelta(hours=2))
        seconds += time.process_time() - began
        return seconds, events, len(messages)

    def keep_again(self, writer, scope):
        """The evidence of the second cycle, so that what changed lies between two observations."""
        (first,) = queries.snapshots(writer.connection, scope=scope)
        kept = queries.entry(writer.connection, first.number)
        later = NOW + timedelta(hours=1)
        writer.append([msgspec.structs.replace(kept, at=later, cycle=2, observed_at=later)])

    def trace(self, company, store, announce, causes):
        """Who and when, as a cycle asks it of sources that keep no log of changes."""
        with store.reading() as connection:
            subjects = drifted(connection, causes, company.checks, company.clock())
        tracing = Tracing(connections=(), tracers=(), redaction_key=b"", clock=company.clock)
        _, origins = tracing.ask(subjects)
        told = e.OriginsTraced(at=company.clock(), cycle=2, traced=tuple(origins))
        with store.transaction() as writer:
            announce(writer, list(zip(writer.append([told]), [told], strict=True)))
        return with_origins(causes, origins)

    def floor(self):
        """What a bare database needs to read the findings and to write as much as changed."""
        began = time.process_time()
        connection = sqlite3.connect(self.folder / "gapwatch.db", isolation_level=None)
        rows = connection.execute("SELECT * FROM findings").fetchall()
        verdicts = [json.loads(row[12]) for row in rows]
        connection.execute("CREATE TABLE again AS SELECT * FROM findings WHERE 0")
        places = ", ".join("?" * len(rows[0]))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO again VALUES ({places})", rows[: self.changes])
        connection.execute("COMMIT")
        connection.execute("DROP TABLE again")
        return time.process_time() - began, len(verdicts)


def book(writer, scope):
    """The gaps of one scope, as a cycle looks them up."""
    return GapBook(
        earlier.gaps_of(writer.connection, {scope}),
        next_number=queries.next_gap_number(writer.connection),
    )


def most_kilobytes():
    """The most memory this program ever had; the system's count includes whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def main(folder, step, findings, changes, scopes):
    storm = Storm(Path(folder), int(findings), int(changes), int(scopes))
    if step == "build":
        storm.build()
        return
    before = most_kilobytes()
    seconds, events, messages = storm.change()
    most = most_kilobytes()
    floor, _ = storm.floor()
    with storm.store().reading() as connection:
        tickets = len(connection.exec_driver_sql("SELECT gap FROM tickets").all())
        origins = len(queries.origins(connection))
        unevidenced = len(queries.gaps(connection, check=None))
    told = {
        "tickets": tickets,
        "origins": origins,
        "unevidenced": unevidenced,
        "seconds": seconds,
        "floor": floor,
        "events": events,
        "messages": messages,
    }
    sys.stdout.write(json.dumps(told | {"began_kb": before, "most_kb": most}))


if __name__ == "__main__":
    main(*sys.argv[1:])
