"""Databases: kept from being lost by a mistake or with a zone."""

import pytest

from checks.availability.databases import (
    rds_deletion_protected,
    rds_multi_zone,
    rds_snapshot_carries_tags,
)
from checks.contract import Outcome
from collectors.evidence.aws.rds_settings import DatabaseSettings, DeletionGuard
from tests.evidence import DENIED

CASES = [
    pytest.param(True, Outcome.PASSED, id="on"),
    pytest.param(False, Outcome.FAILED, id="off"),
    pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
]


def database(*, member_of=None, replica_of=None, several_zones=True, copies_tags=True):
    return DatabaseSettings(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        account_id="123456789012",
        form="instance",
        member_of=member_of,
        replica_of=replica_of,
        several_zones=several_zones,
        copies_tags=copies_tags,
    )


def guard(*, guarded, member_of=None):
    return DeletionGuard(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        form="instance",
        member_of=member_of,
        guarded=guarded,
    )


@pytest.mark.parametrize(("guarded", "outcome"), CASES)
def test_rds_deletion_protected(guarded, outcome):
    assert rds_deletion_protected(guard(guarded=guarded)).outcome is outcome
    member = guard(guarded=guarded, member_of="sales")
    assert rds_deletion_protected(member).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(("copies", "outcome"), CASES)
def test_rds_snapshot_carries_tags(copies, outcome):
    assert rds_snapshot_carries_tags(database(copies_tags=copies)).outcome is outcome
    member = database(copies_tags=copies, member_of="sales")
    assert rds_snapshot_carries_tags(member).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(("zones", "outcome"), CASES)
def test_rds_multi_zone(zones, outcome):
    assert rds_multi_zone(database(several_zones=zones)).outcome is outcome
    for elsewhere in ({"member_of": "sales"}, {"replica_of": "orders"}):
        copy = database(several_zones=zones, **elsewhere)
        assert rds_multi_zone(copy).outcome is Outcome.NOT_APPLICABLE
