"""Every collector of GitHub, asked the same: pages, denials, throttles and replays."""

import msgspec
import pytest

from agent.registry import all_collectors
from collectors.evidence.record import Unread
from collectors.github.organisation import Query
from tests.collectors.github.world import furnish
from tests.dose import dose

COLLECTORS = [c for c in all_collectors().values() if c.source == "github"]
EACH_CALL = [
    pytest.param(collector, call, id=f"{collector.id} {call.operation}")
    for collector in COLLECTORS
    for call in collector.calls
    if not isinstance(call, Query)
]
LOSES_NOTHING = {
    "GET /orgs/{org}": "counts repositories a second time, where the collector is of others",
    "GET /repos/{owner}/{repo}/branches/{branch}": "spares a question about protection, no more",
    "GET /orgs/{org}/actions/permissions/self-hosted-runners": "without it, repositories are asked",
}
"""Calls without which a collector may still read all there is."""
THROTTLED = {"Retry-After": "0", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}


@pytest.fixture
def full(github):
    furnish(github.state)
    return github


def each(collectors):
    return pytest.mark.parametrize("collector", collectors, ids=lambda one: one.id)


@each(COLLECTORS)
def test_it_reads_something_whole(full, collector):
    snapshot, _ = full.snapshot(collector)

    assert snapshot.records
    assert snapshot.complete
    assert "501 Not Implemented" not in str(snapshot), "the local GitHub lacks a route"


@each(COLLECTORS)
def test_pages_of_one_read_what_one_page_reads(full, collector):
    whole, _ = full.snapshot(collector)
    full.server.page_limit = 1
    paged, _ = full.snapshot(collector)

    assert paged == whole


@each(COLLECTORS)
def test_a_replay_reads_what_was_read(full, collector):
    snapshot, transcript = full.snapshot(collector)

    assert full.again(collector, transcript) == snapshot


@each(COLLECTORS)
def test_threads_read_what_one_reads(full, collector):
    alone, _ = full.snapshot(collector)
    together, transcript = full.snapshot(collector, threads=4)

    assert together == alone
    assert full.again(collector, transcript) == alone


@pytest.mark.parametrize(("collector", "call"), EACH_CALL)
@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [
        pytest.param(403, {}, "403 Forbidden", id="denied"),
        pytest.param(429, THROTTLED, "429 rate limit exceeded", id="throttled"),
    ],
)
def test_what_is_refused_is_named_and_nothing_is_taken_for_none(  # noqa: PLR0917 - two tables
    full, collector, call, status, headers, code
):
    whole, _ = full.snapshot(collector)
    (unit,) = full.units()
    full.units = lambda: [unit]
    full.server.asked.clear()
    full.server.deny(call.operation, status=status, headers=headers)
    refused, _ = full.snapshot(collector)
    if call.operation not in full.server.asked:
        pytest.skip("this world gives no reason to ask")

    missed = {record.id for record in whole.records} - {record.id for record in refused.records}
    changed = [
        (before, after)
        for before in whole.records
        for after in refused.records
        if before.id == after.id and before != after
    ]
    told = f"{call}: {code}"
    assert all(told in str(after) for _, after in changed)
    assert not missed or told in str(refused.omissions)
    lost = bool(changed or missed or told in str(refused.omissions))
    assert lost or call.operation in LOSES_NOTHING
    assert [known for pair in changed for known in invented(*pair)] == []


FIRST_TO_ASK = {
    "POST /graphql" if isinstance(call, Query) else call.operation: collector
    for collector in reversed(COLLECTORS)
    for call in collector.calls
}
EACH_OPERATION = [
    pytest.param(operation, collector, id=operation)
    for operation, collector in sorted(FIRST_TO_ASK.items())
]


@pytest.mark.proof
@pytest.mark.parametrize("trouble", ["throttled twice", "dropped once"])
@pytest.mark.parametrize(
    ("operation", "collector"), EACH_OPERATION[:: dose(small=len(EACH_OPERATION) // 8, whole=1)]
)
def test_what_passes_changes_nothing(full, operation, collector, trouble):
    """The vendor asks to wait, or a line breaks: who asks again reads what there is."""
    whole, _ = full.snapshot(collector)
    (unit,) = full.units(attempts=4)
    full.units = lambda: [unit]
    full.server.asked.clear()
    if trouble == "dropped once":
        full.server.drop(operation, times=1)
    else:
        words = "You have exceeded a secondary rate limit."
        full.server.deny(operation, 403, words, {"Retry-After": "0"}, times=2)
    after, _ = full.snapshot(collector)
    if operation not in full.server.asked:
        pytest.skip("this world gives no reason to ask")

    assert after == whole


def invented(before, after):
    """Fields that a refusal changed to another value than `Unread`, at any depth."""
    if isinstance(after, Unread) or before == after:
        return
    if isinstance(before, msgspec.Struct) and type(before) is type(after):
        for name in before.__struct_fields__:
            yield from invented(getattr(before, name), getattr(after, name))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from invented(one, other)
    else:
        yield (before, after)
