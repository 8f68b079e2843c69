"""Is data encrypted on its way?"""

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.database_tls import DatabaseTls, Parameter
from collectors.evidence.aws.s3 import PolicyCondition, PolicyStatement, S3BucketPolicy
from collectors.evidence.record import Unread

EVERYBODY = frozenset({"*", "AWS:*"})
EVERY_ACTION = frozenset({"*", "s3:*"})
ALWAYS_ENCRYPTED = frozenset({"neptune"})
"""Engines that take no plain connection, whatever they are told."""
REQUIRES_ENCRYPTION = frozenset({"1", "on", "true", "enabled", "fips-140-3", "tls1.2+", "tls1.3+"})
"""The values of the engines' parameters that refuse plain connections."""
MARIADB_THAT_REQUIRES_IT = (11, 8)


@check(
    id="aws.s3.tls-required",
    title="S3 buckets refuse requests that are not encrypted",
    controls=("CRY-01",),
    severity=Severity.MEDIUM,
    remediation="Add a statement to the bucket's policy that denies s3:* to everybody, on the "
    "bucket and its objects, when aws:SecureTransport is false.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_tls_required(bucket: S3BucketPolicy) -> Verdict:
    """S3 also answers over plain HTTP, where anyone on the way reads what is sent.

    Only the bucket's policy can refuse that. A statement counts if it denies every action to
    everybody when the transport is not secure, and nothing else narrows it; bucket and objects
    may be covered by one statement or by two. Statements written the other way round
    (`NotPrincipal`, `NotAction`, `NotResource`) do not count.
    """
    if isinstance(bucket.statements, Unread):
        return undetermined(bucket.statements)
    if bucket.statements is None:
        return failed("the bucket has no policy")
    covered = {
        resource
        for statement in bucket.statements
        if _denies_plain_transport(statement)
        for resource in statement.resources or ()
    }
    not_covered = tuple(
        part
        for part, name in (("bucket", bucket.id), ("objects", f"{bucket.id}/*"))
        if not any(_covers(resource, name) for resource in covered)
    )
    if not_covered:
        return failed("unencrypted requests are not denied", not_covered=not_covered)
    return passed("unencrypted requests are denied")


def _denies_plain_transport(statement: PolicyStatement) -> bool:
    return (
        statement.effect == "Deny"
        and not EVERYBODY.isdisjoint(statement.principals or ())
        and any(action.lower() in EVERY_ACTION for action in statement.actions or ())
        and all(_is_plain_transport(condition) for condition in statement.conditions)
    )


def _is_plain_transport(condition: PolicyCondition) -> bool:
    """Whether the condition holds for every unencrypted request."""
    return (
        condition.operator.lower() in {"bool", "boolifexists"}
        and condition.key.lower() == "aws:securetransport"
        and any(value.lower() == "false" for value in condition.values)
    )


def _covers(pattern: str, name: str) -> bool:
    """Whether a resource pattern covers all that `name` stands for.

    Only an asterisk at the end is understood: any other wildcard is taken as it is written, and
    is found in no name.
    """
    if pattern.endswith("*"):
        return name.startswith(pattern.removesuffix("*"))
    return name == pattern


@check(
    id="aws.rds.tls-required",
    title="Databases refuse connections that are not encrypted",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Set the parameter in the database's group, and restart it where that is asked "
    "for.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_tls_required(database: DatabaseTls) -> Verdict:
    """A client that may choose speaks plainly sooner or later, with its password first.

    What the group leaves open is decided by the engine: DocumentDB and MariaDB from 11.8 on
    require encryption, all others do not. Neptune always does. Members of a cluster are
    judged at the cluster. Oracle and Db2 have no such parameter: they are not known to refuse.
    """
    if database.member_of is not None:
        return not_applicable("judged at its cluster", cluster=database.member_of)
    if isinstance(database.engine, Unread):
        return undetermined(database.engine)
    if database.engine in ALWAYS_ENCRYPTED:
        return passed("the engine takes no plain connection", engine=database.engine)
    parameter = database.parameter
    if isinstance(parameter, Unread):
        return undetermined(parameter, engine=database.engine)
    if parameter is None:
        return undetermined("no parameter of the engine says so", engine=database.engine)
    return _refuses(database, parameter)


def _refuses(database: DatabaseTls, parameter: Parameter) -> Verdict:
    observed: dict[str, Observed] = {"parameter": parameter.name, "value": parameter.value}
    if parameter.value is None:
        required = _by_default(database)
        if isinstance(required, Unread):
            return undetermined(required, **observed)
    else:
        required = parameter.value.lower() in REQUIRES_ENCRYPTION
    if not required:
        return failed("plain connections are accepted", **observed)
    if database.pending:
        return undetermined("parameters wait for a restart, perhaps this one", **observed)
    return passed("plain connections are refused", **observed)


def _by_default(database: DatabaseTls) -> bool | Unread:
    if database.engine != "mariadb":
        return database.engine == "docdb"
    if isinstance(database.version, Unread):
        return database.version
    first, second = (*database.version.split("."), "0", "0")[:2]
    return (int(first), int(second)) >= MARIADB_THAT_REQUIRES_IT
