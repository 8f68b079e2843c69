"""What reaches an organisation without a person: keys, tokens and Apps."""

from datetime import datetime, timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.credentials import AccessToken, DeployKey, InstalledApp
from collectors.evidence.record import Unread


@check(
    id="github.deploy-key.read-only-and-young",
    title="Deploy keys only read, are used, and are replaced",
    controls=("ACC-08", "ACC-07"),
    severity=Severity.MEDIUM,
    remediation="Delete the key, or replace it by a young one that only reads.",
    empty=Outcome.PASSED,
)
def deploy_key_read_only_and_young(
    key: DeployKey, *, as_of: datetime, max_age_days: int = 365, max_idle_days: int = 90
) -> Verdict:
    """A deploy key never ends and belongs to nobody; whoever copies it keeps it.

    It may only read, has to have been used within the limit, and to be younger than the
    maximum age. A key that was never used counts from the day it was made.
    """
    if key.read_only is False:
        return failed("the key may write")
    if isinstance(key.read_only, Unread):
        return undetermined(key.read_only)
    if isinstance(key.created_at, Unread):
        return undetermined(key.created_at)
    if isinstance(key.last_used_at, Unread):
        return undetermined(key.last_used_at)
    used = key.last_used_at or key.created_at
    due = min(key.created_at + timedelta(days=max_age_days), used + timedelta(days=max_idle_days))
    judge = passed if as_of <= due else failed
    return judge(f"the key is to be used or replaced by {due:%Y-%m-%d}", due=due.isoformat())


@check(
    id="github.organisation.tokens-approved",
    title="Tokens that reach the organisation end and are used",
    controls=("ACC-08", "ACC-04"),
    severity=Severity.MEDIUM,
    remediation="Revoke the token, and use an App or federation.",
    empty=Outcome.PASSED,
)
def organisation_tokens_approved(
    token: AccessToken, *, as_of: datetime, max_lifetime_days: int = 366, max_idle_days: int = 90
) -> Verdict:
    """A person's token does what the person may, from anywhere and without a second factor.

    Fine-grained tokens have to end within the limit and to be used; classic tokens and keys
    that were authorised for single sign-on have to be younger than the limit. Others of
    these GitHub does not show.
    """
    if isinstance(token.created_at, Unread):
        return undetermined(token.created_at)
    if isinstance(token.expires_at, Unread):
        return undetermined(token.expires_at)
    if isinstance(token.last_used_at, Unread):
        return undetermined(token.last_used_at)
    latest = token.created_at + timedelta(days=max_lifetime_days)
    if token.fine_grained and token.expires_at is None:
        return failed("the token never ends", owner=token.owner)
    if token.expires_at is not None and token.expires_at > latest:
        return failed(f"the token lives until {token.expires_at:%Y-%m-%d}", owner=token.owner)
    idle = (token.last_used_at or token.created_at) + timedelta(days=max_idle_days)
    due = min(idle, latest)
    judge = passed if as_of <= due else failed
    why = f"the token is to be used or replaced by {due:%Y-%m-%d}"
    return judge(why, owner=token.owner, due=due.isoformat())


@check(
    id="github.app.permissions-approved",
    title="Apps that change the organisation are approved",
    controls=("ACC-04", "ACC-07", "VEN-01"),
    severity=Severity.HIGH,
    remediation="Remove the App, lower its permissions, or list it as approved.",
    empty=Outcome.PASSED,
)
def app_permissions_approved(
    app: InstalledApp,
    *,
    approved_apps: tuple[str, ...] = (),
    watched: tuple[str, ...] = (
        "administration",
        "contents",
        "members",
        "workflows",
        "secrets",
        "organization_administration",
    ),
) -> Verdict:
    """An App that may write code or settings is a colleague nobody hired.

    Whoever has one of the watched permissions to more than read has to be on the company's
    list. A suspended App can do nothing until somebody lets it.
    """
    if app.slug in approved_apps:
        return passed("the App is approved", suspended=app.suspended)
    if isinstance(app.writes, Unread):
        return undetermined(app.writes)
    writes = tuple(sorted(app.writes & set(watched)))
    if writes:
        return failed(f"the App may change {', '.join(writes)}", suspended=app.suspended)
    return passed("the App changes nothing that is watched", suspended=app.suspended)
