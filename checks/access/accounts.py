"""Who can sign in, and with what."""

from datetime import datetime, timedelta

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
from collectors.evidence.aws.iam import (
    AccessKey,
    AccountPasswordPolicy,
    AccountRoot,
    IamUser,
    PasswordPolicy,
)
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.account.root-mfa-on",
    title="The root user signs in with a second factor",
    controls=("ACC-02", "ACC-03"),
    severity=Severity.CRITICAL,
    remediation="Register a hardware key or a second authenticator for root, or remove the root "
    "credentials of member accounts centrally.",
    empty=Outcome.FAILED,
)
def root_mfa_on(root: AccountRoot) -> Verdict:
    """No policy of the account limits root, so its password alone must not be enough.

    A member account of an organisation may have no root password at all: there is nothing to
    sign in with, and the organisation decides whether there ever is again. The management
    account always needs the device, and so does an account without an organisation, where
    whoever reads root's mail can set a new password.
    """
    if root.mfa_on is True:
        return passed("root signs in with a second factor")
    if isinstance(root.mfa_on, Unread):
        return undetermined(root.mfa_on)
    if root.has_password is True or root.standing in ("management", "standalone"):
        return failed("root has no second factor")
    for unknown in (root.has_password, root.standing):
        if isinstance(unknown, Unread):
            return undetermined(unknown)
    return passed("the member account has no root password")


@check(
    id="aws.account.root-without-access-keys",
    title="The root user holds no access keys",
    controls=("ACC-03", "ACC-08"),
    severity=Severity.CRITICAL,
    remediation="Delete root's access keys and signing certificates, and move what used them to "
    "a role.",
    empty=Outcome.FAILED,
)
def root_without_access_keys(root: AccountRoot) -> Verdict:
    """A key of the root user can do everything, and no policy of the account can narrow it.

    Signing certificates open the same door by an older protocol. A key that is turned off
    counts too: one call turns it on again.
    """
    credentials = {
        "access keys": root.has_access_keys,
        "signing certificates": root.has_signing_certificates,
    }
    held = tuple(name for name, present in credentials.items() if present is True)
    if held:
        return failed(f"root holds {' and '.join(held)}", held=held)
    for present in credentials.values():
        if isinstance(present, Unread):
            return undetermined(present)
    return passed("root holds neither access keys nor signing certificates")


@check(
    id="aws.iam.console-user-has-mfa",
    title="Users of the AWS console sign in with a second factor",
    controls=("ACC-02",),
    severity=Severity.CRITICAL,
    remediation="Enrol an MFA device, or move the person to single sign-on and delete the "
    "password.",
    empty=Outcome.NOT_APPLICABLE,
)
def console_user_has_mfa(user: IamUser) -> Verdict:
    """A password alone is one phishing mail away from somebody else.

    Judged is every user with a console password. Root has a check of its own; people who come
    through single sign-on have no user here, and are judged where they sign in.
    """
    if user.password is None:
        return not_applicable("no console password")
    if isinstance(user.mfa_devices, Unread):
        return undetermined(user.mfa_devices)
    if user.mfa_devices:
        return passed("an MFA device is enrolled", devices=user.mfa_devices)
    if isinstance(user.password, Unread):
        return undetermined(user.password)
    return failed("a console password without an MFA device")


@check(
    id="aws.iam.console-password-used",
    title="Console passwords that nobody uses are removed",
    controls=("ACC-05", "ACC-08"),
    severity=Severity.MEDIUM,
    remediation="Remove the user's login profile.",
    empty=Outcome.PASSED,
)
def console_password_used(user: IamUser, *, as_of: Instant, max_idle_days: int = 45) -> Verdict:
    """A password nobody uses is missed by nobody when somebody else does.

    The time counts from the last sign-in, or from the day the password was set if nobody
    signed in since.
    """
    password = user.password
    if password is None:
        return not_applicable("no console password")
    if isinstance(password, Unread):
        return undetermined(password)
    return _used(
        password.created_at, password.last_used_at, as_of=as_of, max_idle_days=max_idle_days
    )


@check(
    id="aws.iam.access-key-rotated",
    title="Access keys are replaced on schedule",
    controls=("ACC-08",),
    severity=Severity.MEDIUM,
    remediation="Replace the key with a role or identity federation; where that is impossible, "
    "rotate it.",
    empty=Outcome.PASSED,
)
def access_key_rotated(key: AccessKey, *, as_of: Instant, max_age_days: int = 90) -> Verdict:
    """The longer a key lives, the more copies of it lie about in files and build logs.

    Judged is every active key, a user's second as well as the first. Keys that are turned off
    open nothing and are left out.
    """
    created_at = key.created_at
    if isinstance(created_at, Unread):
        return undetermined(created_at, user=key.user)
    due = created_at + timedelta(days=max_age_days)
    judge = passed if as_of <= due else failed
    return judge(
        f"the key is to be replaced by {due:%Y-%m-%d}",
        user=key.user,
        created_at=created_at.isoformat(),
        due=due.isoformat(),
    )


@check(
    id="aws.iam.access-key-used",
    title="Access keys that nothing uses are removed",
    controls=("ACC-05", "ACC-08"),
    severity=Severity.MEDIUM,
    remediation="Deactivate the key, wait to see whether anything breaks, and delete it.",
    empty=Outcome.PASSED,
)
def access_key_used(key: AccessKey, *, as_of: Instant, max_idle_days: int = 45) -> Verdict:
    """A key that nothing uses serves only whoever finds it.

    The time counts from the last use, or from the key's creation if it was never used.
    """
    return _used(key.created_at, key.last_used_at, as_of=as_of, max_idle_days=max_idle_days)


@check(
    id="aws.iam.password-policy-strong",
    title="The account asks for strong console passwords",
    controls=("ACC-08",),
    severity=Severity.MEDIUM,
    remediation="Set the account's password policy, or remove the last console users.",
    empty=Outcome.FAILED,
)
def password_policy_strong(
    account: AccountPasswordPolicy, *, min_length: int = 14, reuse_memory: int = 24
) -> Verdict:
    """Length makes a password hard to guess, and memory keeps an old one from coming back.

    An account whose users all sign in elsewhere has no password to ask anything of. Without a
    policy of its own, AWS's default asks for eight characters and remembers nothing.
    """
    if account.has_console_users is False:
        return not_applicable("no user has a console password")
    verdict = _strength(account.policy, min_length, reuse_memory)
    if isinstance(account.has_console_users, Unread):
        return undetermined(account.has_console_users, **verdict.observed)
    return verdict


def _strength(
    policy: PasswordPolicy | Unread | None, min_length: int, reuse_memory: int
) -> Verdict:
    if isinstance(policy, Unread):
        return undetermined(policy)
    if policy is None:
        return failed("the account has no password policy of its own")
    asked, remembered = policy.min_length, policy.reuse_memory
    if isinstance(asked, Unread):
        return undetermined(asked, reuse_memory=remembered)
    judge = passed if asked >= min_length and remembered >= reuse_memory else failed
    return judge(
        f"{asked} characters and {remembered} remembered passwords, "
        f"{min_length} and {reuse_memory} required",
        min_length=asked,
        reuse_memory=remembered,
    )


def _used(
    made_at: Instant | Unread,
    last_used_at: Instant | Unread | None,
    *,
    as_of: Instant,
    max_idle_days: int,
) -> Verdict:
    """The later of the two moments counts, so either can settle it alone."""
    moments = {"made_at": made_at, "last_used_at": last_used_at}
    known = {name: at for name, at in moments.items() if isinstance(at, datetime)}
    observed = {name: at.isoformat() for name, at in known.items()}
    idle = timedelta(days=max_idle_days)
    if any(as_of <= at + idle for at in known.values()):
        return passed(f"made or used within {max_idle_days} days", **observed)
    for at in moments.values():
        if isinstance(at, Unread):
            return undetermined(at, **observed)
    if last_used_at is None:
        return failed(f"never used, and made more than {max_idle_days} days ago", **observed)
    return failed(f"not used within {max_idle_days} days", **observed)
