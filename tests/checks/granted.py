"""Builders of statements: a test names only what it is about."""

from collectors.evidence.aws.iam import Condition
from collectors.evidence.aws.policy import ResourceStatement

HOME = "123456789012"
OTHER = "210987654321"
HERE = "arn:aws:sqs:eu-west-1:123456789012:orders"


def condition(operator, key, *values):
    return Condition(operator=operator, key=key, values=values)


def resource_statement(
    *conditions,
    effect="Allow",
    principals=frozenset({"AWS:*"}),
    not_principals=None,
    actions=("sqs:SendMessage",),
    not_actions=None,
    resources=(HERE,),
):
    return ResourceStatement(
        effect=effect,
        principals=principals,
        not_principals=not_principals,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=None,
        conditions=conditions,
    )
