"""Is what happens written down, and kept long enough?"""

from collections.abc import Iterable

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
from collectors.evidence.aws.cloudtrail import (
    CoveringTrail,
    ManagementSelector,
    Trail,
    TrailCoverage,
)
from collectors.evidence.aws.logs import LogGroup
from collectors.evidence.gcp import AuditConfig, ProjectAudit, ProjectSinks, Sink
from collectors.evidence.record import Unread

DELIVERED_ELSEWHERE = "DELIVERY"
"""The class of log groups that only pass events on, and keep them for a day."""
ALL_SERVICES = "allServices"
DATA_ACCESS = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")
ALL_AUDIT_LOGS = frozenset(
    f"logname:{name}"
    for path in ("cloudaudit.googleapis.com", "logs/cloudaudit.googleapis.com")
    for name in (path, f'"{path}"')
)
EACH_AUDIT_LOG = frozenset(
    f'log_id("cloudaudit.googleapis.com/{log}")'
    for log in ("activity", "data_access", "policy", "system_event")
)


@check(
    id="aws.cloudtrail.all-regions-recorded",
    title="Management events of every region are recorded",
    controls=("MON-01",),
    severity=Severity.HIGH,
    remediation="Create one multi-region organisation trail that records all management events.",
    empty=Outcome.FAILED,
)
def cloudtrail_all_regions_recorded(region: TrailCoverage) -> Verdict:
    """Whoever changes a region that no trail records leaves no trace; nobody watches idle ones.

    Reads and writes both count, and may be recorded by different trails, as long as each is
    logging: one of the region, a multi-region one, or the organisation's. A trail that
    filters on more than reads, writes and left-out sources records an unknown part, and
    counts for nothing. CloudTrail lets a trail leave out KMS and the RDS Data API; what no
    trail records is named in the reason.
    """
    if isinstance(region.trails, Unread):
        return undetermined(region.trails)
    selectors = tuple(_recording(region.trails))
    reads = [selector.excluded for selector in selectors if selector.reads]
    writes = [selector.excluded for selector in selectors if selector.writes]
    trails = tuple(trail.arn for trail in region.trails)
    if reads and writes:
        left_out = frozenset.intersection(*reads) | frozenset.intersection(*writes)
        return passed(_recorded(left_out), trails=trails, left_out=tuple(sorted(left_out)))
    for trail in region.trails:
        doubt = _doubt(trail)
        if doubt:
            return undetermined(doubt, trails=trails)
    return failed(_missing(region.trails, reads=bool(reads), writes=bool(writes)), trails=trails)


@check(
    id="aws.cloudtrail.log-validation-on",
    title="Trails sign what they deliver",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on log file validation.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudtrail_log_validation_on(trail: Trail) -> Verdict:
    """Without signed digests nobody can show that the log was not changed afterwards.

    A trail is judged once, in the account and region it was made in. That there is a trail
    at all is asked of each region by aws.cloudtrail.all-regions-recorded.
    """
    if isinstance(trail.log_validation, Unread):
        return undetermined(trail.log_validation)
    return passed("digests are signed") if trail.log_validation else failed("no digests are kept")


@check(
    id="aws.logs.retention-long-enough",
    title="Log groups keep their events long enough",
    controls=("MON-01", "DAT-02"),
    severity=Severity.MEDIUM,
    remediation="Set the retention of the log group to the policy's value.",
    empty=Outcome.NOT_APPLICABLE,
)
def logs_retention_long_enough(
    group: LogGroup, *, min_days: int = 365, never_expires_allowed: bool = True
) -> Verdict:
    """An intrusion is often found months after it began; by then short logs know nothing of it.

    Groups of the delivery class only pass events on, and are judged where the events go. Set
    `never_expires_allowed` to false where the retention schedule demands that logs are
    deleted some day.
    """
    if group.log_class == DELIVERED_ELSEWHERE:
        return not_applicable("the group only passes its events on")
    if group.retention_days is None:
        judge = passed if never_expires_allowed else failed
        return judge("events never expire", retention_days=None)
    judge = passed if group.retention_days >= min_days else failed
    return judge(
        f"events are kept for {group.retention_days} days, {min_days} required",
        retention_days=group.retention_days,
    )


def _recording(trails: Iterable[CoveringTrail]) -> Iterable[ManagementSelector]:
    """The selectors of logging trails that leave nothing out but the sources they name."""
    for trail in trails:
        if trail.logging is True and not isinstance(trail.selectors, Unread):
            yield from (selector for selector in trail.selectors if not selector.narrowed_by)


def _doubt(trail: CoveringTrail) -> Unread | None:
    """What might yet show that a trail records; nothing more is to be known of a stopped one."""
    if isinstance(trail.logging, Unread):
        return trail.logging
    return trail.selectors if trail.logging and isinstance(trail.selectors, Unread) else None


def _recorded(left_out: frozenset[str]) -> str:
    exception = f", except those of {', '.join(sorted(left_out))}" if left_out else ""
    return f"reads and writes are recorded{exception}"


def _missing(trails: tuple[CoveringTrail, ...], *, reads: bool, writes: bool) -> str:
    if not trails:
        return "no trail covers the region"
    if not any(trail.logging for trail in trails):
        return "no trail that covers the region is logging"
    missing = [kind for kind, recorded in (("reads", reads), ("writes", writes)) if not recorded]
    return f"{' and '.join(missing)} are not recorded in full"


@check(
    id="gcp.logging.data-access-recorded",
    title="Access to data is written to the audit log",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Set the audit configuration for all services at the organisation, without "
    "exempt principals.",
    empty=Outcome.FAILED,
)
def logging_data_access_recorded(
    project: ProjectAudit, *, services: tuple[str, ...] = (ALL_SERVICES,)
) -> Verdict:
    """Who read or changed data is known afterwards only if it was written down.

    Google always records what administrators change, but data reads, data writes and reads of
    settings only where it is told to. What the project's folders and organisation record counts
    for the project, and so does whom they exempt; where they cannot be read nobody can
    say that nobody is exempt.
    """
    configs = tuple(_audit_configs(project, services))
    recorded = {(config.service, config.log_type) for config in configs}
    missing = tuple(
        f"{service} {kind}"
        for service in services
        for kind in DATA_ACCESS
        if not recorded & {(service, kind), (ALL_SERVICES, kind)}
    )
    exempt = tuple(sorted(frozenset[str]().union(*(config.exempted for config in configs))))
    if exempt:
        return failed(f"{len(exempt)} principals are exempt", exempt=exempt, missing=missing)
    for part in (*(layer.configs for layer in project.layers), project.unseen):
        if isinstance(part, Unread):
            return undetermined(part, not_seen=missing)
    if missing:
        return failed("some access to data is not recorded", missing=missing)
    return passed("all access to data is recorded, and nobody is exempt", services=services)


@check(
    id="gcp.logging.sink-complete",
    title="All audit logs are exported out of the project",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Create an aggregated sink of the organisation that includes its children, "
    'without a filter or with logName:"cloudaudit.googleapis.com".',
    empty=Outcome.FAILED,
)
def logging_sink_complete(project: ProjectSinks) -> Verdict:
    """Whoever takes over a project can delete what is kept in it, its logs included.

    A sink counts if it is on, leaves nothing out, and leads out of the project: one of its
    own, or one of a folder or organisation above it that includes children. A filter counts
    if it names all audit logs and nothing narrows it; any other is taken to leave some out.
    """
    complete = tuple(_complete_sinks(project))
    own = {project.layers[0].node, f"projects/{project.project_id}"}
    outside = tuple(
        sink.destination
        for sink in complete
        if not isinstance(sink.destination_owner, Unread) and sink.destination_owner not in own
    )
    if outside and not isinstance(project.project_id, Unread):
        return passed("all audit logs are exported", destinations=outside)
    for part in (
        *(layer.sinks for layer in project.layers),
        *(sink.destination_owner for sink in complete),
        project.unseen,
        project.project_id,
    ):
        if isinstance(part, Unread):
            return undetermined(part)
    if complete:
        return failed(
            "every complete export stays in the project",
            destinations=tuple(sink.destination for sink in complete),
        )
    return failed("no sink exports all audit logs")


def _audit_configs(project: ProjectAudit, services: tuple[str, ...]) -> Iterable[AuditConfig]:
    """What the layers that were read say of some services; "all" asks about every one."""
    for layer in project.layers:
        if not isinstance(layer.configs, Unread):
            for config in layer.configs:
                if ALL_SERVICES in services or config.service in (ALL_SERVICES, *services):
                    yield config


def _complete_sinks(project: ProjectSinks) -> Iterable[Sink]:
    """The sinks that take all audit logs of the project, wherever they lead."""
    for layer in project.layers:
        if isinstance(layer.sinks, Unread):
            continue
        for sink in layer.sinks:
            reaches = layer == project.layers[0] or sink.include_children
            if reaches and not sink.disabled and not sink.exclusions and _takes_all(sink.filter):
                yield sink


def _takes_all(written: str | None) -> bool:
    """Whether a filter is one of the plain ways to write "all audit logs".

    In the filter language OR binds closer than AND, and a space is an AND: only a chain of
    bare terms is sure to widen with each of them.
    """
    if written is None:
        return True
    terms = {term.lower() for term in " ".join(written.split()).split(" OR ")}
    if any(" " in term for term in terms):
        return False
    return bool(terms & ALL_AUDIT_LOGS) or terms >= EACH_AUDIT_LOG
