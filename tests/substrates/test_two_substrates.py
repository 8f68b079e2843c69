"""Each collector over two servers that were written apart: both answer, or it is known which not.

What ministack does not answer is a refusal that names the call. Where both servers tell
something, they tell the same of what the same steps made; else it is known who is right, by AWS's
documentation. Moto's side of the account is held by the tests of each collector.
"""

import re
from collections import defaultdict

import msgspec
import pytest

from tests.canned.absences import ABSENCES
from tests.canned.estate import AWS
from tests.substrates.answers import AS_SEEDED, BY_NEITHER, DIFFERENT, NOBODY_ASKS, REFUSED
from tests.substrates.conftest import COLLECTORS

pytestmark = pytest.mark.proof

OPERATIONS = {str(call) for collector in COLLECTORS for call in collector.calls}
SEEDED = [one for one in AS_SEEDED if one[0] in {collector.id for collector in COLLECTORS}]
OF_A_SERVER = (
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    re.compile(r"(?<=-)[0-9a-f]{8,17}\b"),
    re.compile(r"(?<=/)[0-9a-z]{16}\b"),
    re.compile(r"\bAKIA[A-Z0-9]{16}\b"),
    re.compile(r"\b[a-z0-9]{13,14}(?=\.cloudfront\.net)"),
    re.compile(r"20\d\d-\d\d-\d\dT[0-9:.]+Z"),
)
"""Names and moments that each server gives by itself."""


def refused(told):
    """Every operation that ministack did not answer, with its word for it."""
    return {
        (operation, code)
        for operation, codes in told["ministack"].codes.items()
        for code in codes - {None}
        if (operation, code) not in ABSENCES
    }


def test_what_ministack_refuses_is_known(told):
    """What it learns to answer goes from the table, and is compared from then on."""
    assert refused(told) == {pair for pair in REFUSED.items() if pair[0] in OPERATIONS}


def test_what_nobody_has_a_reason_to_ask_ministack_is_known(told):
    assert OPERATIONS - told["ministack"].codes.keys() == {*NOBODY_ASKS} & OPERATIONS


@pytest.mark.skipif(COLLECTORS is not AWS, reason="asked of the whole account")
def test_every_operation_is_answered_by_a_server_or_known_to_be_by_none(told):
    """The rest is answered in the shapes of the service models (`tests/canned/shaped.py`)."""
    answered = {
        operation
        for server in told.values()
        for operation, codes in server.codes.items()
        if any(code is None or (operation, code) in ABSENCES for code in codes)
    }

    assert OPERATIONS - answered == BY_NEITHER


def test_what_is_refused_is_named(told):
    """By every collector whose snapshot rests on it; nothing is taken for an empty list."""
    said = b"".join(msgspec.json.encode(s) for s in told["ministack"].snapshots.values()).decode()

    assert [pair for pair in refused(told) if "{}: {}".format(*pair) not in said] == []


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda one: one.id)
def test_both_tell_the_same_or_it_is_known_who_is_right(told, collector):
    moto, ministack = (by_name(told[name].snapshots[collector.id]) for name in told)
    alike = {
        name for name in moto.keys() & ministack.keys() if len(moto[name]) == len(ministack[name])
    }
    found = {field for name in alike for field in differing(moto[name], ministack[name])}
    found |= {"names"} if alike != moto.keys() | ministack.keys() else set()

    assert found == {field for one, field in DIFFERENT if one == collector.id}


@pytest.mark.parametrize(("collector", "name", "field"), SEEDED)
def test_what_was_made_is_told_by_both(told, collector, name, field):
    for server in told.values():
        (record,) = by_name(server.snapshots[collector])[name]

        assert record[field] == AS_SEEDED[collector, name, field]


def by_name(snapshot):
    """The records of each name; where a name is a server's own, there may be several."""
    found = defaultdict(list)
    for record in msgspec.json.decode(msgspec.json.encode(snapshot.records)):
        found[plain(record["name"])].append(plain(record))
    return found


def differing(one, other):
    """The fields that both know and do not agree on; identifiers are each server's own."""
    for field in one[0].keys() - {"id"}:
        both = [sorted((record[field] for record in side), key=repr) for side in (one, other)]
        if both[0] != both[1] and all(map(is_known, both)):
            yield field


def plain(value):
    """The same without what each server gives by itself, and lists in one order."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted((plain(one) for one in value), key=repr)
    if isinstance(value, str):
        for pattern in OF_A_SERVER:
            value = pattern.sub("OWN", value)
    return value


def is_known(values):
    return '"unread"' not in msgspec.json.encode(values).decode()
