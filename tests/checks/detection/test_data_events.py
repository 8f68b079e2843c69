"""Whether the use of data, functions and models is recorded."""

import pytest

from checks.contract import Outcome
from checks.detection.data_events import (
    AGENTS,
    FUNCTIONS,
    OBJECTS,
    cloudtrail_function_and_model_calls_recorded,
    cloudtrail_log_bucket_access_recorded,
    cloudtrail_object_access_recorded,
    s3_access_recorded,
)
from collectors.evidence.aws.bucket_records import BucketAccess
from collectors.evidence.aws.cloudtrail import CoveringTrail, ManagementSelector
from collectors.evidence.aws.data_events import (
    ArnFilter,
    DataRecorder,
    DataSelector,
    RecordedBucket,
    RecordedCalls,
    WatchedLogBucket,
)
from tests.evidence import DENIED

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
BUCKET = "arn:aws:s3:::acme-exports"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:pay"


def arns(operator, *values):
    return ArnFilter(operator=operator, values=frozenset(values))


def selector(*filters, of=OBJECTS, reads=True, writes=True, narrowed_by=()):
    return DataSelector(
        resource_type=of,
        reads=reads,
        writes=writes,
        arns=filters,
        narrowed_by=frozenset(narrowed_by),
    )


def recorder(*selectors, recording=True, read=True, form="trail"):
    return DataRecorder(
        arn="arn", form=form, recording=recording, selectors=selectors if read else DENIED
    )


def bucket(*trails, stores=(), classified="confidential", read=True):
    return RecordedBucket(
        id=BUCKET,
        name="acme-exports",
        classification=classified,
        trails=trails if read else DENIED,
        stores=stores,
    )


@pytest.mark.parametrize(
    ("one", "covered"),
    [
        pytest.param(selector(), True, id="every object"),
        pytest.param(selector(arns("StartsWith", "arn:aws:s3")), True, id="every bucket"),
        pytest.param(selector(arns("StartsWith", f"{BUCKET}/")), True, id="the bucket"),
        pytest.param(selector(arns("StartsWith", f"{BUCKET}/in/")), False, id="a folder in it"),
        pytest.param(selector(arns("StartsWith", "arn:aws:s3:::other/")), False, id="another"),
        pytest.param(selector(arns("Equals", f"{BUCKET}/")), False, id="one object"),
        pytest.param(selector(arns("EndsWith", "/")), False, id="by their ends"),
        pytest.param(selector(arns("NotStartsWith", "arn:aws:s3:::other/")), True, id="all but"),
        pytest.param(selector(arns("NotStartsWith", f"{BUCKET}/")), False, id="all but these"),
        pytest.param(selector(arns("NotStartsWith", f"{BUCKET}/in/")), False, id="all but some"),
        pytest.param(selector(arns("NotStartsWith", "arn:aws:s3")), False, id="none"),
        pytest.param(selector(arns("NotEquals", f"{BUCKET}/x")), False, id="all but one"),
        pytest.param(
            selector(arns("StartsWith", "arn:aws:s3"), arns("NotStartsWith", f"{BUCKET}/")),
            False,
            id="both have to be met",
        ),
        pytest.param(selector(narrowed_by=("eventName",)), False, id="some events"),
        pytest.param(selector(of=FUNCTIONS), False, id="something else"),
        pytest.param(selector(writes=False), False, id="reads only"),
        pytest.param(selector(reads=False), False, id="writes only"),
    ],
)
def test_a_selector_counts_for_all_objects_of_the_bucket_or_for_none(one, covered):
    verdict = cloudtrail_object_access_recorded(bucket(recorder(one)))
    assert verdict.outcome is (PASSED if covered else FAILED)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(
            bucket(recorder(selector(reads=False)), recorder(selector(writes=False))),
            PASSED,
            id="by two trails",
        ),
        pytest.param(
            bucket(stores=(recorder(selector(), form="store"),)),
            PASSED,
            id="by an event data store",
        ),
        pytest.param(bucket(recorder(selector(), recording=False)), FAILED, id="by one at rest"),
        pytest.param(bucket(), FAILED, id="by nothing"),
        pytest.param(bucket(classified="public"), LEFT_OUT, id="public"),
        pytest.param(bucket(classified=None), LEFT_OUT, id="unclassified"),
        pytest.param(bucket(classified="Personal"), FAILED, id="personal"),
        pytest.param(bucket(classified=DENIED), UNKNOWN, id="class unread"),
        pytest.param(bucket(read=False), UNKNOWN, id="trails unread"),
        pytest.param(
            bucket(read=False, stores=(recorder(selector()),)), PASSED, id="a store settles it"
        ),
        pytest.param(bucket(recorder(read=False)), UNKNOWN, id="selectors unread"),
        pytest.param(bucket(recorder(read=False, recording=False)), FAILED, id="unread, at rest"),
        pytest.param(bucket(recorder(selector(), recording=DENIED)), UNKNOWN, id="state unread"),
        pytest.param(bucket(stores=DENIED), UNKNOWN, id="stores unread"),
    ],
)
def test_cloudtrail_object_access_recorded(subject, outcome):
    assert cloudtrail_object_access_recorded(subject).outcome is outcome


def test_every_bucket_is_judged_where_that_is_asked_for():
    subject = bucket(classified=DENIED)
    verdict = cloudtrail_object_access_recorded(subject, require_all_buckets=True)
    assert verdict.outcome is FAILED


def log_bucket(target, *trails, stores=()):
    return WatchedLogBucket(
        id=BUCKET, name="acme-exports", access_log_to=target, trails=trails, stores=stores
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(log_bucket("acme-access"), PASSED, id="to another bucket"),
        pytest.param(log_bucket("acme-exports"), FAILED, id="into itself"),
        pytest.param(log_bucket(None), FAILED, id="no trace"),
        pytest.param(log_bucket(None, recorder(selector(writes=False))), PASSED, id="reads"),
        pytest.param(log_bucket(None, recorder(selector(reads=False))), FAILED, id="writes only"),
        pytest.param(log_bucket(DENIED), UNKNOWN, id="access log unread"),
        pytest.param(log_bucket(DENIED, recorder(selector())), PASSED, id="data events settle it"),
        pytest.param(log_bucket(None, recorder(read=False)), UNKNOWN, id="selectors unread"),
        pytest.param(log_bucket("other", stores=DENIED), PASSED, id="the access log settles it"),
    ],
)
def test_cloudtrail_log_bucket_access_recorded(subject, outcome):
    assert cloudtrail_log_bucket_access_recorded(subject).outcome is outcome


def management(*excluded, logging=True, read=True, narrowed_by=()):
    one = ManagementSelector(
        reads=True,
        writes=True,
        excluded=frozenset(excluded),
        narrowed_by=frozenset(narrowed_by),
    )
    return CoveringTrail(arn="arn", logging=logging, selectors=(one,) if read else DENIED)


def calls(*trails, functions=(), models=False, agents=False, management=(), read=True):
    return RecordedCalls(
        id="arn:aws:cloudtrail:eu-west-1:123456789012:calls",
        name="123456789012/eu-west-1",
        functions=functions,
        models_logged=models,
        has_agents=agents,
        trails=trails if read else DENIED,
        stores=(),
        management=management,
    )


ONE = (FUNCTION,)
ALL_FUNCTIONS = recorder(selector(arns("StartsWith", "arn:aws:lambda"), of=FUNCTIONS))
THIS_FUNCTION = recorder(selector(arns("Equals", FUNCTION), of=FUNCTIONS, reads=False))
LONGER = recorder(selector(arns("Equals", f"{FUNCTION}-v2"), of=FUNCTIONS))
ALL_AGENTS = recorder(selector(of=AGENTS))


@pytest.mark.parametrize(
    ("region", "outcome"),
    [
        pytest.param(calls(), LEFT_OUT, id="nothing is called"),
        pytest.param(calls(ALL_FUNCTIONS, functions=ONE), PASSED, id="all functions"),
        pytest.param(calls(THIS_FUNCTION, functions=ONE), PASSED, id="this function"),
        pytest.param(calls(LONGER, functions=ONE), FAILED, id="another function"),
        pytest.param(calls(functions=ONE), FAILED, id="no data events"),
        pytest.param(calls(functions=ONE, read=False), UNKNOWN, id="trails unread"),
        pytest.param(calls(models=True, management=(management(),)), PASSED, id="models"),
        pytest.param(
            calls(models=True, management=(management("bedrock.amazonaws.com"),)),
            FAILED,
            id="models left out",
        ),
        pytest.param(
            calls(models=True, management=(management("kms.amazonaws.com"),)),
            PASSED,
            id="something else left out",
        ),
        pytest.param(
            calls(models=True, management=(management(logging=False),)), FAILED, id="trail at rest"
        ),
        pytest.param(
            calls(models=True, management=(management(narrowed_by=("eventSource",)),)),
            FAILED,
            id="a part of the management events",
        ),
        pytest.param(
            calls(models=True, management=(management(read=False),)), UNKNOWN, id="selectors unread"
        ),
        pytest.param(calls(models=True, management=DENIED), UNKNOWN, id="management unread"),
        pytest.param(
            calls(ALL_AGENTS, agents=True, management=(management(),)), PASSED, id="agents"
        ),
        pytest.param(calls(agents=True, management=(management(),)), FAILED, id="agents missing"),
        pytest.param(calls(ALL_AGENTS, agents=True), FAILED, id="agents need their models"),
        pytest.param(calls(functions=DENIED), UNKNOWN, id="functions unread"),
        pytest.param(
            calls(functions=DENIED, agents=True, management=(management(),)),
            FAILED,
            id="agents settle it",
        ),
        pytest.param(
            calls(ALL_FUNCTIONS, functions=ONE, agents=DENIED), UNKNOWN, id="agents unread"
        ),
    ],
)
def test_cloudtrail_function_and_model_calls_recorded(region, outcome):
    assert cloudtrail_function_and_model_calls_recorded(region).outcome is outcome


def accessed(*trails, stores=(), tags=(), access_log_to=None):
    return BucketAccess(
        id=BUCKET,
        name="acme-exports",
        account_id="123456789012",
        tags=DENIED if tags is DENIED else frozenset(tags),
        access_log_to=access_log_to,
        trails=trails,
        stores=stores,
    )


READER, WRITER = recorder(selector(writes=False)), recorder(selector(reads=False))
BLIND = recorder(read=False)
TAG = "gapwatch:log-bucket"


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(accessed(), FAILED, id="no trace"),
        pytest.param(accessed(access_log_to="logs"), PASSED, id="access log"),
        pytest.param(accessed(READER, WRITER), PASSED, id="two trails"),
        pytest.param(accessed(stores=(recorder(selector()),)), PASSED, id="a store"),
        pytest.param(accessed(READER), FAILED, id="reads only"),
        pytest.param(accessed(WRITER), FAILED, id="writes only"),
        pytest.param(accessed(BLIND), UNKNOWN, id="trail unread"),
        pytest.param(accessed(BLIND, READER, WRITER), PASSED, id="others settle it"),
        pytest.param(accessed(access_log_to=DENIED), UNKNOWN, id="log unread"),
        pytest.param(accessed(READER, WRITER, access_log_to=DENIED), PASSED, id="trails settle"),
        pytest.param(accessed(tags=DENIED), UNKNOWN, id="tags unread"),
        pytest.param(accessed(READER, WRITER, tags=DENIED), PASSED, id="tagged or not"),
        pytest.param(accessed(tags=(TAG,)), LEFT_OUT, id="receives logs"),
        pytest.param(accessed(BLIND, tags=(TAG,)), LEFT_OUT, id="tag settles it"),
        pytest.param(accessed(tags=("team",)), FAILED, id="tagged otherwise"),
    ],
)
def test_s3_access_recorded(subject, outcome):
    assert s3_access_recorded(subject).outcome is outcome
