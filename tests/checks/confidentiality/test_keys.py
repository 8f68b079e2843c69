"""Keys that encrypt stored data."""

import pytest

from checks.confidentiality.keys import kms_key_in_use_not_deleted, kms_key_rotated
from checks.contract import Outcome
from collectors.evidence.aws.kms import KmsKey, RetiredKey
from tests.evidence import DENIED


def key(**facts):
    known = {
        "manager": "CUSTOMER",
        "spec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "state": "Enabled",
        "is_replica": False,
        "rotation_days": 365,
    }
    arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    return KmsKey(id=arn, name="alias/invoices", account_id="123456789012", **known | facts)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="every year"),
        pytest.param({"rotation_days": 90}, Outcome.PASSED, id="more often"),
        pytest.param({"rotation_days": 366}, Outcome.FAILED, id="a day too seldom"),
        pytest.param({"rotation_days": None}, Outcome.FAILED, id="off"),
        pytest.param(
            {"rotation_days": None, "state": "PendingImport"}, Outcome.FAILED, id="any other state"
        ),
        pytest.param({"spec": "RSA_2048"}, Outcome.NOT_APPLICABLE, id="asymmetric"),
        pytest.param({"spec": "HMAC_256"}, Outcome.NOT_APPLICABLE, id="for message codes"),
        pytest.param({"origin": "EXTERNAL"}, Outcome.NOT_APPLICABLE, id="imported"),
        pytest.param({"origin": "AWS_CLOUDHSM"}, Outcome.NOT_APPLICABLE, id="custom store"),
        pytest.param({"state": "Disabled"}, Outcome.NOT_APPLICABLE, id="disabled"),
        pytest.param({"state": "PendingDeletion"}, Outcome.NOT_APPLICABLE, id="to be deleted"),
        pytest.param(
            {"state": "PendingReplicaDeletion"}, Outcome.NOT_APPLICABLE, id="after its replicas"
        ),
        pytest.param(
            {"is_replica": True, "rotation_days": None}, Outcome.NOT_APPLICABLE, id="replica"
        ),
        pytest.param(
            {"spec": "RSA_2048", "rotation_days": DENIED},
            Outcome.NOT_APPLICABLE,
            id="asymmetric, rotation denied",
        ),
        pytest.param({"rotation_days": DENIED}, Outcome.UNDETERMINED, id="rotation denied"),
        pytest.param({"manager": DENIED}, Outcome.UNDETERMINED, id="manager unread"),
        pytest.param({"spec": DENIED}, Outcome.UNDETERMINED, id="spec unread"),
        pytest.param({"origin": DENIED}, Outcome.UNDETERMINED, id="origin unread"),
        pytest.param({"state": DENIED}, Outcome.UNDETERMINED, id="state unread"),
        pytest.param({"is_replica": DENIED}, Outcome.UNDETERMINED, id="replica or not unread"),
    ],
)
def test_kms_key_rotated(facts, outcome):
    assert kms_key_rotated(key(**facts)).outcome is outcome


def test_the_operator_may_set_the_period():
    assert kms_key_rotated(key(rotation_days=180), max_period_days=90).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("state", "users", "unseen", "outcome"),
    [
        pytest.param("PendingDeletion", (), None, Outcome.PASSED, id="nothing uses it"),
        pytest.param("PendingDeletion", ("arn:volume",), None, Outcome.FAILED, id="a volume"),
        pytest.param("Disabled", ("arn:volume",), DENIED, Outcome.FAILED, id="a volume for sure"),
        pytest.param("Disabled", (), DENIED, Outcome.UNDETERMINED, id="not all seen"),
        pytest.param(DENIED, (), None, Outcome.UNDETERMINED, id="state unread"),
    ],
)
def test_kms_key_in_use_not_deleted(state, users, unseen, outcome):
    key = RetiredKey(id="arn:key", name="key", state=state, users=users, unseen=unseen)
    assert kms_key_in_use_not_deleted(key).outcome is outcome
