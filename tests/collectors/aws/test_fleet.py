"""Machines are read with when their agent was heard of, and with their patches."""

from datetime import timedelta

import pytest

from collectors.aws.fleet import patched_machines, watched_instances
from collectors.evidence.aws.fleet import Patches
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.evidence import NOW
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
AGENTS, STATES = "ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates"


def agent(name, heard=NOW):
    return {"InstanceId": name, "LastPingDateTime": heard.isoformat()}


@pytest.fixture
def machines(aws):
    ec2 = aws.client("ec2")

    def started(name, **more):
        tags = [{"Key": key, "Value": value} for key, value in {"Name": name, **more}.items()]
        made = ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )
        return made["Instances"][0]["InstanceId"]

    named = {name: started(name) for name in ("heard", "silent", "stopped")}
    started("node", **{"kubernetes.io/cluster/main": "owned"})
    ec2.stop_instances(InstanceIds=[named["stopped"]])
    return named


def test_running_machines_are_read_with_their_agents(aws, machines):
    faults = said(
        AGENTS,
        {"InstanceInformationList": [agent("i-another")], "NextToken": "more"},
        {"InstanceInformationList": [agent(machines["heard"])]},
    )
    snapshot, transcript = aws.snapshot(watched_instances, faults)

    assert {r.name: (r.state, r.is_node, r.heard_at) for r in snapshot.records} == {
        "heard": ("running", False, NOW),
        "silent": ("running", False, None),
        "node": ("running", True, None),
    }
    assert aws.again(watched_instances, transcript) == snapshot


@pytest.mark.usefixtures("machines")
def test_denied_agents_are_unread_and_denied_machines_an_omission(aws):
    snapshot, _ = aws.snapshot(watched_instances, {AGENTS: Denied()})
    assert {r.heard_at for r in snapshot.records} == {Unread(why=f"{AGENTS}: AccessDenied")}

    call = "ec2:DescribeInstances"
    snapshot, _ = aws.snapshot(
        watched_instances, {call: Denied()} | said(AGENTS, {"InstanceInformationList": []})
    )
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{call}: AccessDenied"),)


def state(name, **more):
    told = {
        "InstanceId": name,
        "PatchGroup": "-",
        "BaselineId": "pb-0123456789abcdef0",
        "OperationStartTime": NOW.isoformat(),
        "OperationEndTime": (NOW - timedelta(hours=1)).isoformat(),
        "Operation": "Scan",
        "MissingCount": 2,
        "FailedCount": 1,
        "InstalledPendingRebootCount": 3,
    }
    return told | more


LISTED = said(AGENTS, {"InstanceInformationList": [agent("i-0a"), agent("mi-0b")]})


def test_machines_are_read_with_their_patches_in_batches(aws):
    many = [f"i-{number:03}" for number in range(51)]
    faults = said(AGENTS, {"InstanceInformationList": [agent(name) for name in many]}) | said(
        STATES,
        {"InstancePatchStates": [state("i-000")], "NextToken": "more"},
        {"InstancePatchStates": [state("i-001", MissingCount=0)]},
        {"InstancePatchStates": [state("i-050")]},
    )
    snapshot, transcript = aws.snapshot(patched_machines, faults)

    found = {record.name: record.patches for record in snapshot.records}
    expected = Patches(missing=2, failed=1, waiting=3, looked_at=NOW - timedelta(hours=1))
    assert (found["i-000"], found["i-050"]) == (expected, expected)
    assert (found["i-001"].missing, found["i-002"]) == (0, None)
    asked = [
        e.arguments["InstanceIds"] for e in transcript.exchanges if "InstanceIds" in e.arguments
    ]
    assert sorted({len(names) for names in asked}) == [1, 50]
    assert aws.again(patched_machines, transcript) == snapshot


def test_denied_patches_are_unread_and_denied_agents_an_omission(aws):
    snapshot, _ = aws.snapshot(patched_machines, LISTED | {STATES: Denied()})
    assert {r.patches for r in snapshot.records} == {Unread(why=f"{STATES}: AccessDenied")}
    assert {r.id.split(":")[2] for r in snapshot.records} == {"ec2", "ssm"}

    snapshot, _ = aws.snapshot(patched_machines, {AGENTS: Denied()})
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{AGENTS}: AccessDenied"),)


def test_a_state_without_its_time_is_unread(aws):
    without = {key: value for key, value in state("i-0a").items() if key != "OperationEndTime"}
    faults = {STATES: said(STATES, {"InstancePatchStates": [state("i-0a")]})[STATES]}
    faults[STATES].responses[0]["InstancePatchStates"][0] = without
    snapshot, _ = aws.snapshot(patched_machines, LISTED | faults)

    why = Unread(why=f"{STATES}: the answer has no OperationEndTime")
    assert {r.name: r.patches for r in snapshot.records} == {"i-0a": why, "mi-0b": None}
