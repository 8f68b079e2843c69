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

from agent.announcing import announcer, outbox
from agent.collect import Taken
from agent.conclude import conclude_controls
from agent.estate import Estate
from agent.gaps import events as e
from agent.gaps.lifecycle import GapBook, Moment
from agent.judging import Judging
from agent.plan import plan
from agent.settings.loading import load_settings
from agent.store import queries
from agent.store.store import Store
from checks.access.storage import s3_public_access_blocked
from checks.evaluation import assess
from collectors.aws.s3 import s3_buckets
from collectors.evidence.aws.s3 import PublicAccessBlock, S3Bucket
from collectors.evidence.record import Snapshot
from collectors.transcript import Transcript
from tests.evidence import NOW

SCOPES = 20
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
  - {to: "env:MAIL", when: [gap_widened, control_drifted], digest: daily}
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

    def company(self):
        path = self.folder / "gapwatch.yaml"
        path.write_text(CONFIGURATION)
        settings = load_settings(path, {s3_public_access_blocked.id: s3_public_access_blocked})
        return Estate(settings=settings, environment={}, clock=lambda: NOW + timedelta(hours=2))

    def store(self):
        return Store.open(f"sqlite:///{self.folder}/gapwatch.db", self.folder / "kept", create=True)

    def taken(self, scope, *, changed):
        each, half = self.findings // SCOPES, self.changes // SCOPES // 2
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

    def judging(self, company, store, writer, cycle):
        return Judging(
            connection=writer.connection,
            blobs=store.blobs,
            plan=plan([s3_public_access_blocked], [s3_buckets], [], sources={"aws"}),
            rules=company.rules(store),
            book=GapBook(
                queries.gaps(writer.connection),
                next_number=queries.next_gap_number(writer.connection),
            ),
            moment=Moment(at=NOW + timedelta(hours=cycle), cycle=cycle),
        )

    def build(self):
        """The findings, without an alert."""
        company, store = self.company(), self.store()
        for scope in range(SCOPES):
            with store.transaction() as writer:
                judging = self.judging(company, store, writer, 1)
                writer.append(judging.judge(self.taken(scope, changed=False)))
        with store.transaction() as writer:
            writer.append(
                [
                    e.CycleFinished(
                        at=NOW, cycle=1, calls=0, units=0, new_gaps=(), drifted=(), incomplete=0
                    )
                ]
            )

    def change(self):
        """Compare and announce; returns the processor's seconds, the events and the messages."""
        company, store = self.company(), self.store()
        announce, seconds, events, causes = announcer(company), 0.0, 0, []
        for scope in range(SCOPES):
            assessment = assess(
                s3_public_access_blocked, self.taken(scope, changed=True).snapshot, {}
            )
            with store.transaction() as writer:
                judging = self.judging(company, store, writer, 2)
                began = time.process_time()
                _, happened = judging._compare(s3_public_access_blocked, assessment, {})
                announce(writer, list(zip(writer.append(happened), happened, strict=True)))
                seconds += time.process_time() - began
                events += len(happened)
                causes += judging.causes
        began = time.process_time()
        with store.transaction() as writer:
            book = GapBook(queries.gaps(writer.connection), next_number=10**6)
            concluded = conclude_controls(
                writer.connection,
                rules=company.rules(store),
                causes=causes,
                book=book,
                moment=Moment(at=NOW + timedelta(hours=2), cycle=2),
            )
            numbers = writer.append(concluded.events)
            announce(writer, list(zip(numbers, concluded.events, strict=True)))
        messages = outbox(company, store).claim(NOW + timedelta(hours=2))
        seconds += time.process_time() - began
        return seconds, events, len(messages)

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


def most_kilobytes():
    """The most memory this program ever had; the system's count includes whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def main(folder, step, findings, changes):
    storm = Storm(Path(folder), int(findings), int(changes))
    if step == "build":
        storm.build()
        return
    before = most_kilobytes()
    seconds, events, messages = storm.change()
    most = most_kilobytes()
    floor, _ = storm.floor()
    told = {"seconds": seconds, "floor": floor, "events": events, "messages": messages}
    sys.stdout.write(json.dumps(told | {"began_kb": before, "most_kb": most}))


if __name__ == "__main__":
    main(*sys.argv[1:])
