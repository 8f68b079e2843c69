"""Each collector is read whole, again, and with each of its calls refused and throttled in turn."""

import msgspec
import pytest

from tests.collectors.aws.estates import ESTATES
from tests.faults import Denied

REFUSALS = ("AccessDeniedException", "ThrottlingException")


def named(one):
    return one.collector.id


def written(snapshot):
    return msgspec.json.encode((snapshot.records, snapshot.omissions)).decode()


@pytest.mark.parametrize("one", ESTATES, ids=named)
def test_both_pages_are_read_and_read_again(aws, one):
    snapshot, transcript = aws.snapshot(one.collector, one.answers)

    assert {record.name for record in snapshot.records} == one.names
    assert snapshot.complete
    assert "unread" not in written(snapshot)
    assert aws.again(one.collector, transcript) == snapshot


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize(
    ("one", "call"),
    [
        pytest.param(one, call, id=f"{one.collector.id} {call}")
        for one in ESTATES
        for call in one.collector.calls
    ],
)
def test_what_a_refusal_hides_names_the_call(aws, one, call, code):
    snapshot, _ = aws.snapshot(one.collector, one.answers | {str(call): Denied(code)})

    assert f"{call}: {code}" in written(snapshot)
    assert len(snapshot.records) == len(one.names) or not snapshot.complete
