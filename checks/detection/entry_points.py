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
from collectors.evidence.aws.entry_points import ApiStage, WebAcl
from collectors.evidence.record import Unread

LEVELS = frozenset({"ERROR", "INFO", "ALL", "DEBUG"})
"""What an execution log may be set to, other than off."""


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


@check(
    id="aws.waf.requests-logged",
    title="Web ACLs log requests and measure every rule",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on logging of the web ACL and the metric of each rule.",
    empty=Outcome.NOT_APPLICABLE,
)
def waf_requests_logged(acl: WebAcl) -> Verdict:
    """What was turned away, and what was let through, only the web ACL can tell.

    A log counts whoever set it up, Security Lake included. Every rule and every group of rules
    publishes a metric; the rules inside of a group are left out.
    """
    if acl.logged is False:
        return failed("requests are not logged")
    if isinstance(acl.silent, tuple) and acl.silent:
        return failed("rules publish no metric", rules=acl.silent)
    for part in (acl.logged, acl.silent):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("requests are logged, and every rule publishes a metric")


@check(
    id="aws.api.requests-logged",
    title="APIs log requests",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Give the stage a destination for access logs, or the GraphQL API a log with a "
    "role that may write it.",
    empty=Outcome.NOT_APPLICABLE,
)
def api_requests_logged(stage: ApiStage) -> Verdict:
    """An API is where strangers hand in data; who called what has to be on record.

    Access logs count for every stage. Execution logs that are not off count for REST stages,
    and for GraphQL APIs, which have no others, if there is a role that can write them.
    """
    if stage.access_log is True:
        return passed("access logs go somewhere")
    if stage.form == "GraphQL" and stage.log_role is False:
        return failed("no role can write its log", level=_said(stage.level))
    if stage.form in {"GraphQL", "REST"} and stage.level in LEVELS:
        return passed("executions are logged", level=_said(stage.level))
    for part in (stage.access_log, stage.level):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("requests are not logged", level=_said(stage.level))


def _said(level: str | Unread | None) -> str | None:
    return None if isinstance(level, Unread) else level
