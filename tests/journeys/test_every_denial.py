"""Each call of each collector denied in turn, over the estate's own evidence.

What was read stands in the store, so no server is asked: the transcript is read again with one
answer changed into a refusal, which takes milliseconds.
"""

from collections import defaultdict

import msgspec
import pytest

from agent.registry import all_checks, all_collectors
from agent.store import queries
from agent.store.evidence import stored_transcript
from agent.store.store import Store
from checks.contract import Outcome
from checks.evaluation import assess
from collectors.reader import take_snapshot
from collectors.transcript import Replay, Transcript

DENIED = {
    "aws": ("AccessDenied", {"Error": {"Code": "AccessDenied"}}),
    "gcp": ("PERMISSION_DENIED", None),
    "github": ("403 Forbidden", None),
    "documents": ("PermissionDenied", {}),
}
"""The vendor's word for a missing permission, and what comes with it."""
NOT_IN_THE_ESTATE = {
    "aws.sqs.dead-letters": "the company does not assess processing integrity",
    "aws.organizations.accounts": "the estate's AWS accounts are entries of their own",
    "gcp.iam.inherited-bindings": "the estate's Google Cloud belongs to no organisation",
    "github.register-issues": "the estate keeps its registers as files",
    "github.registered-changes": "the estate keeps its registers as files",
    "github.policies": "the estate keeps its policies in a folder",
}


@pytest.fixture(scope="module")
def kept(after_one_cycle):
    """Every snapshot of the first cycle, by its collector, with its transcript."""
    company, _ = after_one_cycle
    store = Store.open(f"sqlite:///{company.database}", company.folder / "evidence")
    with store.reading() as connection:
        entries = [entry for _, entry in queries.entries(connection, kind="evidence_kept")]
    found = defaultdict(list)
    for entry in entries:
        for digest in entry.answers:
            found[entry.collector].append((entry, stored_transcript(store.blobs, digest)))
    return found


@pytest.mark.parametrize("collector", all_collectors().values(), ids=lambda one: one.id)
def test_a_denied_call_changes_no_verdict_but_to_undetermined(kept, collector):
    checks = [check for check in all_checks().values() if check.subject is collector.yields]
    if collector.id in NOT_IN_THE_ESTATE:
        pytest.skip(NOT_IN_THE_ESTATE[collector.id])
    assert kept[collector.id]
    for entry, transcript in kept[collector.id]:
        whole = judged(checks, collector, entry, transcript)
        for call in collector.calls:
            refused = judged(checks, collector, entry, without(call, transcript, collector.source))
            assert untrue(whole, refused, collector.calls) == [], f"without {call}"


def judged(checks, collector, entry, transcript):
    """Outcome and reason of every subject, by check, as a transcript shows them."""
    reader = collector.reads(
        entry.scope, Replay(transcript), collector.calls, since=entry.since, given=entry.given
    )
    snapshot = take_snapshot(collector, reader, now=entry.observed_at)
    return {check.id: dict(verdicts(assess(check, snapshot, {}))) for check in checks}


def verdicts(assessment):
    for omission in assessment.omissions:
        yield omission.where, (Outcome.UNDETERMINED, omission.why)
    for result in assessment.results:
        yield result.subject, (result.verdict.outcome, result.verdict.reason)


def without(call, transcript, source):
    """The same transcript, with every answer to a call refused."""
    code, response = DENIED[source]
    return Transcript(
        tuple(
            msgspec.structs.replace(exchange, status=403, code=code, response=response)
            if (exchange.service, exchange.operation) == (call.service, call.operation)
            else exchange
            for exchange in transcript.exchanges
        )
    )


def untrue(whole, refused, calls):
    """What a refusal made passed, failed, not applicable, or gone without a word."""
    return [
        (check, subject, verdict)
        for check in whole
        for subject, verdict in refused[check].items()
        if verdict[0] is not whole[check].get(subject, (None,))[0] and not is_blind(verdict, calls)
    ] + [
        (check, subject, "gone without a word")
        for check in whole
        for subject in whole[check].keys() - refused[check].keys()
        if not any(is_blind(verdict, calls) for verdict in refused[check].values())
    ]


def is_blind(verdict, calls):
    """Undetermined, and it names what could not be read."""
    outcome, reason = verdict
    return outcome is Outcome.UNDETERMINED and any(str(call) in reason for call in calls)
