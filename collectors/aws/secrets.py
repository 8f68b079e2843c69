"""Secrets that Secrets Manager keeps; their values are never read."""

from collections.abc import Iterator

from collectors.aws.account import Region, instant, moment
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.secrets import ManagedSecret

SECRETS = ApiCall(
    "secretsmanager",
    "ListSecrets",
    "secretsmanager:ListSecrets",
    redact=("SecretList.Description", "SecretList.Tags"),
)


@collector(id="aws.secretsmanager.secrets", calls=(SECRETS,))
def managed_secrets(region: Region) -> Iterator[ManagedSecret]:
    """Every secret of the region, less those that a service of AWS owns and changes itself.

    The listing leaves out what never was: rotation where it was never turned on, and the
    date of a change where there was none since the secret was made.
    """
    for secret in region.each(SECRETS, "SecretList"):
        if secret.get("OwningService"):
            continue
        due = secret.get("NextRotationDate")
        changed = "LastChangedDate" if "LastChangedDate" in secret else "CreatedDate"
        yield ManagedSecret(
            id=secret["ARN"],
            name=secret["Name"],
            rotates=secret.get("RotationEnabled") is True,
            rotation_due_at=None if due is None else instant(due),
            changed_at=moment(SECRETS, secret, changed),
        )
