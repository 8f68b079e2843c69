"""The accounts of an organization, open and closed ones alike."""

from collections.abc import Iterator

from collectors.aws.account import Organization, Response
from collectors.aws.iam_trust import MEMBERS as ACCOUNTS
from collectors.contract import collector
from collectors.evidence.places import Place

ACTIVE = "ACTIVE"


def closed(account: Response) -> str | None:
    """The state of an account that lets nobody in, as AWS calls it; `None` for an open one.

    `Status` is what AWS called it until September 2026.
    """
    state: str = account.get("State") or account.get("Status") or ACTIVE
    return None if state == ACTIVE else state


@collector(id="aws.organizations.accounts", calls=(ACCOUNTS,))
def accounts(organization: Organization) -> Iterator[Place]:
    """Every account of the organization: open ones are read, closed ones let nobody in."""
    for account in organization.each(ACCOUNTS, "Accounts"):
        state = closed(account)
        yield Place(
            id=account["Arn"],
            name=account["Id"],
            what="account",
            called=(account["Id"],),
            is_read=state is None,
            closed=state,
        )
