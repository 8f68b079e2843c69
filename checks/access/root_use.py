"""Is root left alone?"""

from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.root_use import RootUse
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.account.root-not-used",
    title="Nobody uses the root user",
    controls=("ACC-03",),
    severity=Severity.HIGH,
    remediation="Use a named administrator role; keep root for the break-glass procedure and "
    "record each use.",
    empty=Outcome.FAILED,
)
def root_not_used(root: RootUse, *, as_of: Instant, quiet_days: int = 90) -> Verdict:
    """Nothing limits root and it has no name of its own: what it did was done by nobody.

    Neither its password nor its access keys may have been used within the quiet period, or
    ever. Each single use is judged by itself where the company records them.
    """
    uses = {"password": root.password_used_at, "access keys": root.keys_used_at}
    since = as_of - timedelta(days=quiet_days)
    known = {way: at for way, at in uses.items() if at and not isinstance(at, Unread)}
    recent = {way: at.isoformat() for way, at in known.items() if at > since}
    if recent:
        ways = " and ".join(recent)
        return failed(f"root was used by its {ways} within {quiet_days} days", **_named(recent))
    for at in uses.values():
        if isinstance(at, Unread):
            return undetermined(at)
    return passed(f"root was not used within {quiet_days} days")


def _named(uses: dict[str, str]) -> dict[str, str]:
    return {f"{way.replace(' ', '_')}_used_at": at for way, at in uses.items()}
