"""Of what a cycle found changed, as much is held as anybody looks at, and it is always the same."""

import itertools

from agent.gaps.causes import MOST_CAUSES, Causes
from agent.gaps.events import Cause
from checks.contract import failed

MANY = 3 * MOST_CAUSES


def cause(scope, subject="door", controls=()):
    return Cause(
        check="test.door-shut",
        scope=scope,
        subject=subject,
        name=subject,
        before=None,
        after=failed("it is open"),
        controls=controls,
    )


def scopes(causes):
    return [one.scope for one in causes]


def test_every_cause_is_told_where_the_scope_was_seen_before():
    causes = Causes()
    for number in range(MANY):
        causes.add([cause(f"test:{number:03}")], seen_before=True)

    assert scopes(causes) == [f"test:{number:03}" for number in range(MANY)]


def test_of_what_is_seen_for_the_first_time_the_first_are_told_whichever_came_first():
    told = []
    for order in (range(MANY), reversed(range(MANY))):
        causes = Causes()
        for number in order:
            causes.add([cause(f"test:{number:03}")], seen_before=False)
        told.append(list(causes))

    assert told[0] == told[1]
    assert scopes(told[0]) == [f"test:{number:03}" for number in range(MOST_CAUSES)]


def test_each_control_that_a_check_tells_apart_has_first_causes_of_its_own():
    causes = Causes()
    for number, control in itertools.product(range(MANY), ("NET-01", "NET-02")):
        causes.add([cause(f"test:{number:03}", controls=(control,))], seen_before=False)

    assert len(list(causes)) == 2 * MOST_CAUSES


def test_what_several_transactions_gathered_is_one():
    causes, others = Causes(), Causes()
    causes.add([cause("test:a"), cause("test:c")], seen_before=True)
    others.add([cause("test:d")], seen_before=True)
    others.add([cause(f"test:b{number:03}") for number in range(MANY)], seen_before=False)
    causes.take(others)

    told = scopes(causes)
    assert told == sorted(told)
    assert len(told) == 3 + MOST_CAUSES
