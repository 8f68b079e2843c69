"""A service in use that nobody asks is told; a list that may not be whole is an omission."""

import botocore.session
import pytest

from collectors.aws.service_names import (
    SPELT_OTHERWISE,
    THERE_ANYWAY,
    asked_services,
    indexed_service,
    recorded_service,
)
from collectors.aws.services import unasked_services
from collectors.evidence.record import Omission
from tests.architecture.test_calls import managed
from tests.collectors.aws.shaped import said
from tests.faults import Denied

RECORDERS = "config:DescribeConfigurationRecorders"
STATUS = "config:DescribeConfigurationRecorderStatus"
COUNTS = "config:GetDiscoveredResourceCounts"
EXPLORER = "resource-explorer-2"
INDEXES, INDEXED = f"{EXPLORER}:ListIndexes", f"{EXPLORER}:ListResources"
SESSION = botocore.session.get_session()
TYPES = SESSION.get_service_model("config").shape_for("ResourceType").enum
ALL = {"recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}}


ONLY_SOME = {"recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}}
ACCOUNT = "123456789012"
SCOPE = f"aws:{ACCOUNT}/eu-west-1"
MODEL = "AWS::SageMaker::Model"


def recorder(group=ALL, *, recording=True, last="SUCCESS"):
    status = {"name": "default", "recording": recording, "lastStatus": last}
    return said(
        RECORDERS, {"ConfigurationRecorders": [{"name": "default", "recordingGroup": group}]}
    ) | said(STATUS, {"ConfigurationRecordersStatus": [status]})


def leaving_out(*kinds):
    return {
        "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
        "exclusionByResourceTypes": {"resourceTypes": [*kinds]},
    }


def counts(*kinds, **more):
    return {"resourceCounts": [{"resourceType": kind, "count": 1} for kind in kinds]} | more


def resources(*kinds, **more):
    listed = [
        {"ResourceType": kind, "Arn": "arn:aws:hush", "Region": "eu-west-1"} for kind in kinds
    ]
    return {"Resources": listed} | more


NO_RECORDER = said(RECORDERS, {"ConfigurationRecorders": []})
NO_INDEX = said(INDEXES, {"Indexes": []})
INDEX = said(INDEXES, {"Indexes": [{"Region": "eu-west-1", "Type": "LOCAL"}]})
RECORDED = recorder() | said(
    COUNTS, counts("AWS::EC2::Volume", MODEL, "AWS::Cloud9::EnvironmentEC2")
)
BY_INDEX = NO_RECORDER | INDEX | said(INDEXED, resources("ec2:volume", "sagemaker:model"))
NOT_RUNNING = f"{RECORDERS}: no recorder runs here"
STANDS_STILL = f"{STATUS}: the recorder stands still"
NOT_EVERY_KIND = f"{RECORDERS}: not every kind is recorded"


def told(snapshot):
    return {record.called[-1] for record in snapshot.records}


def test_what_a_recorder_of_everything_knows_is_told_less_what_is_asked(aws):
    snapshot, transcript = aws.snapshot(unasked_services, RECORDED)

    assert snapshot.complete
    assert told(snapshot) == {"cloud9", "sagemaker"}
    last = snapshot.records[-1]
    assert last.id == f"arn:aws:account::{ACCOUNT}:region/eu-west-1/sagemaker"
    assert last.called == (
        f"{ACCOUNT}/eu-west-1/sagemaker",
        f"{ACCOUNT}/sagemaker",
        "sagemaker",
    )
    assert aws.again(unasked_services, transcript) == snapshot


def test_an_index_tells_what_it_has_and_not_that_there_is_no_more(aws):
    snapshot, transcript = aws.snapshot(unasked_services, BY_INDEX)

    assert told(snapshot) == {"sagemaker"}
    assert snapshot.omissions == (Omission(where=SCOPE, why=NOT_RUNNING),)
    assert "hush" not in str(transcript)
    assert aws.again(unasked_services, transcript) == snapshot


def test_a_service_is_told_once_though_it_has_many_kinds(aws):
    kinds = counts(MODEL, "AWS::SageMaker::Domain")
    snapshot, _ = aws.snapshot(unasked_services, RECORDED | said(COUNTS, kinds))

    assert [record.called[-1] for record in snapshot.records] == ["sagemaker"]


def test_a_second_page_is_read_of_the_recorder_and_of_the_index(aws):
    pages = (counts("AWS::EC2::Volume", nextToken="2"), counts(MODEL))
    recorded, _ = aws.snapshot(unasked_services, RECORDED | said(COUNTS, *pages))
    pages = (resources("ec2:volume", NextToken="2"), resources("sagemaker:model"))
    indexed, _ = aws.snapshot(unasked_services, BY_INDEX | said(INDEXED, *pages))

    assert told(recorded) == told(indexed) == {"sagemaker"}


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        pytest.param(NO_RECORDER, NOT_RUNNING, id="no recorder"),
        pytest.param(recorder(recording=False), STANDS_STILL, id="it was stopped"),
        pytest.param(recorder(last="FAILURE"), STANDS_STILL, id="it failed"),
        pytest.param(recorder(ONLY_SOME), NOT_EVERY_KIND, id="some types only"),
        pytest.param(recorder(leaving_out(MODEL)), NOT_EVERY_KIND, id="a type nobody asks is out"),
        pytest.param(
            recorder({"recordingStrategy": {"useOnly": "ANEW"}}),
            f"{RECORDERS}: the answer has no known strategy",
            id="a strategy AWS added since",
        ),
    ],
)
def test_a_recorder_that_may_leave_something_out_is_an_omission(aws, faults, why):
    snapshot, _ = aws.snapshot(unasked_services, RECORDED | NO_INDEX | faults)

    assert snapshot.omissions == (Omission(where=SCOPE, why=why),)
    assert not snapshot.records


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(
            recorder(leaving_out("AWS::EC2::NetworkInterface", "AWS::XRay::EncryptionConfig"))
            | said(COUNTS, counts("AWS::EC2::Volume")),
            id="only types that hide nothing are left out",
        ),
        pytest.param(
            said(COUNTS, counts("AWS::CodeDeploy::DeploymentConfig")),
            id="AWS itself put it there",
        ),
        pytest.param(
            said(COUNTS, {"resourceCounts": [{"resourceType": MODEL, "count": 0}]}),
            id="none of them is left",
        ),
        pytest.param(said(COUNTS, {"resourceCounts": []}), id="nothing lies there"),
    ],
)
def test_what_shows_no_use_is_not_told(aws, faults):
    snapshot, _ = aws.snapshot(unasked_services, RECORDED | faults)

    assert snapshot.complete
    assert not snapshot.records


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
@pytest.mark.parametrize(
    ("faults", "call"),
    [
        *((RECORDED | NO_INDEX, call) for call in (RECORDERS, STATUS, COUNTS)),
        *((BY_INDEX, call) for call in (INDEXES, INDEXED)),
    ],
)
def test_a_refusal_is_an_omission_and_nothing_is_taken_for_gone(aws, faults, call, code):
    snapshot, _ = aws.snapshot(unasked_services, faults | {call: Denied(code)})

    assert Omission(where=SCOPE, why=f"{call}: {code}") in snapshot.omissions


def test_what_stands_before_a_refused_page_is_told(aws):
    index = said(INDEXED, resources("sagemaker:model", NextToken="2"), {})
    snapshot, _ = aws.snapshot(unasked_services, BY_INDEX | index)

    assert told(snapshot) == {"sagemaker"}
    assert f"{INDEXED}: the answer has no Resources" in {o.why for o in snapshot.omissions}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_that_aws_config_knows_is_of_a_service_that_iam_knows(kind):
    words = {action.partition(":")[0] for actions in managed().values() for action in actions}

    assert recorded_service(kind) in {None, *words}


def test_no_name_is_spelt_otherwise_that_aws_does_not_use_or_that_is_the_same():
    used = {kind.split("::")[1] for kind in TYPES}

    assert SPELT_OTHERWISE.keys() <= used
    assert not [name for name, word in SPELT_OTHERWISE.items() if name.casefold() == word]


@pytest.mark.parametrize(
    ("recorded", "indexed"),
    [
        ("AWS::EFS::FileSystem", "elasticfilesystem:file-system"),
        ("AWS::StepFunctions::StateMachine", "states:statemachine"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing:loadbalancer/app"),
        ("AWS::CodeDeploy::DeploymentConfig", "codedeploy:deployment-config"),
    ],
)
def test_recorder_and_index_speak_of_the_same_service(recorded, indexed):
    assert recorded_service(recorded) == indexed_service(indexed)


def test_what_others_registered_is_called_by_its_own_name():
    assert recorded_service("Datadog::Monitors::Monitor") == "datadog::monitors"


def test_a_service_is_asked_if_any_collector_asks_it():
    assert {"ec2", "elasticfilesystem", "states", "es"} <= asked_services()
    assert not asked_services() & {"sagemaker", "cloudformation"}
    assert not {kind.partition("/")[0] for kind in THERE_ANYWAY} & asked_services()
