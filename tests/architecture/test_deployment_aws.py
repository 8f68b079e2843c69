"""The role for an AWS account says in every language what the collectors declare, and no more."""

import json
import re

import hcl2
import pytest
import yaml
from cfnlint.api import ManualArgs, lint

from agent.permissions import aws_policy
from agent.registry import all_collectors
from tests.architecture.syntax import ROOT

AWS = ROOT / "deploy/aws"
POLICY = aws_policy(tuple(all_collectors().values()))
ACTIONS = POLICY["Statement"][0]["Action"]
MOST_INLINE = 10_240
"""Characters of all inline policies of a role, white space not counted."""


NEWER = ("'listresources' is not one of ['associatedefaultview',",)
"""Actions of AWS's reference that came after the linter's copy of it: Resource Explorer's."""


@pytest.fixture(scope="module")
def template():
    return yaml.safe_load((AWS / "role.yaml").read_text())


@pytest.fixture(scope="module")
def module():
    return hcl2.loads((AWS / "role.tf").read_text())


def test_the_template_is_valid_by_awss_own_schemas():
    found = lint((AWS / "role.yaml").read_text(), config=ManualArgs(regions=["us-east-1"]))

    assert [str(match) for match in found if not any(new in str(match) for new in NEWER)] == []


def test_a_slip_in_the_template_would_be_found():
    broken = (AWS / "role.yaml").read_text().replace("MaxSessionDuration", "MaxSessionDuratoin")

    assert lint(broken, config=ManualArgs(regions=["us-east-1"]))


def test_the_template_allows_what_is_declared_and_trusts_one_principal_with_the_external_id(
    template,
):
    role = template["Resources"]["Role"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert template["Resources"].keys() == {"Role"}
    assert [policy["PolicyDocument"] for policy in role["Policies"]] == [POLICY]
    assert trust["Principal"] == {"AWS": {"Ref": "TrustedPrincipal"}}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("TrustedPrincipal", "arn:aws-us-gov:iam::123456789012:role/path/Gapwatch", "*"),
        ("ExternalId", "0123456789abcdef", "short"),
    ],
)
def test_the_template_takes_no_principal_for_everybody_and_no_guessable_id(
    template, parameter, good, bad
):
    pattern = template["Parameters"][parameter]["AllowedPattern"]

    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


def test_terraform_allows_the_same_and_trusts_alike(module):
    text = (AWS / "role.tf").read_text()
    listed = re.search(r"Action = \[\n(.*?)\n      \]", text, re.DOTALL)[1]

    assert re.findall(r'"([^"]+)"', listed) == ACTIONS
    assert {next(iter(resource)).strip('"') for resource in module["resource"]} == {
        "aws_iam_role",
        "aws_iam_role_policy",
    }
    assert '"sts:ExternalId" = var.external_id' in text
    assert "Principal = { AWS = var.trusted_principal }" in text


def test_the_policy_fits_into_the_role():
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= MOST_INLINE


def test_who_signs_in_may_list_the_accounts_and_enter_them_and_nothing_else():
    policy = json.loads((AWS / "organization-policy.json").read_text())
    allowed = {a: s["Resource"] for s in policy["Statement"] for a in s["Action"]}

    assert allowed == {
        "organizations:ListAccounts": "*",
        "sts:AssumeRole": "arn:*:iam::*:role/GapwatchReadOnly",
    }
