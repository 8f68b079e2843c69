"""Settings are read by name and by what their values look like; the values are nowhere kept."""

import base64
import json

import pytest

from collectors.aws.settings import plain_settings
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
CANARY = "canary-7Xq-of-a-setting"
TOKEN = {"name": "TOKEN", "value": CANARY}
SCRIPT = f"#!/bin/sh\nexport DB_PASSWORD={CANARY}\n"
FUNCTION = {
    "FunctionName": "pay",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:pay",
    "Environment": {"Variables": {"DB_PASSWORD": CANARY, "STAGE": "true"}},
}
FUNCTIONS = said("lambda:ListFunctions", {"Functions": [FUNCTION]})


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


def shown(record):
    return {setting.name: setting.resembles for setting in record.settings}


@pytest.fixture
def estate(aws):
    """One of each that has settings, each with the canary in it."""
    role = "arn:aws:iam::123456789012:role/runs"
    aws.client("ecs").register_task_definition(
        family="web",
        containerDefinitions=[
            {"name": "app", "image": "app", "memory": 128, "environment": [TOKEN]}
        ],
    )  # fmt: skip
    aws.client("codebuild").create_project(
        name="build",
        source={"type": "S3", "location": "acme/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "standard",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [
                {"name": "PASSWORD", "value": CANARY},
                {"name": "KEPT", "value": "shop/db", "type": "SECRETS_MANAGER"},
            ],
        },
        serviceRole=role,
    )
    aws.client("glue").create_job(
        Name="load",
        Role=role,
        Command={"Name": "glueetl", "ScriptLocation": "s3://acme/job.py"},
        DefaultArguments={"--db-password": CANARY},
    )
    ec2 = aws.client("ec2")
    ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        UserData=SCRIPT,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "machine"}]}
        ],
    )
    ec2.create_launch_template(
        LaunchTemplateName="template",
        LaunchTemplateData={"UserData": base64.b64encode(SCRIPT.encode()).decode()},
    )
    ssm = aws.client("ssm")
    ssm.put_parameter(Name="/shop/db-password", Value=CANARY, Type="String")
    ssm.put_parameter(Name="/shop/api-token", Value=CANARY, Type="SecureString")
    return aws


def test_settings_are_read_by_name_and_form_and_their_values_are_nowhere(estate):
    snapshot, transcript = estate.snapshot(plain_settings, FUNCTIONS)

    assert {name: (r.form, shown(r)) for name, r in by_name(snapshot).items()} == {
        "pay": ("function", {"DB_PASSWORD": (), "STAGE": ("on",)}),
        "web:1": ("task definition", {"app TOKEN": ()}),
        "build": ("build project", {"PASSWORD": ()}),
        "load": ("data job", {"--db-password": ()}),
        "machine": ("machine", {"user data": ("assigned password",)}),
        "template": ("launch template", {"user data": ("assigned password",)}),
        "/shop/db-password": ("parameter", {"/shop/db-password": ()}),
        "/shop/api-token": ("parameter", {}),
    }
    kept = json.dumps([e.response for e in transcript.exchanges])
    assert CANARY not in kept
    assert base64.b64encode(SCRIPT.encode()).decode() not in kept
    assert estate.again(plain_settings, transcript) == snapshot


@pytest.mark.parametrize(
    ("denied", "unread"),
    [
        ("ecs:DescribeTaskDefinition", {"web"}),
        ("codebuild:BatchGetProjects", {"build"}),
        ("ec2:DescribeInstanceAttribute", {"machine"}),
        ("ec2:DescribeLaunchTemplateVersions", {"template"}),
    ],
)
def test_denied_settings_are_unread_and_what_has_them_stays(estate, denied, unread):
    snapshot, _ = estate.snapshot(plain_settings, FUNCTIONS | {denied: Denied()})

    why = Unread(why=f"{denied}: AccessDenied")
    assert {r.name for r in snapshot.records if r.settings == why} == unread
    assert len(snapshot.records) == 8


@pytest.mark.parametrize(
    "denied",
    [
        *("lambda:ListFunctions", "ecs:ListTaskDefinitionFamilies", "codebuild:ListProjects"),
        *("glue:GetJobs", "ec2:DescribeInstances", "ec2:DescribeLaunchTemplates"),
        *("ssm:DescribeParameters", "ecs:ListClusters"),
    ],
)
def test_a_denied_listing_harms_no_other(estate, denied):
    snapshot, _ = estate.snapshot(plain_settings, FUNCTIONS | {denied: Denied()})

    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)
    assert len(snapshot.records) >= 6


def test_parameters_of_every_page_are_read(aws):
    faults = said(
        "ssm:DescribeParameters",
        {"Parameters": [{"Name": "/a", "Type": "String"}], "NextToken": "more"},
        {"Parameters": [{"Name": "/b"}]},
    )
    found = by_name(aws.snapshot(plain_settings, faults | FUNCTIONS)[0])

    assert shown(found["/a"]) == {"/a": ()}
    assert found["/b"].settings == Unread(why="ssm:DescribeParameters: the answer has no Type")
