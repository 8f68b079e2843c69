"""Is stored data encrypted, and with whose key?"""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.dynamodb import DynamodbTable, TableKey
from collectors.evidence.aws.ec2 import EbsDefaults, EbsStorage
from collectors.evidence.aws.efs import StoreEncryption
from collectors.evidence.aws.glue import JobEncryption
from collectors.evidence.aws.rds import DatabaseStorage
from collectors.evidence.aws.s3 import DefaultEncryption, S3BucketEncryption
from collectors.evidence.record import Unread

PROVIDERS_ALIAS = "alias/aws/"
"""What the aliases of the keys that AWS manages begin with."""
RDS_ENCRYPTIONS = frozenset({"sse-kms", "sse-rds"})


@check(
    id="aws.s3.encryption-as-classified",
    title="S3 buckets encrypt what is written to them, with the key their class asks for",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Set the bucket's default encryption, with your own KMS key where one is required.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_encryption_as_classified(
    bucket: S3BucketEncryption, *, own_key_required: bool = False
) -> Verdict:
    """Encryption at rest keeps what leaves the data centre by another door unreadable.

    Any of S3's algorithms counts unless an own key is required. A KMS key counts as own if
    the bucket names one that is not AWS's own alias; the key itself is not asked.
    """
    default = bucket.default
    if isinstance(default, Unread):
        return undetermined(default)
    if default is None:
        return failed("no default encryption is set")
    if own_key_required and not _names_own_key(default):
        return failed("an own key is required and none is set", algorithm=default.algorithm)
    return passed("encrypted by default", algorithm=default.algorithm, key=default.key)


def _names_own_key(default: DefaultEncryption) -> bool:
    return default.key is not None and PROVIDERS_ALIAS not in default.key


@check(
    id="aws.rds.storage-encrypted",
    title="Databases and their snapshots are encrypted",
    controls=("CRY-02", "AVL-01"),
    severity=Severity.HIGH,
    remediation="Restore an encrypted copy of the database, switch to it, and delete the old one "
    "with its snapshots.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_storage_encrypted(storage: DatabaseStorage) -> Verdict:
    """A snapshot is a whole database in one file, and is easily shared or copied.

    A key that AWS owns counts: RDS then says that the storage is not encrypted, and names the
    type of encryption beside it. Members of a cluster are judged at the cluster.
    """
    if storage.member_of is not None:
        return not_applicable("judged at its cluster", cluster=storage.member_of)
    if storage.encryption_type in RDS_ENCRYPTIONS or storage.encrypted is True:
        return passed("encrypted", encryption_type=storage.encryption_type)
    if isinstance(storage.encrypted, Unread):
        return undetermined(storage.encrypted)
    return failed(f"the {storage.form} is not encrypted", encryption_type=storage.encryption_type)


@check(
    id="aws.dynamodb.encryption-as-classified",
    title="DynamoDB tables are encrypted with the key their class asks for",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Change the table's encryption to a customer managed key that is enabled.",
    empty=Outcome.NOT_APPLICABLE,
)
def dynamodb_encryption_as_classified(
    table: DynamodbTable, *, own_key_required: bool = False
) -> Verdict:
    """DynamoDB encrypts every table; only with an own key can the company take access away.

    Any key counts unless an own key is required: then it is a customer managed key, enabled.
    """
    key = table.key
    if isinstance(key, Unread):
        return undetermined(key)
    if not own_key_required:
        return passed("encrypted", key=None if key is None else key.arn)
    if key is None:
        return failed("an own key is required, and the table uses DynamoDB's")
    return _own_key(key)


def _own_key(key: TableKey) -> Verdict:
    if isinstance(key.manager, Unread):
        return undetermined(key.manager, key=key.arn)
    if isinstance(key.state, Unread):
        return undetermined(key.state, key=key.arn)
    if key.manager == "CUSTOMER" and key.state == "Enabled":
        return passed("encrypted with an own key", key=key.arn)
    return failed(
        "the table's key is not an own key that is enabled",
        key=key.arn,
        manager=key.manager,
        state=key.state,
    )


@check(
    id="aws.ec2.volume-encrypted",
    title="Volumes and their snapshots are encrypted",
    controls=("CRY-02", "AVL-01"),
    severity=Severity.HIGH,
    remediation="Copy to an encrypted volume or snapshot, and delete the plain one.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_volume_encrypted(storage: EbsStorage) -> Verdict:
    """A plain snapshot can be shared, copied and read by whoever gets hold of it.

    Volumes and the account's own snapshots count alike, in use or not: a forgotten snapshot
    holds the same data. Any key counts.
    """
    if isinstance(storage.encrypted, Unread):
        return undetermined(storage.encrypted)
    judge = passed if storage.encrypted else failed
    state = "encrypted" if storage.encrypted else "not encrypted"
    return judge(f"the {storage.form} is {state}", key=storage.key)


@check(
    id="aws.ec2.default-encryption-on",
    title="New volumes are encrypted in every region",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Turn on EBS encryption by default in every enabled region.",
    empty=Outcome.FAILED,
)
def ec2_default_encryption_on(region: EbsDefaults) -> Verdict:
    """With the default on, nobody can forget to ask for encryption.

    The setting belongs to a region of an account, so an idle region counts as well.
    """
    if isinstance(region.encrypted, Unread):
        return undetermined(region.encrypted)
    if region.encrypted:
        return passed("new volumes are encrypted by default")
    return failed("new volumes are plain unless someone asks for encryption")


@check(
    id="aws.storage.encrypted",
    title="File systems and warehouses are encrypted",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Make an encrypted copy, switch to it, and delete the plain one.",
    empty=Outcome.NOT_APPLICABLE,
)
def storage_encrypted(store: StoreEncryption) -> Verdict:
    """Neither EFS nor Redshift can encrypt in place what was made plain, so it stays plain.

    Any key counts. Serverless warehouses are left out: Redshift encrypts every one of them.
    """
    if isinstance(store.encrypted, Unread):
        return undetermined(store.encrypted)
    if store.encrypted:
        return passed(f"the {store.form} is encrypted", key=store.key)
    return failed(f"the {store.form} is not encrypted")


@check(
    id="aws.glue.outputs-encrypted",
    title="Data jobs encrypt what they write and what they log",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Attach a security configuration that encrypts outputs and logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def glue_outputs_encrypted(job: JobEncryption) -> Verdict:
    """A job copies data from where it is guarded to wherever the job was told.

    The security configuration must name an encryption for what is written to storage and one
    for the logs; a job without a configuration has neither.
    """
    if job.configuration is None:
        return failed("the job has no security configuration")
    modes = {"outputs": job.outputs, "logs": job.logs}
    plain = tuple(part for part, mode in modes.items() if mode is None)
    if plain:
        return failed(f"{' and '.join(plain)} are not encrypted", configuration=job.configuration)
    for mode in modes.values():
        if isinstance(mode, Unread):
            return undetermined(mode)
    return passed("outputs and logs are encrypted", configuration=job.configuration)
