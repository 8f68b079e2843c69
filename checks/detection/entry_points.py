"""Do the entry points write down who asked for what?"""

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
from collectors.evidence.aws.balancers import LoadBalancer
from collectors.evidence.aws.cloudfront import DistributionLog
from collectors.evidence.record import Unread


@check(
    id="aws.elb.requests-logged",
    title="Load balancers log requests",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on access logs to a bucket, or a delivery of the balancer's logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def elb_requests_logged(balancer: LoadBalancer) -> Verdict:
    """Who asked for what, and when, is known only to the balancer.

    Logs to a bucket count, and logs that CloudWatch Logs delivers. A network balancer is
    judged only if it ends TLS or its logs are delivered, since it writes an access log of TLS
    alone; gateway balancers have none.
    """
    if balancer.form == "gateway":
        return not_applicable("gateway balancers have no access log")
    if balancer.to_bucket is True and balancer.ends_tls is True:
        return passed("access logs go to a bucket")
    if balancer.delivered is True:
        return passed("its logs are delivered")
    if balancer.ends_tls is False:
        return not_applicable("without a TLS listener it writes no access log")
    for part in (balancer.to_bucket, balancer.delivered, balancer.ends_tls):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("requests are not logged")


@check(
    id="aws.cloudfront.requests-logged",
    title="Distributions log requests",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on standard logs or real-time logs of the distribution.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudfront_requests_logged(log: DistributionLog) -> Verdict:
    """What the cache answers never reaches a server, so no server's log has it.

    Standard logs count, to a bucket or as CloudWatch Logs delivers them, and a real-time log
    of every behaviour. A distribution that is turned off is not judged.
    """
    if log.enabled is False:
        return not_applicable("the distribution is turned off")
    ways = {"real-time": log.realtime, "bucket": log.to_bucket, "delivery": log.delivered}
    on = tuple(name for name, way in ways.items() if way is True)
    if on:
        return passed("requests are logged", by=on)
    for part in (log.enabled, *ways.values()):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("requests are not logged")
