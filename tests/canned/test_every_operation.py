"""Every declared operation in turn over real HTTP: denied, throttled twice, cut off once.

A loop over what the collectors declare, so that a new call is covered by itself. What the seeded
account gives no reason to ask is asked of the invented one: no operation is left out.
"""

import pytest

from agent.registry import all_checks
from checks.contract import Outcome
from checks.evaluation import assess
from tests.canned.estate import AWS, read
from tests.canned.matrix import DECLARING, OPERATIONS


@pytest.fixture(scope="module")
def whole(seeded_account, invented_account):
    """Every verdict of each account while nothing fails."""
    return {
        id(account): judged(account.units, AWS) for account in (seeded_account, invented_account)
    }


@pytest.fixture
def account(operation, seeded_account, invented_account):
    """The one in which there is a reason to ask."""
    return seeded_account if operation in seeded_account.asked else invented_account


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


def of(collectors, told):
    ids = {collector.id for collector in collectors}
    return {key: verdict for key, verdict in told.items() if key[0] in ids}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_denied_it_makes_verdicts_undetermined_and_names_itself(account, whole, operation):
    """Where moto keeps silent of what would have settled it as well, that call may be named."""
    collectors = DECLARING[operation]
    before = of(collectors, whole[id(account)])
    with account.server.failing(operation, "deny"):
        after = judged(account.units, collectors)

    moved = {key: told for key, told in after.items() if told[0] != before.get(key, (None,))[0]}
    blind = {key[:3] for key, (outcome, why, _) in after.items() if operation in why}
    assert {outcome for outcome, *_ in moved.values()} <= {Outcome.UNDETERMINED}
    declared = {str(call) for collector in collectors for call in collector.calls}
    assert [why for _, why, _ in moved.values() if not any(call in why for call in declared)] == []
    assert {key[:3] for key in before.keys() - after.keys()} <= blind, "vanished without a word"


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", [("throttle", 2), ("drop", 1)], ids=str)
def test_what_passes_changes_no_verdict_at_all(account, whole, operation, fault):
    collectors = DECLARING[operation]
    with account.server.failing(operation, *fault):
        after = judged(account.units, collectors)

    assert after == of(collectors, whole[id(account)])
