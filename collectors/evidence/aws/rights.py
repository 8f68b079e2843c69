"""What a user or role may do in all, as far as rights can be turned into more rights."""

from typing import Literal

from collectors.evidence.aws.iam import Statement
from collectors.evidence.record import Record, Unread

ESCALATING = frozenset(
    {
        *(
            f"iam:{name}"
            for name in (
                *("AddUserToGroup", "AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy"),
                *("CreateAccessKey", "CreateLoginProfile", "CreatePolicyVersion"),
                *("DeleteRolePermissionsBoundary", "DeleteUserPermissionsBoundary", "PassRole"),
                *("PutGroupPolicy", "PutRolePermissionsBoundary", "PutRolePolicy"),
                *("PutUserPermissionsBoundary", "PutUserPolicy", "SetDefaultPolicyVersion"),
                *("UpdateAssumeRolePolicy", "UpdateLoginProfile"),
            )
        ),
        *("cloudformation:CreateStack", "codebuild:CreateProject", "codebuild:StartBuild"),
        *("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
        *("ec2:RunInstances", "ec2-instance-connect:SendSSHPublicKey", "ecs:RunTask"),
        *("ecs:CreateService", "ecs:RegisterTaskDefinition", "glue:CreateDevEndpoint"),
        *("glue:CreateJob", "glue:StartJobRun", "glue:UpdateDevEndpoint"),
        *("lambda:AddPermission", "lambda:CreateEventSourceMapping", "lambda:CreateFunction"),
        *("lambda:InvokeFunction", "lambda:UpdateFunctionCode"),
        *("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        *("sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob"),
        *("ssm:SendCommand", "ssm:StartSession", "sso:CreateAccountAssignment", "sts:AssumeRole"),
    }
)
"""The actions by which rights become more rights, alone or together."""


class EffectiveRights(Record, frozen=True, tag="aws.effective_rights"):
    """A user or role, with all statements that hold for it."""

    account_id: str
    type: Literal["user", "role"]
    groups: tuple[str, ...]
    """The ARNs of the groups that a user is in."""
    own_policies: tuple[str, ...]
    """The ARNs of the customer's policies that it holds, itself or by a group."""
    statements: tuple[Statement, ...] | Unread
    """Of all its policies, those parts that speak of an action in `ESCALATING`."""
    boundary: tuple[Statement, ...] | Unread | None
    """The same of its permission boundary; `None` without one."""
