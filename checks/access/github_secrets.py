"""Which secrets workflows carry."""

from datetime import datetime, timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.actions import ActionsSecret
from collectors.evidence.record import Unread


@check(
    id="github.actions.cloud-access-federated",
    title="Workflows reach the cloud without long-lived keys",
    controls=("ACC-08", "CRY-03"),
    severity=Severity.MEDIUM,
    remediation="Use token federation, delete the key, and replace old secrets.",
    empty=Outcome.PASSED,
)
def actions_cloud_access_federated(
    secret: ActionsSecret,
    *,
    as_of: datetime,
    patterns: tuple[str, ...] = (
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "GOOGLE_CREDENTIALS",
        "GCP_SA_KEY",
    ),
    max_age_days: int = 365,
) -> Verdict:
    """A key that a workflow carries works from anywhere, for whoever copies it.

    Known by their names, and by words around them (`PROD_AWS_ACCESS_KEY_ID`); values cannot
    be read. Other secrets have to be replaced within the limit.
    """
    name = secret.called.upper()
    found = tuple(pattern for pattern in patterns if pattern.upper() in name)
    if found:
        return failed("the name is that of a long-lived cloud key", matches=found)
    if isinstance(secret.updated_at, Unread):
        return undetermined(secret.updated_at)
    due = secret.updated_at + timedelta(days=max_age_days)
    judge = passed if as_of <= due else failed
    return judge(f"the secret is to be replaced by {due:%Y-%m-%d}", due=due.isoformat())
