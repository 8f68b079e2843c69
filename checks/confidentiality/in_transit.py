"""Is data encrypted on its way?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.s3 import PolicyCondition, PolicyStatement, S3BucketPolicy
from collectors.evidence.record import Unread

EVERYBODY = frozenset({"*", "AWS:*"})
EVERY_ACTION = frozenset({"*", "s3:*"})


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
