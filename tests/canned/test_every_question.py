"""Every declared question of every collector: asked, denied, absent, and on a second page.

A loop over what the collectors declare, so that a new call is covered by itself. All is read of
an invented account, in which there is a reason to ask everything, and of the seeded one where
moto gives a reason as well. What is in between changes one answer, and the rest is remembered.
"""

from functools import partial

import msgspec
import pytest

from tests.canned.matrix import DECLARING, OPERATIONS, Remembered, Watching
from tests.canned.pages import SECOND, divided, pages
from tests.faults import Denied, faulty

PAGED = [operation for operation in OPERATIONS if pages(operation)]
FIRST_ALONE = {
    ("aws.inventory.index", "config:GetDiscoveredResourceCounts"): "each page has the total of all",
    ("aws.inventory.index", "resource-explorer-2:Search"): "the same",
}
"""To whom a second page is nothing."""
ANY = {
    "athena:ListQueryExecutions": "whether there is any is asked",
    "autoscaling:DescribeScalingActivities": "the latest is asked for, and AWS begins with it",
}
"""Operations that are read until there is one member, however many empty pages come before it."""
ONLY_IN_SEEDED = {
    ("aws.account.services", "config:GetDiscoveredResourceCounts"): "asked if all is recorded",
    ("aws.iam.identities", "iam:ListAccessKeys"): "asked of users without a password",
}
NAMES_ALONE = {
    ("aws.kms.keys", "kms:ListAliases"): "what people call a key; without it, it goes by its id",
}
"""Where a refusal costs a name and no property, so nothing is unread."""


TURNING = {
    operation: tuple(
        one
        for one in DECLARING[operation]
        if (one.id, operation) not in {*FIRST_ALONE, *ONLY_IN_SEEDED}
    )
    for operation in PAGED
}
TURNED = [operation for operation, collectors in TURNING.items() if collectors]


@pytest.fixture(scope="module")
def invented(invented_account):
    return Remembered(invented_account)


@pytest.fixture(scope="module")
def seeded(seeded_account):
    return Remembered(seeded_account)


def test_the_invented_account_answers_whatever_is_asked(invented):
    assert invented.asked >= {*OPERATIONS}
    assert invented.refused == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whoever_declares_it_asks_it_and_names_a_denial(invented, seeded, operation):
    """So a permission is needed by whoever demands it, and nobody takes a refusal for an answer."""
    for collector in DECLARING[operation]:
        pair = (collector.id, operation)
        account = seeded if pair in ONLY_IN_SEEDED else invented
        watching = Watching(operation, partial(denied, operation=operation))
        told = account.text([collector], watching)

        assert watching.exchanges, collector.id
        assert (f"{operation}: AccessDenied" in told) != (pair in NAMES_ALONE), collector.id


def denied(live, operation):
    return faulty(live, {operation: Denied()})


@pytest.mark.parametrize("operation", TURNED)
def test_what_stands_on_a_second_page_is_read(invented, seeded, operation):
    """The same answer in two pieces gives the same records, and no first page stays alone."""
    collectors = TURNING[operation]
    for account in (one for one in (invented, seeded) if operation in one.asked):
        watching = Watching(operation, partial(divided, operation=operation))
        told = account.written(collectors, watching)

        assert told == account.whole(collectors)
        assert operation in ANY or not unturned(watching.exchanges, operation)


def unturned(exchanges, operation):
    """The first pages after which nobody asked for the second."""
    mark = pages(operation).asked
    asked = [exchange.arguments for exchange in exchanges if not exchange.code]
    return [one for one in asked if mark not in one and {**one, mark: SECOND} not in asked]


@pytest.mark.parametrize("operation", TURNED)
def test_a_second_page_that_is_refused_is_no_shorter_list(invented, operation):
    told = invented.text(
        TURNING[operation], lambda live: denied_when_turned(divided(live, operation), operation)
    )

    assert (f"{operation}: AccessDenied" in told) != (operation in ANY)


def denied_when_turned(live, operation):
    """The first page is answered; nobody may see the second."""

    def ask(call, arguments):
        second = arguments.get(pages(operation).asked) == SECOND
        return (denied(live, operation) if second else live)(call, arguments)

    return ask


@pytest.mark.parametrize("operation", [o for o in PAGED if pages(o).goes_on])
def test_an_answer_that_goes_on_without_a_mark_is_an_omission(invented, operation):
    told = invented.text(
        DECLARING[operation], lambda live: cut_off(divided(live, operation), operation)
    )

    assert f"{operation}: truncated without a marker" in told


def cut_off(live, operation):
    """As ministack answers KMS: there is more, and nothing to ask for it by."""

    def ask(call, arguments):
        exchange = live(call, arguments)
        if str(call) != operation:
            return exchange
        return msgspec.structs.replace(
            exchange, response=pages(operation).unmarked(exchange.response)
        )

    return ask


def test_the_tables_name_what_there_is():
    """An exemption that nobody needs any more goes."""
    declared = {(one.id, operation) for operation, by in DECLARING.items() for one in by}

    assert {*ANY} <= {*PAGED}
    assert {*FIRST_ALONE, *ONLY_IN_SEEDED, *NAMES_ALONE} <= declared
