"""Every declared operation in turn over real HTTP: denied, throttled twice, cut off once.

A loop over what the collectors declare, so that a new call is covered by itself. What the seeded
account gives no reason to ask is skipped and says so; those calls are denied over answers of
the service model's shapes in the tests of their collectors.
"""

import json

import pytest

from agent.connections.unit import Unit
from agent.registry import all_checks
from checks.contract import Outcome
from checks.evaluation import assess
from tests.canned.estate import AWS, connection, read

OPERATIONS = sorted({str(call) for collector in AWS for call in collector.calls})
MOST_UNASKED = 0.35
"""Of all operations: what neither the demo's account nor moto can show."""


@pytest.fixture(scope="module")
def units(server):
    found = list(connection(server.url).units())
    assert all(isinstance(unit, Unit) for unit in found)
    return found


@pytest.fixture(scope="module")
def asked(recorded):
    return {operation for _, operation, *_ in json.loads(recorded.read_text())["answers"]}


@pytest.fixture(scope="module")
def whole(units):
    """Every verdict while nothing fails."""
    return judged(units, AWS)


def judged(units, collectors):
    """Each verdict by check, scope and subject, with its reason and what was observed."""
    told = {}
    for unit in units:
        for collector, snapshot, _ in read(unit, collectors):
            told.update(verdicts(collector, snapshot))
    return told


def verdicts(collector, snapshot):
    for check in all_checks().values():
        if check.subject is collector.yields:
            assessment = assess(check, snapshot, {})
            for omission in assessment.omissions:
                key = (collector.id, check.id, snapshot.scope, omission.where)
                yield key, (Outcome.UNDETERMINED, omission.why, None)
            for result in assessment.results:
                key = (collector.id, check.id, snapshot.scope, result.subject)
                yield key, (result.verdict.outcome, result.verdict.reason, result.verdict.observed)


def asking(operation, asked):
    """The collectors that ask an operation; skips what the account gives no reason to ask."""
    if operation not in asked:
        pytest.skip("nothing in the seeded account makes a collector ask it")
    return [c for c in AWS if operation in {str(call) for call in c.calls}]


def of(collectors, told):
    ids = {collector.id for collector in collectors}
    return {key: verdict for key, verdict in told.items() if key[0] in ids}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_denied_it_makes_verdicts_undetermined_and_names_itself(
    server, units, whole, asked, operation
):
    """Where moto keeps silent of what would have settled it as well, that call may be named."""
    collectors = asking(operation, asked)
    before = of(collectors, whole)
    with server.failing(operation, "deny"):
        after = judged(units, collectors)

    moved = {key: told for key, told in after.items() if told[0] != before.get(key, (None,))[0]}
    blind = {key[:3] for key, (outcome, why, _) in after.items() if operation in why}
    assert {outcome for outcome, *_ in moved.values()} <= {Outcome.UNDETERMINED}
    declared = {str(call) for collector in collectors for call in collector.calls}
    assert [why for _, why, _ in moved.values() if not any(call in why for call in declared)] == []
    assert {key[:3] for key in before.keys() - after.keys()} <= blind, "vanished without a word"


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", [("throttle", 2), ("drop", 1)], ids=str)
def test_what_passes_changes_no_verdict_at_all(  # noqa: PLR0917 - pytest hands them by name
    server, units, whole, asked, operation, fault
):
    collectors = asking(operation, asked)
    with server.failing(operation, *fault):
        after = judged(units, collectors)

    assert after == of(collectors, whole)


def test_most_declared_operations_are_asked(asked):
    unasked = set(OPERATIONS) - asked

    assert len(unasked) <= MOST_UNASKED * len(OPERATIONS), sorted(unasked)
