"""Who can reach databases, and who may restore their snapshots."""

import pytest

from checks.access.databases import rds_instance_not_public, rds_snapshot_private
from checks.contract import Outcome
from collectors.evidence.aws.rds_settings import DatabaseEndpoint, DatabaseSnapshot
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("public", "outcome"),
    [
        pytest.param(False, Outcome.PASSED, id="private"),
        pytest.param(True, Outcome.FAILED, id="public"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_rds_instance_not_public(public, outcome):
    endpoint = DatabaseEndpoint(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        form="instance",
        public=public,
    )
    assert rds_instance_not_public(endpoint).outcome is outcome


@pytest.mark.parametrize(
    ("accounts", "outcome"),
    [
        pytest.param(frozenset(), Outcome.PASSED, id="nobody"),
        pytest.param(frozenset({"210987654321"}), Outcome.PASSED, id="an account"),
        pytest.param(frozenset({"210987654321", "all"}), Outcome.FAILED, id="everybody"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_rds_snapshot_private(accounts, outcome):
    snapshot = DatabaseSnapshot(
        id="arn:aws:rds:eu-west-1:123456789012:snapshot:orders",
        name="orders",
        form="instance snapshot",
        restorable_by=accounts,
    )
    assert rds_snapshot_private(snapshot).outcome is outcome
