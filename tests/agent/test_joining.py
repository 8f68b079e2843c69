"""What a join rests on: the kinds it takes, of the sources it takes them of."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import pytest

from agent.plan import plan
from checks.contract import Outcome, Severity, Verdict, check, passed
from collectors.contract import Of, collector, derived
from collectors.evidence.record import Record


class Key(Record, frozen=True, tag="test.joining.key"):
    """A key of any house."""


class Lock(Record, frozen=True, tag="test.joining.lock"):
    """A lock of the town, with its keys."""


class Ring(Record, frozen=True, tag="test.joining.ring"):
    """All keys of everywhere."""


def keys_of(source):
    @collector(id=f"{source}.keys", calls=())
    def keys(_: object) -> Iterator[Key]:
        """Every key."""
        yield from ()

    return keys


TOWN, VILLAGE = COLLECTORS = keys_of("town"), keys_of("village")


@derived(id="derived.locks")
def locks(keys: Annotated[Sequence[Key], Of("town")]) -> Iterator[Lock]:
    """The locks of the town alone."""
    for key in keys:
        yield Lock(id=key.id, name=key.name)


@derived(id="derived.rings")
def rings(keys: Sequence[Key]) -> Iterator[Ring]:
    """Every key there is."""
    for key in keys:
        yield Ring(id=key.id, name=key.name)


def asked_of(subject):
    @check(
        id=f"derived.{subject.__name__.lower()}",
        title="t",
        controls=("NET-01",),
        severity=Severity.LOW,
        remediation="r",
        empty=Outcome.PASSED,
    )
    def ask(_: subject) -> Verdict:
        """Why."""
        return passed("it is there")

    return ask


def planned(*kinds):
    return plan(map(asked_of, kinds), COLLECTORS, (locks, rings), sources=("town", "village"))


@pytest.mark.parametrize(
    ("join", "takes"),
    [
        pytest.param(locks, [TOWN], id="of one source alone"),
        pytest.param(rings, [TOWN, VILLAGE], id="of every source"),
    ],
)
def test_a_join_rests_on_the_sources_it_takes_a_kind_of(join, takes):
    assert planned(Lock, Ring).feeding(join) == takes


@pytest.mark.parametrize(
    ("kinds", "read"),
    [
        pytest.param([Lock], (TOWN,), id="of one source alone"),
        pytest.param([Ring], COLLECTORS, id="of every source"),
        pytest.param([Lock, Ring], COLLECTORS, id="one needs the one, one needs both"),
        pytest.param([Key], COLLECTORS, id="a kind that is judged itself"),
    ],
)
def test_no_more_is_collected_than_the_joins_take(kinds, read):
    assert planned(*kinds).collectors == read
