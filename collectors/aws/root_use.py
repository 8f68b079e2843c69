"""When the root user was last used, by the report of credentials."""

import csv
from base64 import b64decode
from collections.abc import Iterator, Mapping

from collectors.aws.account import Account, Response, instant, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.root_use import RootUse
from collectors.evidence.record import Instant, Unread
from collectors.reader import unread

ORDER = ApiCall(
    "iam",
    "GenerateCredentialReport",
    "iam:GenerateCredentialReport",
    passing=("Description", "State"),
)
REPORT = ApiCall(
    "iam", "GetCredentialReport", "iam:GetCredentialReport", passing=("GeneratedTime",)
)
ROOT = "<root_account>"
NEVER = {"N/A", "no_information", "not_supported"}
"""AWS's words for a credential that is not there, or was not used since it is recorded."""


@collector(id="aws.iam.root-use", calls=(ORDER, REPORT))
def root_use(account: Account) -> Iterator[RootUse]:
    """The root user, with its last sign-in and the last use of its access keys.

    Nothing but the report of credentials tells them. AWS makes one at most every four hours: to
    order it makes a new one only where the last is older. Sessions that an organisation takes
    as root are not in it: they are short, and are calls of the organisation's own.
    """
    ordered = account.detail(ORDER)
    row = ordered if isinstance(ordered, Unread) else _root(account.detail(REPORT))
    keys = [_used(row, f"access_key_{number}_last_used_date") for number in (1, 2)]
    yield RootUse(
        id=f"arn:{account.partition}:iam::{account.id}:root",
        name=f"root user of {account.id}",
        account_id=account.id,
        password_used_at=_used(row, "password_last_used"),
        keys_used_at=_latest(keys),
    )


def _root(answer: Response | Unread) -> Mapping[str, str] | Unread:
    content = told(REPORT, answer, "Content", str)
    if isinstance(content, Unread):
        return content
    rows = csv.DictReader(b64decode(content).decode().splitlines())
    found = next((row for row in rows if row.get("user") == ROOT), None)
    return found or unread(REPORT, f"the answer has no {ROOT}")


def _used(row: Mapping[str, str] | Unread, column: str) -> Instant | Unread | None:
    if isinstance(row, Unread):
        return row
    written = row.get(column)
    if not written:
        return unread(REPORT, f"the answer has no {column}")
    return None if written in NEVER else instant(written)


def _latest(moments: list[Instant | Unread | None]) -> Instant | Unread | None:
    for moment in moments:
        if isinstance(moment, Unread):
            return moment
    return max((m for m in moments if m is not None and not isinstance(m, Unread)), default=None)
