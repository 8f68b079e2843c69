"""Functions of Lambda."""

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Record, Unread


class FunctionAccess(Record, frozen=True, tag="aws.function_access"):
    """A function, with its policy and the addresses it answers at."""

    account_id: str
    statements: tuple[ResourceStatement, ...] | Unread | None
    """`None` where it has no policy: only its own account may call it."""
    addresses: tuple[str, ...] | Unread
    """How each of its function URLs asks who calls: `AWS_IAM` or `NONE`."""
