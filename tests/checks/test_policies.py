"""What policies let through, by AWS's own rules."""

import pytest

from checks.policies import allows, limits, open_statements, outsiders
from collectors.evidence.aws.iam import Statement
from tests.checks.granted import HERE, HOME, OTHER, condition, resource_statement


@pytest.mark.parametrize(
    ("operator", "key", "values", "limiting"),
    [
        ("StringEquals", "aws:PrincipalOrgID", ("o-abc",), True),
        ("stringequals", "AWS:SourceOwner", (HOME,), True),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ("o-abc/*",), True),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", ("o-abc",), False),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgID", ("o-abc",), False),
        ("StringNotEquals", "aws:PrincipalOrgID", ("o-abc",), False),
        ("StringLike", "aws:PrincipalAccount", ("*",), False),
        ("StringLike", "aws:PrincipalAccount", (HOME, "*"), False),
        ("StringEquals", "aws:PrincipalAccount", (), False),
        ("StringEquals", "aws:SecureTransport", ("true",), False),
        ("StringEquals", "kms:CallerAccount", (HOME,), True),
        ("StringEquals", "kms:ViaService", ("s3.eu-west-1.amazonaws.com",), False),
        ("ArnLike", "aws:SourceArn", ("arn:aws:s3:::invoices",), True),
        ("ArnLike", "aws:SourceArn", ("arn:aws:s3:::*",), False),
        ("ArnLike", "aws:SourceArn", (f"arn:aws:sns:*:{HOME}:*",), True),
        ("ArnLike", "aws:SourceArn", ("arn:aws:sns:*:*:*",), False),
        ("ArnLike", "aws:PrincipalArn", ("*",), False),
        ("IpAddress", "aws:SourceIp", ("192.0.2.0/24",), True),
        ("IpAddress", "aws:SourceIp", ("2001:db8::/33",), True),
        ("IpAddress", "aws:SourceIp", ("192.0.2.0/24", "0.0.0.0/1"), False),
        ("IpAddress", "aws:SourceIp", ("11.0.0.0/9",), True),
        ("IpAddress", "aws:SourceIp", ("11.0.0.0/8",), False),
        ("NotIpAddress", "aws:SourceIp", ("192.0.2.0/24",), False),
    ],
)
def test_a_condition_limits_if_it_names_those_it_lets_through(operator, key, values, limiting):
    assert limits(condition(operator, key, *values)) is limiting


STRANGERS = condition("StringNotEquals", "aws:PrincipalOrgID", "o-abc")
NO_SERVICE = condition("BoolIfExists", "aws:PrincipalIsAWSService", "false")


@pytest.mark.parametrize(
    ("statements", "numbers"),
    [
        pytest.param([resource_statement()], (1,), id="a star for AWS"),
        pytest.param([resource_statement(principals=frozenset({"*"}))], (1,), id="a star"),
        pytest.param(
            [resource_statement(principals=None, not_principals=frozenset({f"AWS:{OTHER}"}))],
            (1,),
            id="all but one",
        ),
        pytest.param([resource_statement(principals=frozenset({f"AWS:{HOME}"}))], (), id="named"),
        pytest.param(
            [resource_statement(condition("StringEquals", "aws:SourceAccount", HOME))],
            (),
            id="limited",
        ),
        pytest.param([resource_statement(effect="Deny")], (), id="a denial"),
        pytest.param(
            [
                resource_statement(),
                resource_statement(STRANGERS, effect="Deny", actions=("sqs:*",)),
            ],
            (),
            id="strangers are denied",
        ),
        pytest.param(
            [resource_statement(), resource_statement(STRANGERS, NO_SERVICE, effect="Deny")],
            (),
            id="strangers are denied, services are not",
        ),
        pytest.param(
            [
                resource_statement(),
                resource_statement(STRANGERS, effect="Deny", actions=("sqs:ReceiveMessage",)),
            ],
            (1,),
            id="another action is denied",
        ),
        pytest.param(
            [
                resource_statement(),
                resource_statement(STRANGERS, effect="Deny", resources=(f"{HERE}-other",)),
            ],
            (1,),
            id="another resource is denied",
        ),
        pytest.param(
            [
                resource_statement(),
                resource_statement(
                    STRANGERS, condition("Bool", "aws:SecureTransport", "false"), effect="Deny"
                ),
            ],
            (1,),
            id="only strangers on a plain line are denied",
        ),
        pytest.param(
            [
                resource_statement(),
                resource_statement(
                    effect="Deny", principals=None, not_principals=frozenset({f"AWS:{HOME}"})
                ),
            ],
            (),
            id="all but one are denied",
        ),
        pytest.param(
            [
                resource_statement(actions=None, not_actions=("sqs:PurgeQueue",)),
                resource_statement(STRANGERS, effect="Deny", actions=("sqs:SendMessage",)),
            ],
            (1,),
            id="all actions but one, of which one is denied",
        ),
        pytest.param(
            [resource_statement(principals=frozenset({"Service:sns.amazonaws.com"}))],
            (),
            id="a service",
        ),
    ],
)
def test_an_open_statement_is_found_by_its_number(statements, numbers):
    assert open_statements(tuple(statements)) == numbers


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        pytest.param(
            resource_statement(
                principals=frozenset(
                    {f"AWS:{OTHER}", f"AWS:arn:aws:iam::{HOME}:root", "Service:sns.amazonaws.com"}
                )
            ),
            {OTHER},
            id="by number, by ARN, a service",
        ),
        pytest.param(
            resource_statement(principals=frozenset({f"AWS:arn:aws-cn:iam::{OTHER}:role/x"})),
            {OTHER},
            id="of another partition",
        ),
        pytest.param(
            resource_statement(condition("StringEquals", "aws:PrincipalAccount", OTHER, HOME)),
            {OTHER},
            id="by a condition",
        ),
        pytest.param(
            resource_statement(
                condition("ArnLike", "aws:SourceArn", f"arn:aws:sns:eu-west-1:{OTHER}:t")
            ),
            {OTHER},
            id="by the ARN of a condition",
        ),
        pytest.param(
            resource_statement(principals=frozenset({"CanonicalUser:79a5"})),
            {"CanonicalUser:79a5"},
            id="by a canonical id",
        ),
        pytest.param(
            resource_statement(principals=frozenset({f"AWS:{OTHER}"}), effect="Deny"),
            set(),
            id="denied",
        ),
        pytest.param(
            resource_statement(principals=frozenset({"AWS:arn:aws:iam::cloudfront:user/x"})),
            set(),
            id="CloudFront's own",
        ),
    ],
)
def test_accounts_from_outside_are_named(statement, named):
    assert outsiders((statement,), home=HOME) == named


def own(effect="Allow", *conditions, actions=None, not_actions=None, resources=("*",), spared=None):
    return Statement(
        effect=effect,
        actions=actions,
        not_actions=not_actions,
        resources=None if spared else resources,
        not_resources=spared,
        conditions=conditions,
    )


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        pytest.param([own(actions=("cloudtrail:Stop*",))], True, id="by pattern"),
        pytest.param([own(actions=("CloudTrail:stoplogging",))], True, id="whatever the case"),
        pytest.param([own(actions=("cloudtrail:StopLoggin?",))], True, id="one character"),
        pytest.param([own(actions=("cloudtrail:Get*",))], False, id="another action"),
        pytest.param([own(not_actions=("iam:*",))], True, id="all but others"),
        pytest.param([own(not_actions=("cloudtrail:*",))], False, id="all but this"),
        pytest.param(
            [own(actions=("*",), resources=("arn:aws:s3:::x",))], False, id="on another resource"
        ),
        pytest.param([own(actions=("*",), spared=("arn:aws:s3:::x",))], True, id="but on one"),
        pytest.param(
            [own(actions=("*",)), own("Deny", actions=("cloudtrail:*",))], False, id="denied"
        ),
        pytest.param(
            [
                own(actions=("*",)),
                own("Deny", condition("Bool", "aws:ViaAWSService", "false"), actions=("*",)),
            ],
            True,
            id="denied at times",
        ),
        pytest.param([], False, id="nothing"),
    ],
)
def test_what_an_identity_may_do(statements, allowed):
    assert allows(statements, "cloudtrail:StopLogging") is allowed
