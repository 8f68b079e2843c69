"""Identities of an account, what opens them, and the policies they hold."""

from typing import Literal

from collectors.evidence.record import Fact, Instant, Record, Unread


class AccountRoot(Record, frozen=True, tag="aws.account_root"):
    """The root user of an account: the one identity that no policy of the account limits."""

    account_id: str
    mfa_on: bool | Unread
    has_password: bool | Unread
    """A member account of an organisation may have none: its root cannot sign in."""
    has_access_keys: bool | Unread
    has_signing_certificates: bool | Unread
    standing: Literal["standalone", "management", "member"] | Unread
    """The account's place in an organisation."""


class PasswordPolicy(Fact, frozen=True, tag="aws.password_policy"):
    """What an account asks of the console passwords of its users."""

    min_length: int | Unread
    reuse_memory: int
    """How many former passwords are refused; 0 when any may be used again."""


class AccountPasswordPolicy(Record, frozen=True, tag="aws.account_password_policy"):
    """An account's password policy, and whether it has anybody to apply to."""

    account_id: str
    policy: PasswordPolicy | Unread | None
    """`None` when the account never set one: AWS's weaker default applies."""
    has_console_users: bool | Unread


class ConsolePassword(Fact, frozen=True, tag="aws.console_password"):
    """The password that lets a user into the console."""

    created_at: Instant | Unread
    last_used_at: Instant | None
    """When the user last signed in, be it with an earlier password; `None` for never."""


class IamUser(Record, frozen=True, tag="aws.iam_user"):
    """A user of an account, with what they sign in with."""

    account_id: str
    password: ConsolePassword | Unread | None
    """`None` when the user has no access to the console."""
    mfa_devices: tuple[str, ...] | Unread


class AccessKey(Record, frozen=True, tag="aws.access_key"):
    """An active access key of a user."""

    account_id: str
    user: str
    created_at: Instant | Unread
    last_used_at: Instant | Unread | None
    """`None` when it was never used."""


class Condition(Fact, frozen=True, tag="aws.iam_condition"):
    """One condition of a statement, such as `StringEquals aws:PrincipalArn`."""

    operator: str
    key: str
    values: tuple[str, ...]


class Statement(Fact, frozen=True, tag="aws.iam_statement"):
    """One statement of a policy; each pair of lists has one that is `None`."""

    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]


class GrantedPolicy(Record, frozen=True, tag="aws.granted_policy"):
    """A policy in force: an attached one of the customer's own, or one written into its holder."""

    account_id: str
    statements: tuple[Statement, ...] | Unread


class PolicyHolder(Record, frozen=True, tag="aws.policy_holder"):
    """A user, group or role, with the policies attached to it."""

    account_id: str
    type: Literal["user", "group", "role"]
    attached: tuple[str, ...] | Unread
    """ARNs of managed policies, AWS's and the customer's."""


class UserRights(Record, frozen=True, tag="aws.user_rights"):
    """A user, with the policies that were given to nobody else."""

    account_id: str
    attached: tuple[str, ...] | Unread
    """ARNs of the managed policies attached to the user itself."""
    inline: tuple[str, ...] | Unread
    """Names of the policies written into the user."""
