"""Are versions in use that somebody still repairs?"""

from datetime import UTC, datetime, time, timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.runtimes import DEPRECATED_ON
from collectors.evidence.aws.versions import ManagedVersion
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.compute.version-supported",
    title="Functions and clusters run versions that AWS still repairs",
    controls=("VUL-02",),
    severity=Severity.MEDIUM,
    remediation="Move to a supported version.",
    empty=Outcome.NOT_APPLICABLE,
)
def compute_version_supported(
    managed: ManagedVersion, *, as_of: Instant, warn_days: int = 60
) -> Verdict:
    """What is found in a version after its last day stays open for good.

    A version fails when it has less than the warning period left, so that there is time to
    move. Of clusters, standard support counts; of functions, the table that comes with the
    checks, since no operation tells. A runtime it does not know is not known to be supported.
    """
    if isinstance(managed.version, Unread):
        return undetermined(managed.version)
    end = managed.supported_until
    if managed.form == "function":
        day = DEPRECATED_ON.get(managed.version)
        end = None if day is None else datetime.combine(day, time(), UTC)
    if isinstance(end, Unread):
        return undetermined(end, version=managed.version)
    if end is None:
        return undetermined("the version is not in our table", version=managed.version)
    judge = passed if as_of + timedelta(days=warn_days) <= end else failed
    return judge(
        f"{managed.version} is supported until {end:%Y-%m-%d}",
        version=managed.version,
        until=f"{end:%Y-%m-%d}",
    )
