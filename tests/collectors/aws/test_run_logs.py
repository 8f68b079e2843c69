"""What runs by itself is read with where it writes down what it did."""

import json

import pytest

from collectors.aws.application_logs import application_logs
from collectors.aws.run_logs import run_logs
from collectors.aws.transfer_logs import transfer_logs
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
PLACE = "eu-west-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/runs"
CANARY = "canary-of-a-run"


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def runners(aws):
    codebuild = aws.client("codebuild")
    for name, status in (("build", "ENABLED"), ("silent", "DISABLED")):
        codebuild.create_project(
            name=name,
            source={"type": "S3", "location": "acme/source.zip", "buildspec": CANARY},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "standard",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [{"name": "TOKEN", "value": CANARY}],
            },
            serviceRole=ROLE,
            logsConfig={"cloudWatchLogs": {"status": status}},
        )
    glue = aws.client("glue")
    spark = {"Name": "glueetl", "ScriptLocation": "s3://acme/job.py"}
    on = {"--enable-continuous-cloudwatch-log": "true", "--key": CANARY}
    glue.create_job(Name="old", Role=ROLE, Command=spark, GlueVersion="4.0")
    glue.create_job(Name="told", Role=ROLE, Command=spark, GlueVersion="4.0", DefaultArguments=on)
    glue.create_job(Name="new", Role=ROLE, Command=spark, GlueVersion="5.0")
    glue.create_job(Name="shell", Role=ROLE, Command=spark | {"Name": "pythonshell"})
    aws.client("stepfunctions").create_state_machine(
        name="flow", definition=json.dumps({"Comment": CANARY}), roleArn=ROLE
    )
    return aws


def test_runs_are_read_with_their_logs(runners):
    snapshot, transcript = runners.snapshot(run_logs)

    assert {name: record.log for name, record in by_name(snapshot).items()} == {
        "build": "a log group",
        "silent": None,
        "old": None,
        "told": "continuously",
        "new": "always",
        "shell": "always",
        "flow": None,
    }
    assert by_name(snapshot)["build"].id == f"arn:aws:codebuild:{PLACE}:project/build"
    assert CANARY not in json.dumps([e.response for e in transcript.exchanges])
    assert runners.again(run_logs, transcript) == snapshot


@pytest.mark.parametrize(
    ("settings", "log"),
    [
        ({}, "a log group"),
        ({"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "ENABLED"}}, "a bucket"),
        ({"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "DISABLED"}}, None),
    ],
)
def test_builds_log_to_a_group_unless_told_otherwise(runners, settings, log):
    faults = said(
        "codebuild:BatchGetProjects", {"projects": [{"name": "ab", "logsConfig": settings}]}
    )
    assert by_name(runners.snapshot(run_logs, faults)[0])["ab"].log == log


def test_projects_of_every_page_are_described_together(aws):
    faults = said(
        "codebuild:ListProjects", {"projects": ["aa"], "nextToken": "more"}, {"projects": ["bb"]}
    )
    described = said("codebuild:BatchGetProjects", {"projects": [{"name": "aa"}, {"name": "bb"}]})
    snapshot, transcript = aws.snapshot(run_logs, faults | described)

    assert {record.name for record in snapshot.records} == {"aa", "bb"}
    assert aws.again(run_logs, transcript) == snapshot

    snapshot, _ = aws.snapshot(run_logs, {"codebuild:ListProjects": Denied()})
    why = "codebuild:ListProjects: AccessDenied"
    assert snapshot.omissions == (Omission(where=SCOPE, why=why),)


@pytest.mark.parametrize(
    ("settings", "log"),
    [
        ({"level": "ERROR", "destinations": [{"cloudWatchLogsLogGroup": {}}]}, "ERROR"),
        ({"level": "ERROR", "destinations": []}, None),
        ({"level": "OFF", "destinations": [{"cloudWatchLogsLogGroup": {}}]}, None),
    ],
)
def test_machines_log_at_a_level_to_somewhere(runners, settings, log):
    answer = {
        "stateMachineArn": "arn",
        "name": "flow",
        "definition": {"redacted": "-"},
        "roleArn": ROLE,
        "type": "STANDARD",
        "creationDate": 0,
        "loggingConfiguration": settings,
    }
    faults = said("stepfunctions:DescribeStateMachine", answer | {"definition": "{}"})
    assert by_name(runners.snapshot(run_logs, faults)[0])["flow"].log == log


@pytest.mark.parametrize(
    ("denied", "unread"),
    [
        ("codebuild:BatchGetProjects", {"build", "silent"}),
        ("stepfunctions:DescribeStateMachine", {"flow"}),
    ],
)
def test_a_denied_run_stays_and_is_unread(runners, denied, unread):
    snapshot, _ = runners.snapshot(run_logs, {denied: Denied()})

    why = Unread(why=f"{denied}: AccessDenied")
    assert {r.name for r in snapshot.records if r.log == why} == unread
    assert len(snapshot.records) == 7


CONTAINERS = [
    {
        "name": "app",
        "image": "app",
        "memory": 128,
        "environment": [{"name": "DB_PASSWORD", "value": CANARY}],
        "command": [CANARY],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "app"}},
    },
    {"name": "helper", "image": "helper", "memory": 128},
]


@pytest.fixture
def ecs(aws):
    made = aws.client("ecs")
    for _ in range(2):
        made.register_task_definition(family="web", containerDefinitions=CONTAINERS)
    made.create_cluster(clusterName="main")
    made.create_service(cluster="main", serviceName="web", taskDefinition="web:1", desiredCount=1)
    return made


NO_ENVIRONMENTS = said("elasticbeanstalk:DescribeEnvironments", {"Environments": []})


@pytest.mark.usefixtures("ecs")
def test_containers_are_read_of_the_newest_revision_and_of_those_in_use(aws):
    snapshot, transcript = aws.snapshot(application_logs, NO_ENVIRONMENTS)

    assert {name: record.log for name, record in by_name(snapshot).items()} == {
        "web:2 app": "awslogs",
        "web:2 helper": None,
        "web:1 app": "awslogs",
        "web:1 helper": None,
    }
    assert CANARY not in json.dumps([e.response for e in transcript.exchanges])
    assert aws.again(application_logs, transcript) == snapshot


@pytest.mark.usefixtures("ecs")
def test_a_denied_definition_stays_and_is_unread(aws):
    denied = "ecs:DescribeTaskDefinition"
    snapshot, _ = aws.snapshot(application_logs, NO_ENVIRONMENTS | {denied: Denied()})

    assert {(r.name, r.log) for r in snapshot.records} == {
        ("web", Unread(why=f"{denied}: AccessDenied")),
        ("web:1", Unread(why=f"{denied}: AccessDenied")),
    }


@pytest.mark.usefixtures("ecs")
@pytest.mark.parametrize(
    "denied",
    [
        "ecs:ListTaskDefinitionFamilies",
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
    ],
)
def test_a_denied_listing_is_an_omission(aws, denied):
    snapshot, _ = aws.snapshot(application_logs, NO_ENVIRONMENTS | {denied: Denied()})
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)


def environment(name, status="Ready"):
    arn = f"arn:aws:elasticbeanstalk:{PLACE}:environment/shop/{name}"
    return {
        "ApplicationName": "shop",
        "EnvironmentName": name,
        "EnvironmentArn": arn,
        "Status": status,
    }


def option(name, value, namespace="aws:elasticbeanstalk:cloudwatch:logs"):
    return {"Namespace": namespace, "OptionName": name, "Value": value}


@pytest.mark.parametrize(
    ("options", "log"),
    [
        ([option("StreamLogs", "true"), option("KEY", CANARY, "environment")], "CloudWatch Logs"),
        ([option("StreamLogs", "false")], None),
        ([option("StreamLogs", "true", "environment")], None),
        ([], None),
    ],
)
def test_environments_are_read_with_whether_they_stream(aws, options, log):
    faults = said(
        "elasticbeanstalk:DescribeEnvironments",
        {"Environments": [environment("live")], "NextToken": "more"},
        {"Environments": [environment("gone", "Terminated")]},
    ) | said(
        "elasticbeanstalk:DescribeConfigurationSettings",
        {"ConfigurationSettings": [{"OptionSettings": options}]},
    )
    snapshot, transcript = aws.snapshot(application_logs, {**faults, "ecs:ListClusters": Denied()})

    assert {name: record.log for name, record in by_name(snapshot).items()} == {"live": log}
    assert CANARY not in json.dumps([e.response for e in transcript.exchanges])


def test_denied_settings_of_an_environment_are_unread(aws):
    faults = said("elasticbeanstalk:DescribeEnvironments", {"Environments": [environment("live")]})
    denied = "elasticbeanstalk:DescribeConfigurationSettings"
    snapshot, _ = aws.snapshot(application_logs, faults | {denied: Denied()})

    assert by_name(snapshot)["live"].log == Unread(why=f"{denied}: AccessDenied")


def settings(*, on=True, **components):
    listed = [{"Id": name, "Severity": severity} for name, severity in components.items()]
    return json.dumps({"Logging": {"EnableLogging": on, "LogComponents": listed}})


def replication(text, moves_by="cdc"):
    return {
        "ReplicationTaskArn": f"arn:aws:dms:{PLACE}:task:A",
        "ReplicationTaskIdentifier": "move",
        "MigrationType": moves_by,
        "ReplicationTaskSettings": text,
        "TableMappings": CANARY,
    }


def levels_of(task):
    parts = task.parts
    return parts if isinstance(parts, Unread) else {part.name: part.level for part in parts}


FINE = "LOGGER_SEVERITY_DEFAULT"


@pytest.mark.parametrize(
    ("task", "has_destination", "levels"),
    [
        (
            replication(settings(SOURCE_CAPTURE=FINE, TARGET_APPLY=FINE, SORTER="x")),
            True,
            {"SOURCE_CAPTURE": FINE, "TARGET_APPLY": FINE},
        ),
        (
            replication(settings(on=False, SOURCE_UNLOAD=FINE), "full-load"),
            False,
            {"SOURCE_UNLOAD": FINE, "TARGET_LOAD": "none"},
        ),
        (
            replication("no JSON"),
            Unread(why="dms:DescribeReplicationTasks: the answer holds no JSON object"),
            Unread(why="dms:DescribeReplicationTasks: the answer holds no JSON object"),
        ),
    ],
)
def test_replications_are_read_with_what_their_parts_log(aws, task, has_destination, levels):
    faults = said(
        "dms:DescribeReplicationTasks",
        {"ReplicationTasks": [], "Marker": "more"},
        {"ReplicationTasks": [task]},
    )
    snapshot, transcript = aws.snapshot(transfer_logs, faults)

    (record,) = snapshot.records
    assert (record.has_destination, levels_of(record)) == (has_destination, levels)
    assert CANARY not in json.dumps([e.response for e in transcript.exchanges])
    assert aws.again(transfer_logs, transcript) == snapshot


def test_transfers_are_read_with_where_they_log(aws):
    datasync = aws.client("datasync")
    place = datasync.create_location_s3(
        S3BucketArn="arn:aws:s3:::acme", S3Config={"BucketAccessRoleArn": ROLE}
    )["LocationArn"]
    from_server = datasync.create_location_smb(
        ServerHostname="files", Subdirectory="/x", User="u", Password="p", AgentArns=["arn:agent"]
    )["LocationArn"]
    for name, more in (("logged", {"LogLevel": "BASIC"}), ("silent", {"LogLevel": "OFF"})):
        datasync.create_task(
            SourceLocationArn=from_server, DestinationLocationArn=place, Name=name, Options=more,
            CloudWatchLogGroupArn=f"arn:aws:logs:{PLACE}:log-group:x",
        )  # fmt: skip
    snapshot, transcript = aws.snapshot(transfer_logs)

    assert {name: levels_of(r) for name, r in by_name(snapshot).items()} == {
        "logged": {"task": "BASIC"},
        "silent": {"task": "OFF"},
    }
    assert aws.again(transfer_logs, transcript) == snapshot

    snapshot, _ = aws.snapshot(transfer_logs, {"datasync:DescribeTask": Denied()})
    unread = Unread(why="datasync:DescribeTask: AccessDenied")
    assert {(r.has_destination, r.parts) for r in snapshot.records} == {(unread, unread)}
