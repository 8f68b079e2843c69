"""Is it noticed when the service is in trouble?"""

from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.alarms import CriticalComponent
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.cloudwatch.critical-alarms-set",
    title="Alarms watch what the service cannot do without",
    controls=("AVL-04", "PIN-03"),
    severity=Severity.MEDIUM,
    remediation="Create an alarm on errors or saturation of the component, with an action.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudwatch_critical_alarms_set(
    component: CriticalComponent, *, as_of: Instant, max_insufficient_hours: int = 48
) -> Verdict:
    """Customers should not be the first to know.

    Judged is what is tagged `tier` = `1`: at least one alarm has the component among its
    dimensions, does something when it goes off, and was not without data for longer than the
    limit. Which metric it watches is left to those who know the component.
    """
    if isinstance(component.alarms, Unread):
        return undetermined(component.alarms)
    acting = [alarm for alarm in component.alarms if alarm.acts]
    latest = as_of - timedelta(hours=max_insufficient_hours)
    for alarm in acting:
        blind = alarm.blind_since
        if blind is None or (not isinstance(blind, Unread) and blind >= latest):
            return passed("an alarm watches it", alarm=alarm.name)
    for alarm in acting:
        if isinstance(alarm.blind_since, Unread):
            return undetermined(alarm.blind_since, alarm=alarm.name)
    if acting:
        return failed("its alarms have had no data for longer than the limit")
    if component.alarms:
        return failed("its alarms do nothing when they go off")
    return failed("no alarm watches it")
