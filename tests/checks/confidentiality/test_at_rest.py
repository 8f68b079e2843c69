"""Is stored data encrypted, and with whose key?"""

import pytest

from checks.confidentiality.at_rest import (
    dynamodb_encryption_as_classified,
    ec2_default_encryption_on,
    ec2_volume_encrypted,
    glue_outputs_encrypted,
    rds_storage_encrypted,
    s3_encryption_as_classified,
    storage_encrypted,
)
from checks.contract import Outcome
from collectors.evidence.aws.dynamodb import DynamodbTable, TableKey
from collectors.evidence.aws.ec2 import EbsDefaults, EbsStorage
from collectors.evidence.aws.efs import StoreEncryption
from collectors.evidence.aws.glue import JobEncryption
from collectors.evidence.aws.rds import DatabaseStorage
from collectors.evidence.aws.s3 import DefaultEncryption, S3BucketEncryption
from tests.evidence import DENIED

OWN_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROVIDERS_KEY = "arn:aws:kms:eu-west-1:123456789012:alias/aws/s3"
S3S_OWN = DefaultEncryption(algorithm="AES256", key=None)


def kms(key):
    return DefaultEncryption(algorithm="aws:kms", key=key)


@pytest.mark.parametrize(
    ("default", "own_key_required", "outcome"),
    [
        pytest.param(S3S_OWN, False, Outcome.PASSED, id="S3's own keys"),
        pytest.param(kms(None), False, Outcome.PASSED, id="KMS"),
        pytest.param(None, False, Outcome.FAILED, id="none"),
        pytest.param(DENIED, False, Outcome.UNDETERMINED, id="denied"),
        pytest.param(kms(OWN_KEY), True, Outcome.PASSED, id="own key as required"),
        pytest.param(kms("alias/invoices"), True, Outcome.PASSED, id="own key by its alias"),
        pytest.param(S3S_OWN, True, Outcome.FAILED, id="own key required, S3's own keys"),
        pytest.param(kms(None), True, Outcome.FAILED, id="own key required, KMS's default"),
        pytest.param(kms(PROVIDERS_KEY), True, Outcome.FAILED, id="own key required, AWS's alias"),
        pytest.param(DENIED, True, Outcome.UNDETERMINED, id="own key required, denied"),
    ],
)
def test_s3_encryption_as_classified(default, own_key_required, outcome):
    subject = S3BucketEncryption(
        id="arn:aws:s3:::invoices", name="invoices", account_id="123456789012", default=default
    )
    verdict = s3_encryption_as_classified(subject, own_key_required=own_key_required)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("encrypted", "encryption_type", "member_of", "outcome"),
    [
        pytest.param(True, "sse-kms", None, Outcome.PASSED, id="encrypted"),
        pytest.param(True, None, None, Outcome.PASSED, id="encrypted, type not named"),
        pytest.param(False, "sse-rds", None, Outcome.PASSED, id="with a key that AWS owns"),
        pytest.param(False, "none", None, Outcome.FAILED, id="not encrypted"),
        pytest.param(False, None, None, Outcome.FAILED, id="not encrypted, type not named"),
        pytest.param(False, "sse-new", None, Outcome.FAILED, id="unknown type"),
        pytest.param(DENIED, None, None, Outcome.UNDETERMINED, id="unread"),
        pytest.param(False, "none", "sales", Outcome.NOT_APPLICABLE, id="member of a cluster"),
    ],
)
def test_rds_storage_encrypted(encrypted, encryption_type, member_of, outcome):
    subject = DatabaseStorage(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        account_id="123456789012",
        form="instance",
        member_of=member_of,
        encrypted=encrypted,
        encryption_type=encryption_type,
    )
    assert rds_storage_encrypted(subject).outcome is outcome


def key(*, manager="CUSTOMER", state="Enabled"):
    return TableKey(arn=OWN_KEY, manager=manager, state=state)


@pytest.mark.parametrize(
    ("table_key", "own_key_required", "outcome"),
    [
        pytest.param(None, False, Outcome.PASSED, id="DynamoDB's own key"),
        pytest.param(
            key(manager=DENIED, state=DENIED), False, Outcome.PASSED, id="any key will do"
        ),
        pytest.param(DENIED, False, Outcome.UNDETERMINED, id="denied"),
        pytest.param(key(), True, Outcome.PASSED, id="own key as required"),
        pytest.param(None, True, Outcome.FAILED, id="own key required, DynamoDB's own"),
        pytest.param(key(manager="AWS"), True, Outcome.FAILED, id="own key required, AWS's"),
        pytest.param(key(state="Disabled"), True, Outcome.FAILED, id="own key disabled"),
        pytest.param(key(manager=DENIED), True, Outcome.UNDETERMINED, id="whose key unread"),
        pytest.param(key(state=DENIED), True, Outcome.UNDETERMINED, id="state unread"),
    ],
)
def test_dynamodb_encryption_as_classified(table_key, own_key_required, outcome):
    subject = DynamodbTable(
        id="arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        name="orders",
        account_id="123456789012",
        key=table_key,
    )
    verdict = dynamodb_encryption_as_classified(subject, own_key_required=own_key_required)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("encrypted", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="encrypted"),
        pytest.param(False, Outcome.FAILED, id="plain"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="not told"),
    ],
)
def test_ec2_volume_encrypted(encrypted, outcome):
    subject = EbsStorage(
        id="arn:aws:ec2:eu-west-1::snapshot/snap-1",
        name="snap-1",
        form="snapshot",
        encrypted=encrypted,
        key=None,
    )
    assert ec2_volume_encrypted(subject).outcome is outcome


@pytest.mark.parametrize(
    ("encrypted", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="on"),
        pytest.param(False, Outcome.FAILED, id="off"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_ec2_default_encryption_on(encrypted, outcome):
    region = EbsDefaults(
        id="arn:aws:ec2:eu-west-1:123456789012:encryption-by-default",
        name="123456789012/eu-west-1",
        encrypted=encrypted,
    )
    assert ec2_default_encryption_on(region).outcome is outcome


@pytest.mark.parametrize(
    ("encrypted", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="encrypted"),
        pytest.param(False, Outcome.FAILED, id="plain"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_storage_encrypted(encrypted, outcome):
    store = StoreEncryption(
        id="arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1",
        name="home",
        form="file system",
        encrypted=encrypted,
        key=None,
    )
    assert storage_encrypted(store).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="both"),
        pytest.param({"outputs": None}, Outcome.FAILED, id="outputs plain"),
        pytest.param({"logs": None}, Outcome.FAILED, id="logs plain"),
        pytest.param({"logs": None, "outputs": DENIED}, Outcome.FAILED, id="logs plain for sure"),
        pytest.param(
            {"configuration": None, "outputs": None, "logs": None},
            Outcome.FAILED,
            id="no configuration",
        ),
        pytest.param({"outputs": DENIED}, Outcome.UNDETERMINED, id="outputs unread"),
        pytest.param({"logs": DENIED}, Outcome.UNDETERMINED, id="logs unread"),
    ],
)
def test_glue_outputs_encrypted(changes, outcome):
    fields = {"configuration": "coded", "outputs": "SSE-KMS", "logs": "SSE-KMS"} | changes
    job = JobEncryption(id="arn:aws:glue:eu-west-1:123456789012:job/load", name="load", **fields)
    assert glue_outputs_encrypted(job).outcome is outcome
