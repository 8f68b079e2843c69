"""What is generated is committed as it is generated today."""

import json

import pytest
from typer.testing import CliRunner

from agent.catalogue import load_catalogue
from agent.cli import app
from agent.generated import GENERATED, write
from agent.permissions import (
    OF_CONNECTIONS,
    aws_policy,
    gcp_permissions,
    github_permissions,
    needed,
)
from agent.reference import reference
from agent.registry import all_checks, all_collectors
from collectors.strict_yaml import load
from tests.architecture.syntax import ROOT

COLLECTORS = tuple(all_collectors().values())
SOURCES = ("aws", "gcp", "github")


@pytest.mark.parametrize("name", GENERATED)
def test_the_committed_file_is_what_the_code_says(name):
    path = ROOT / name
    committed = path.read_text(encoding="utf-8") if path.exists() else None

    assert committed == GENERATED[name](), f"{name} is out of date: run `make generated`"


def test_what_is_written_is_what_is_compared(tmp_path):
    write(tmp_path)

    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert written == GENERATED.keys()


@pytest.mark.parametrize("source", SOURCES)
def test_every_declared_permission_is_asked_for_and_no_other(source):
    calls = {call for c in COLLECTORS if c.source == source for call in c.calls}
    declared = {call.permission for call in calls | {*OF_CONNECTIONS[source]}}

    asked = {one.permission for one in needed(source, COLLECTORS)}
    assert asked == {permission for several in declared for permission in several.split(", ")}


def test_the_aws_policy_allows_the_actions_and_nothing_else():
    (statement,) = aws_policy(COLLECTORS)["Statement"]

    assert statement["Effect"] == "Allow"
    assert statement["Action"] == sorted(set(statement["Action"]))
    assert not [action for action in statement["Action"] if "*" in action]


def test_the_gcp_role_is_yaml_that_gcloud_reads():
    name = "deploy/gcp/read-only-role.yaml"
    role = load((ROOT / name).read_text(), file=name)

    assert role["includedPermissions"] == [*gcp_permissions(COLLECTORS)]
    assert role.keys() == {"title", "description", "stage", "includedPermissions"}


def test_github_is_asked_for_reading_alone():
    assert set(github_permissions(COLLECTORS).values()) == {"read"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_permission_says_who_needs_it(source):
    shown = CliRunner().invoke(app, ["permissions", source, "--json"])

    rows = json.loads(shown.stdout)
    assert [row["permission"] for row in rows] == [
        one.permission for one in needed(source, COLLECTORS)
    ]
    assert all(row["calls"] for row in rows)
    assert {name for row in rows for name in row["collectors"]} == {
        collector.id for collector in COLLECTORS if collector.source == source
    }


def test_the_policy_that_the_command_prints_is_the_committed_one():
    shown = CliRunner().invoke(app, ["permissions", "aws"])

    assert shown.stdout == (ROOT / "deploy/aws/read-only-policy.json").read_text()


def test_fewer_collectors_need_less():
    (buckets,) = (one for one in COLLECTORS if one.id == "aws.s3.account")
    (statement,) = aws_policy([buckets])["Statement"]

    assert statement["Action"] == [
        "ec2:DescribeRegions",
        "s3:GetAccountPublicAccessBlock",
        "sts:GetCallerIdentity",
    ]


def test_the_reference_has_every_check_with_what_it_rests_on():
    page = reference(load_catalogue())

    sections = dict(part.split("\n", 1) for part in page.split("\n### ")[1:])
    assert sections.keys() == all_checks().keys()
    for check in all_checks().values():
        assert check.title in sections[check.id]
        assert check.rationale in sections[check.id]
        assert check.remediation in sections[check.id]
        assert all(control in sections[check.id] for control in check.controls)
        assert all(f"`{name}`" in sections[check.id] for name in check.thresholds)


def test_the_help_is_that_of_every_command():
    page = GENERATED["config/COMMANDS.md"]()

    assert "\n## gapwatch gaps show\n" in page
    assert page.count("Usage: gapwatch") == page.count("\n## gapwatch")
