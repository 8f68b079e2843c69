"""The role that gapwatch assumes in an AWS account, as CloudFormation and as Terraform."""

import json
from typing import Any

from agent.permissions import Collectors, aws_policy

ROLE = "GapwatchReadOnly"
HOUR = 3600
"""Seconds; the longest that AWS allows a role assumed by a role."""
EXTERNAL_ID = r"[\w+=,.@:/-]{16,1224}"
"""As STS takes it; the length keeps it from being guessed."""
TRUSTED = r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/.+"

ABOUT = """\
# Generated from the calls that the collectors declare, by `make generated`.
#
# The role that gapwatch assumes in an account: it reads configuration, and changes nothing.
# Only the principal named may assume it, and only with the external id.
"""
STACK_SET = """\
#
# For every account of an organization, make a stack set of it with service-managed permissions
# and automatic deployment, in one region: IAM is global. AWS does not deploy such a set into the
# management account: make a stack of this template there as well. Then configure
# `accounts: organization` with `role: GapwatchReadOnly`; what signs in needs
# organization-policy.json.
"""
MODULES = """\
#
# For every account of an organization, apply it with a provider for each account, or deploy
# role.yaml as a stack set. Then configure `accounts: organization` with
# `role: GapwatchReadOnly`; what signs in needs organization-policy.json.
"""
TERRAFORM = """\

terraform {{
  required_version = ">= 1.3"
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }}
  }}
}}

variable "trusted_principal" {{
  description = "ARN of the role or user that gapwatch signs in as."
  type        = string
}}

variable "external_id" {{
  description = "Agreed between gapwatch and this account; at least 16 characters."
  type        = string
  sensitive   = true

  validation {{
    condition     = length(var.external_id) >= 16
    error_message = "The external id must have at least 16 characters."
  }}
}}

variable "role_name" {{
  type    = string
  default = "{role}"
}}

resource "aws_iam_role" "gapwatch" {{
  name                 = var.role_name
  max_session_duration = {hour}

  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ AWS = var.trusted_principal }}
      Condition = {{ StringEquals = {{ "sts:ExternalId" = var.external_id }} }}
    }}]
  }})
}}

resource "aws_iam_role_policy" "gapwatch" {{
  name   = "{sid}"
  role   = aws_iam_role.gapwatch.id
  policy = jsonencode({{
    Version = "{version}"
    Statement = [{{
      Sid      = "{sid}"
      Effect   = "Allow"
      Resource = "*"
      Action = [
{actions}
      ]
    }}]
  }})
}}

output "role_arn" {{
  value = aws_iam_role.gapwatch.arn
}}
"""


def cloudformation(collectors: Collectors) -> str:
    """A template of the role: for a stack in one account, or for a stack set in all of them.

    JSON is YAML as well, and YAML has room for comments.
    """
    policy = aws_policy(collectors)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role by which gapwatch reads configuration, and changes nothing.",
        "Parameters": _parameters(),
        "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": _role(policy)}},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    return ABOUT + STACK_SET + json.dumps(template, indent=2) + "\n"


def terraform(collectors: Collectors) -> str:
    """The same role as a Terraform module."""
    policy = aws_policy(collectors)
    (statement,) = policy["Statement"]
    actions = "\n".join(f'        "{action}",' for action in statement["Action"])
    return (
        ABOUT
        + MODULES
        + TERRAFORM.format(
            role=ROLE,
            hour=HOUR,
            sid=statement["Sid"],
            version=policy["Version"],
            actions=actions,
        )
    )


def organization_policy() -> str:
    """What the identity needs that lists an organization's accounts and enters them."""
    enters = {
        "Sid": "GapwatchEnters",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:*:iam::*:role/{ROLE}",
    }
    lists = {
        "Sid": "GapwatchLists",
        "Effect": "Allow",
        "Action": ["organizations:ListAccounts"],
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [lists, enters]}, indent=2) + "\n"


def _parameters() -> dict[str, Any]:
    return {
        "TrustedPrincipal": {
            "Type": "String",
            "Description": "ARN of the role or user that gapwatch signs in as.",
            "AllowedPattern": TRUSTED,
        },
        "ExternalId": {
            "Type": "String",
            "Description": "Agreed between gapwatch and this account; at least 16 characters.",
            "AllowedPattern": EXTERNAL_ID,
            "NoEcho": True,
        },
        "RoleName": {"Type": "String", "Default": ROLE},
    }


def _role(policy: dict[str, Any]) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    (statement,) = policy["Statement"]
    return {
        "RoleName": {"Ref": "RoleName"},
        "MaxSessionDuration": HOUR,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": statement["Sid"], "PolicyDocument": policy}],
    }
