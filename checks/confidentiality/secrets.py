"""Are secrets changed before they are old?"""

from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.secrets import ManagedSecret
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.secretsmanager.secret-rotated",
    title="Secrets are changed on schedule",
    controls=("CRY-03", "ACC-08"),
    severity=Severity.MEDIUM,
    remediation="Set up rotation, or change the value.",
    empty=Outcome.NOT_APPLICABLE,
)
def secretsmanager_secret_rotated(
    secret: ManagedSecret, *, as_of: Instant, max_age_days: int = 90
) -> Verdict:
    """The longer a secret lives, the more people and machines have seen it.

    Rotation that is on and not overdue passes; an overdue one did not succeed. Without
    rotation, the last change counts. Secrets that a service of AWS owns are left out: it
    changes them itself. Values are never read.
    """
    if secret.rotates and secret.rotation_due_at is not None and as_of <= secret.rotation_due_at:
        return passed("rotation is on", due=f"{secret.rotation_due_at:%Y-%m-%d}")
    if isinstance(secret.changed_at, Unread):
        return undetermined(secret.changed_at)
    due = secret.changed_at + timedelta(days=max_age_days)
    judge = passed if as_of <= due else failed
    return judge(f"the value is good until {due:%Y-%m-%d}", changed=f"{secret.changed_at:%Y-%m-%d}")
