"""Do services that data passes through write down who used them?"""

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
from collectors.evidence.aws.data_services import Broker, ModelUse, Workgroup
from collectors.evidence.aws.opensearch import SearchDomain
from collectors.evidence.record import Unread

HAS_AUDIT_LOG = "ACTIVEMQ"
DISABLED = "DISABLED"


@check(
    id="aws.mq.broker-logged",
    title="Message brokers write logs",
    controls=("MON-01",),
    severity=Severity.LOW,
    remediation="Turn on the broker's general log, and the audit log of ActiveMQ.",
    empty=Outcome.NOT_APPLICABLE,
)
def mq_broker_logged(broker: Broker) -> Verdict:
    """A broker's log tells who connected and what was changed.

    The general log counts for every engine, the audit log for ActiveMQ; RabbitMQ has none.
    What takes force only with the next restart does not count.
    """
    if broker.general is False:
        return failed("the general log is off")
    if isinstance(broker.general, Unread):
        return undetermined(broker.general)
    if broker.audit is True:
        return passed("general and audit log are on")
    for part in (broker.engine, broker.audit):
        if isinstance(part, Unread):
            return undetermined(part)
    if broker.engine == HAS_AUDIT_LOG:
        return failed("the audit log is off")
    return passed("the general log is on")


@check(
    id="aws.athena.workgroup-settings-enforced",
    title="Query workgroups enforce their settings, publish metrics and encrypt results",
    controls=("MON-01", "CRY-02"),
    severity=Severity.MEDIUM,
    remediation="Turn on the workgroup's metrics, the encryption of its results, and the option "
    "that its settings override those of clients.",
    empty=Outcome.NOT_APPLICABLE,
)
def athena_workgroup_settings_enforced(workgroup: Workgroup) -> Verdict:
    """Results of queries are copies of data; where they go should not be up to each client.

    Results that Athena keeps itself are always encrypted. A workgroup that is turned off is
    not judged, nor the one that AWS makes in every region as long as it knows of no query.
    """
    if workgroup.state == DISABLED:
        return not_applicable("the workgroup is turned off")
    if workgroup.used is False:
        return not_applicable("AWS made it, and Athena knows of no query")
    off = tuple(
        name
        for name, is_off in {
            "enforcement": workgroup.enforced is False,
            "metrics": workgroup.metrics is False,
            "encryption of results": workgroup.results == "plain",
        }.items()
        if is_off
    )
    parts = (workgroup.enforced, workgroup.metrics, workgroup.results)
    for part in (workgroup.state, workgroup.used, *(() if off else parts)):
        if isinstance(part, Unread):
            return undetermined(part, off=off)
    if off:
        return failed(f"not turned on: {', '.join(off)}", off=off)
    return passed("settings are enforced, metrics published, results encrypted")


@check(
    id="aws.bedrock.invocations-logged",
    title="Calls of models are logged wherever models are called",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on model invocation logging in the region, with text, to a bucket or a log "
    "group.",
    empty=Outcome.NOT_APPLICABLE,
)
def bedrock_invocations_logged(use: ModelUse) -> Verdict:
    """What a model was asked and what it answered can be told only from this log.

    Judged is a region in which CloudWatch lists calls, which it does for two weeks after the
    last one. The log counts if it goes somewhere and holds the text.
    """
    if use.invoked is False:
        return not_applicable("CloudWatch lists no calls of models")
    if isinstance(use.destinations, Unread):
        return undetermined(use.destinations)
    if use.destinations and use.text is True:
        return passed("calls are logged with their text", destinations=use.destinations)
    for part in (use.invoked, use.text):
        if isinstance(part, Unread):
            return undetermined(part)
    if not use.destinations:
        return failed("calls of models are not logged")
    return failed("the log leaves out the text", destinations=use.destinations)


@check(
    id="aws.opensearch.audit-logged",
    title="Search domains publish audit logs",
    controls=("MON-01",),
    severity=Severity.HIGH,
    remediation="Turn on fine-grained access control, then publish audit logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def opensearch_audit_logged(domain: SearchDomain) -> Verdict:
    """Who read which documents is known only to the domain itself.

    Only with fine-grained access control does a domain know who asks; without it nothing is
    written to an audit log, even where one is published.
    """
    if domain.fine_grained is False:
        return failed("without fine-grained access control there is no audit log")
    if domain.audited is False:
        return failed("audit logs are not published")
    for part in (domain.fine_grained, domain.audited):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("audit logs are published")
