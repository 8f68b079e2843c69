"""Is what happens written down, and kept long enough?"""

import pytest

from checks.contract import Outcome
from checks.detection.logging import (
    cloudtrail_all_regions_recorded,
    cloudtrail_log_validation_on,
    logging_data_access_recorded,
    logging_sink_complete,
    logs_retention_long_enough,
)
from collectors.evidence.aws.cloudtrail import (
    CoveringTrail,
    ManagementSelector,
    Trail,
    TrailCoverage,
)
from collectors.evidence.aws.logs import LogGroup
from collectors.evidence.gcp import (
    AuditConfig,
    AuditLayer,
    ProjectAudit,
    ProjectSinks,
    Sink,
    SinkLayer,
)
from tests.evidence import DENIED

KMS = frozenset({"kms.amazonaws.com"})
EVERYTHING = ManagementSelector(reads=True, writes=True)
READS = ManagementSelector(reads=True, writes=False)
WRITES = ManagementSelector(reads=False, writes=True)
WITHOUT_KMS = ManagementSelector(reads=True, writes=True, excluded=KMS)
NARROW = ManagementSelector(reads=True, writes=True, narrowed_by=frozenset({"eventName"}))


def trail(*selectors, logging=True, unread=None):
    return CoveringTrail(
        arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/main",
        logging=logging,
        selectors=unread or selectors,
    )


def region(trails):
    return TrailCoverage(
        id="arn:aws:cloudtrail:eu-west-1:123456789012:management-events",
        name="123456789012/eu-west-1",
        trails=trails,
    )


@pytest.mark.parametrize(
    ("trails", "outcome", "reason"),
    [
        pytest.param(
            (trail(EVERYTHING),), Outcome.PASSED, "reads and writes are recorded", id="everything"
        ),
        pytest.param(
            (trail(READS, WRITES),), Outcome.PASSED, "reads and writes are recorded", id="in two"
        ),
        pytest.param(
            (trail(READS), trail(WRITES)),
            Outcome.PASSED,
            "reads and writes are recorded",
            id="two trails make up the whole",
        ),
        pytest.param(
            (trail(WITHOUT_KMS),),
            Outcome.PASSED,
            "reads and writes are recorded, except those of kms.amazonaws.com",
            id="keys left out",
        ),
        pytest.param(
            (trail(WITHOUT_KMS), trail(WRITES)),
            Outcome.PASSED,
            "reads and writes are recorded, except those of kms.amazonaws.com",
            id="reads of keys left out",
        ),
        pytest.param(
            (trail(WITHOUT_KMS), trail(EVERYTHING)),
            Outcome.PASSED,
            "reads and writes are recorded",
            id="one trail leaves keys out, another records them",
        ),
        pytest.param(
            (trail(unread=DENIED), trail(EVERYTHING)),
            Outcome.PASSED,
            "reads and writes are recorded",
            id="one denied, another settles it",
        ),
        pytest.param((), Outcome.FAILED, "no trail covers the region", id="no trail"),
        pytest.param(
            (trail(EVERYTHING, logging=False),),
            Outcome.FAILED,
            "no trail that covers the region is logging",
            id="stopped",
        ),
        pytest.param(
            (trail(unread=DENIED, logging=False),),
            Outcome.FAILED,
            "no trail that covers the region is logging",
            id="stopped, whatever it would record",
        ),
        pytest.param(
            (trail(WRITES),), Outcome.FAILED, "reads are not recorded in full", id="writes only"
        ),
        pytest.param(
            (trail(READS),), Outcome.FAILED, "writes are not recorded in full", id="reads only"
        ),
        pytest.param(
            (trail(NARROW),),
            Outcome.FAILED,
            "reads and writes are not recorded in full",
            id="only events of some names",
        ),
        pytest.param(
            (trail(),),
            Outcome.FAILED,
            "reads and writes are not recorded in full",
            id="data events only",
        ),
        pytest.param(DENIED, Outcome.UNDETERMINED, DENIED.why, id="trails denied"),
        pytest.param(
            (trail(EVERYTHING, logging=DENIED),), Outcome.UNDETERMINED, DENIED.why, id="status"
        ),
        pytest.param(
            (trail(unread=DENIED),), Outcome.UNDETERMINED, DENIED.why, id="selectors denied"
        ),
        pytest.param(
            (trail(WRITES), trail(unread=DENIED)),
            Outcome.UNDETERMINED,
            DENIED.why,
            id="the denied one may record the rest",
        ),
    ],
)
def test_cloudtrail_all_regions_recorded(trails, outcome, reason):
    verdict = cloudtrail_all_regions_recorded(region(trails))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("log_validation", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="on"),
        pytest.param(False, Outcome.FAILED, id="off"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="not told"),
    ],
)
def test_cloudtrail_log_validation_on(log_validation, outcome):
    subject = Trail(
        id="arn:aws:cloudtrail:us-east-1:123456789012:trail/main",
        name="main",
        log_validation=log_validation,
    )
    assert cloudtrail_log_validation_on(subject).outcome is outcome


def log_group(days, log_class=None):
    return LogGroup(
        id="arn:aws:logs:eu-west-1:123456789012:log-group:/app",
        name="/app",
        retention_days=days,
        log_class=log_class,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(log_group(365), Outcome.PASSED, id="as long as required"),
        pytest.param(log_group(364), Outcome.FAILED, id="a day short"),
        pytest.param(log_group(None), Outcome.PASSED, id="for ever"),
        pytest.param(log_group(1, "INFREQUENT_ACCESS"), Outcome.FAILED, id="another class"),
        pytest.param(log_group(1, "DELIVERY"), Outcome.NOT_APPLICABLE, id="passed on"),
    ],
)
def test_logs_retention_long_enough(subject, outcome):
    assert logs_retention_long_enough(subject).outcome is outcome


def test_logs_that_must_be_deleted_may_not_be_kept_for_ever():
    verdict = logs_retention_long_enough(log_group(None), never_expires_allowed=False)
    assert verdict.outcome is Outcome.FAILED


ALL = "allServices"
STORAGE = "storage.googleapis.com"
KINDS = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")


def recorded(service, *kinds, exempt=()):
    return tuple(
        AuditConfig(service=service, log_type=kind, exempted=frozenset(exempt)) for kind in kinds
    )


def audit(own=(), above=(), *, unseen=None):
    return ProjectAudit(
        id="//cloudresourcemanager.googleapis.com/projects/1001",
        name="acme-prod",
        layers=(
            AuditLayer(node="projects/1001", configs=own),
            AuditLayer(node="organizations/900", configs=above),
        ),
        unseen=unseen,
    )


@pytest.mark.parametrize(
    ("subject", "services", "outcome"),
    [
        pytest.param(audit(recorded(ALL, *KINDS)), (ALL,), Outcome.PASSED, id="by the project"),
        pytest.param(audit((), recorded(ALL, *KINDS)), (ALL,), Outcome.PASSED, id="from above"),
        pytest.param(
            audit(recorded(ALL, "DATA_READ"), recorded(ALL, "ADMIN_READ", "DATA_WRITE")),
            (ALL,),
            Outcome.PASSED,
            id="each a part",
        ),
        pytest.param(audit(), (ALL,), Outcome.FAILED, id="nothing"),
        pytest.param(audit(recorded(ALL, *KINDS[:2])), (ALL,), Outcome.FAILED, id="no writes"),
        pytest.param(audit(recorded(STORAGE, *KINDS)), (ALL,), Outcome.FAILED, id="one service"),
        pytest.param(
            audit(recorded(STORAGE, *KINDS)), (STORAGE,), Outcome.PASSED, id="the one in scope"
        ),
        pytest.param(
            audit(recorded(ALL, *KINDS)), (STORAGE,), Outcome.PASSED, id="all include the one"
        ),
        pytest.param(
            audit(recorded(ALL, *KINDS, exempt=["user:bob@acme.test"])),
            (ALL,),
            Outcome.FAILED,
            id="somebody is exempt",
        ),
        pytest.param(
            audit(
                recorded(ALL, *KINDS), recorded(STORAGE, "DATA_READ", exempt=["user:b@acme.test"])
            ),
            (ALL,),
            Outcome.FAILED,
            id="exempt above, for one service",
        ),
        pytest.param(
            audit(
                recorded(STORAGE, *KINDS),
                recorded("pubsub.googleapis.com", "DATA_READ", exempt=["user:b@acme.test"]),
            ),
            (STORAGE,),
            Outcome.PASSED,
            id="exempt where nobody asked",
        ),
        pytest.param(audit((), DENIED), (ALL,), Outcome.UNDETERMINED, id="above denied"),
        pytest.param(
            audit(recorded(ALL, *KINDS), DENIED),
            (ALL,),
            Outcome.UNDETERMINED,
            id="perhaps exempt above",
        ),
        pytest.param(
            audit(recorded(ALL, *KINDS), unseen=DENIED),
            (ALL,),
            Outcome.UNDETERMINED,
            id="the hierarchy goes on",
        ),
        pytest.param(
            audit(recorded(ALL, "DATA_READ", exempt=["user:b@acme.test"]), DENIED),
            (ALL,),
            Outcome.FAILED,
            id="exempt for sure",
        ),
    ],
)
def test_logging_data_access_recorded(subject, services, outcome):
    assert logging_data_access_recorded(subject, services=services).outcome is outcome


def test_what_is_not_recorded_is_named():
    verdict = logging_data_access_recorded(audit(recorded(ALL, *KINDS[:2])))
    assert verdict.observed == {"missing": ("allServices DATA_WRITE",)}


def sink(*, owner="projects/1002", takes=None, exclusions=(), disabled=False, children=False):
    return Sink(
        name="audit",
        destination="pubsub.googleapis.com/projects/acme-logs/topics/audit",
        destination_owner=owner,
        filter=takes,
        exclusions=exclusions,
        disabled=disabled,
        include_children=children,
    )


def exported(own=(), above=(), *, unseen=None, project_id="acme-prod"):
    return ProjectSinks(
        id="//cloudresourcemanager.googleapis.com/projects/1001",
        name="acme-prod",
        project_id=project_id,
        layers=(
            SinkLayer(node="projects/1001", sinks=own),
            SinkLayer(node="organizations/900", sinks=above),
        ),
        unseen=unseen,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(exported((sink(),)), Outcome.PASSED, id="everything, elsewhere"),
        pytest.param(exported((), (sink(children=True),)), Outcome.PASSED, id="from above"),
        pytest.param(exported((), (sink(),)), Outcome.FAILED, id="above, without children"),
        pytest.param(exported((sink(disabled=True),)), Outcome.FAILED, id="disabled"),
        pytest.param(exported((sink(exclusions=("a",)),)), Outcome.FAILED, id="leaves some out"),
        pytest.param(exported((sink(owner="projects/1001"),)), Outcome.FAILED, id="to itself"),
        pytest.param(exported((sink(owner="projects/acme-prod"),)), Outcome.FAILED, id="by its id"),
        pytest.param(exported(), Outcome.FAILED, id="no sink"),
        pytest.param(exported(DENIED), Outcome.UNDETERMINED, id="sinks denied"),
        pytest.param(exported((), DENIED), Outcome.UNDETERMINED, id="sinks above denied"),
        pytest.param(exported((sink(),), DENIED), Outcome.PASSED, id="its own sink settles it"),
        pytest.param(exported(unseen=DENIED), Outcome.UNDETERMINED, id="the hierarchy goes on"),
        pytest.param(exported((sink(owner=DENIED),)), Outcome.UNDETERMINED, id="whose bucket?"),
        pytest.param(
            exported((sink(owner=DENIED, takes="severity>=ERROR"),)),
            Outcome.FAILED,
            id="whose bucket does not matter",
        ),
        pytest.param(
            exported((sink(owner="projects/x"),), project_id=DENIED),
            Outcome.UNDETERMINED,
            id="perhaps to itself",
        ),
    ],
)
def test_logging_sink_complete(subject, outcome):
    assert logging_sink_complete(subject).outcome is outcome


@pytest.mark.parametrize(
    ("takes", "outcome"),
    [
        pytest.param('logName:"cloudaudit.googleapis.com"', Outcome.PASSED, id="all by name"),
        pytest.param("logName:cloudaudit.googleapis.com", Outcome.PASSED, id="without quotes"),
        pytest.param(
            'severity>=ERROR OR logName:"logs/cloudaudit.googleapis.com"',
            Outcome.PASSED,
            id="and more",
        ),
        pytest.param(
            " OR\n".join(
                f'LOG_ID("cloudaudit.googleapis.com/{log}")'
                for log in ("activity", "data_access", "system_event", "policy")
            ),
            Outcome.PASSED,
            id="each of the four",
        ),
        pytest.param(
            'log_id("cloudaudit.googleapis.com/activity")', Outcome.FAILED, id="one of the four"
        ),
        pytest.param(
            'severity>=ERROR AND logName:"cloudaudit.googleapis.com"', Outcome.FAILED, id="narrowed"
        ),
        pytest.param(
            'severity>=ERROR\nlogName:x OR logName:"cloudaudit.googleapis.com"',
            Outcome.FAILED,
            id="narrowed by a line",
        ),
        pytest.param("severity>=ERROR", Outcome.FAILED, id="something else"),
    ],
)
def test_only_plain_filters_count_as_all_audit_logs(takes, outcome):
    assert logging_sink_complete(exported((sink(takes=takes),))).outcome is outcome
