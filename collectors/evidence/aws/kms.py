"""Keys that encrypt stored data."""

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Record, Unread


class KmsKey(Record, frozen=True, tag="aws.kms_key"):
    """A customer managed key, or one whose manager could not be read."""

    account_id: str
    manager: str | Unread
    spec: str | Unread
    """What kind of key it is; `SYMMETRIC_DEFAULT` is the kind AWS can rotate."""
    origin: str | Unread
    """Where its material came from; `AWS_KMS` when AWS made it."""
    state: str | Unread
    is_replica: bool | Unread
    """Whether it is the copy of a key of another region."""
    rotation_days: int | Unread | None
    """How often AWS replaces its material; `None` when that is off, or not offered for it."""


class KmsKeyPolicy(Record, frozen=True, tag="aws.kms_key_policy"):
    """A customer managed key, or one whose manager could not be read, with its policy."""

    account_id: str
    manager: str | Unread
    statements: tuple[ResourceStatement, ...] | Unread | None
    """Every key has a policy: `None` is not to be expected."""


class RetiredKey(Record, frozen=True, tag="aws.retired_key"):
    """An own key that is turned off or about to be deleted, or whose state is not known."""

    state: str | Unread
    users: tuple[str, ...]
    """The stores seen to be encrypted with it, by ARN."""
    unseen: Unread | None
    """Why not every store could be seen; `None` where all were."""
