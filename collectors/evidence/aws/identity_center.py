"""Single sign-on: where it is, who gets what by it, and who does without."""

from datetime import date
from typing import Literal

from collectors.evidence.aws.iam import Statement
from collectors.evidence.record import Fact, Record, Unread


class CenterUser(Fact, frozen=True, tag="aws.center_user"):
    """Somebody in the directory of Identity Center."""

    id: str
    login: str
    email: str | None


class CenterAssignment(Record, frozen=True, tag="aws.center_assignment"):
    """A permission set in an account, and the user or group it is assigned to."""

    account_id: str
    permission_set: str | Unread
    """Its name."""
    principal: Literal["USER", "GROUP"]
    people: tuple[CenterUser, ...] | Unread | None
    """The user, or the members of the group; `None` where the principal is gone."""
    policies: tuple[str, ...] | Unread
    """The ARNs of AWS's policies in the permission set."""
    inline: tuple[Statement, ...] | Unread | None
    """The policy that is written into the permission set; `None` without one."""


class CenterInstances(Record, frozen=True, tag="aws.center_instances"):
    """A region of an account, with the instances of Identity Center that it shows."""

    account_id: str
    owners: tuple[str, ...] | Unread
    """The account that owns each."""


class ConsoleSignIn(Record, frozen=True, tag="aws.console_sign_in"):
    """An account, and how people sign in to it."""

    console_users: tuple[str, ...] | Unread
    """Users of IAM with a console password."""
    saml_providers: tuple[str, ...] | Unread
    management: str | Unread | None
    """The management account of its organisation; `None` without an organisation."""


class SingleSignOn(Record, frozen=True, tag="aws.single_sign_on"):
    """An account, with every instance of Identity Center that any of its regions shows."""

    console_users: tuple[str, ...] | Unread
    saml_providers: tuple[str, ...] | Unread
    management: str | Unread | None
    owners: tuple[str, ...]
    unseen: tuple[Unread, ...]
    """Regions whose instances could not be read."""


class GrantHolder(Fact, frozen=True, tag="aws.grant_holder"):
    """A login that holds a grant, beside the person of the register it belongs to."""

    login: str
    person: str | None
    employed_until: date | None
    in_doubt: Unread | None
    """Why its owner cannot be looked up, where nobody of the register fits."""


class AccountedGrant(Record, frozen=True, tag="aws.accounted_grant"):
    """A user of IAM or an assignment, with everybody who holds it."""

    via: Literal["user", "assignment"]
    holders: tuple[GrantHolder, ...] | Unread | None
    """`None` where it is assigned to somebody who is gone."""
