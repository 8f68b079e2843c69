"""Each call of each collector denied in turn, over the estate's own evidence.

What was read stands in the store, so no server is asked: the transcript is read again with one
answer changed into a refusal, which takes milliseconds.
"""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from agent.cli import estate as company_of
from agent.gaps.events import EvidenceKept
from agent.registry import all_checks, all_collectors
from agent.store import queries
from agent.store.evidence import stored_transcript
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
NO_MEMBER = "the population is empty"


@pytest.fixture(scope="module")
def kept(after_one_cycle):
    """Every snapshot of the first cycle, by its collector, with its transcript."""
    company, _ = after_one_cycle
    with pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment.items():
            patch.setenv(name, value)
        store = company_of(company.configuration).store()
    with store.reading() as connection:
        entries = [entry for _, entry in queries.entries(connection, kind="evidence_kept")]
    found = {}
    for entry in entries:
        if entry.answers:
            transcript = stored_transcript(store.blobs, entry.answers[0])
            found.setdefault(entry.collector, []).append((entry, transcript))
    return found


@pytest.mark.parametrize("collector", all_collectors().values(), ids=lambda one: one.id)
def test_a_denied_call_changes_no_verdict_but_to_undetermined(kept, collector):
    checks = [check for check in all_checks().values() if check.subject is collector.yields]
    for entry, transcript in kept[collector.id]:
        whole = judged(checks, collector, entry, transcript)
        for call in collector.calls:
            refused = judged(checks, collector, entry, without(call, transcript))
            assert untrue(whole, refused, call) == []


def untrue(whole, refused, call):
    """What a refusal made passed, failed, not applicable, or gone without a word."""
    return [
        (str(call), check, subject, verdict)
        for check in whole
        for subject, verdict in refused[check].items()
        if verdict != whole[check].get(subject) and not is_blind(verdict, call)
    ] + [
        (str(call), check, subject, "gone without a word")
        for check in whole
        for subject in whole[check].keys() - refused[check].keys()
        if not any(is_blind(verdict, call) for verdict in refused[check].values())
    ]


def is_blind(verdict, call):
    """Undetermined, for the call or for what could no longer be asked without it."""
    outcome, reason = verdict
    return outcome is Outcome.UNDETERMINED and (
        str(call) in reason or reason.endswith("not collected")
    )
