"""Who can turn the rights they have into more."""

import pytest

from checks.access.escalation import PATHS, iam_no_escalation_path
from checks.contract import Outcome
from collectors.evidence.aws.iam import Statement
from collectors.evidence.aws.rights import ESCALATING, EffectiveRights
from tests.checks.granted import HOME, condition
from tests.evidence import DENIED

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
IAM = f"arn:aws:iam::{HOME}"
OWN = f"{IAM}:policy/own"


def says(*actions, on=("*",), effect="Allow", conditions=(), all_but=None):
    return Statement(
        effect=effect,
        actions=actions or None,
        not_actions=all_but,
        resources=on,
        not_resources=None,
        conditions=conditions,
    )


def user(*statements, boundary=None, groups=(), read=True):
    return EffectiveRights(
        id=f"{IAM}:user/ada",
        name="ada",
        account_id=HOME,
        type="user",
        groups=groups,
        own_policies=(OWN,),
        statements=statements if read else DENIED,
        boundary=boundary,
    )


def role(*statements):
    return EffectiveRights(
        id=f"{IAM}:role/deployer",
        name="deployer",
        account_id=HOME,
        type="role",
        groups=(),
        own_policies=(),
        statements=statements,
        boundary=None,
    )


def passed_to(*services):
    return (condition("StringEquals", "iam:PassedToService", *services),)


EVERYTHING = says("*")
PASS = says("iam:PassRole")
RUN = says("ec2:RunInstances")


@pytest.mark.parametrize(
    ("holder", "outcome"),
    [
        pytest.param(user(), PASSED, id="nothing"),
        pytest.param(user(says("iam:PutUserPolicy")), FAILED, id="a policy for anybody"),
        pytest.param(user(says("iam:Put*")), FAILED, id="by a pattern"),
        pytest.param(user(says(all_but=("s3:*",))), FAILED, id="all but storage"),
        pytest.param(
            user(says("iam:PutUserPolicy", on=(f"{IAM}:user/ada",))), FAILED, id="for herself"
        ),
        pytest.param(
            user(says("iam:PutUserPolicy", on=(f"{IAM}:user/${{aws:username}}",))),
            FAILED,
            id="for herself, by the variable",
        ),
        pytest.param(
            user(says("iam:PutUserPolicy", on=(f"{IAM}:user/bot",))), PASSED, id="for a named other"
        ),
        pytest.param(
            user(says("iam:CreateAccessKey", on=(f"{IAM}:user/${{aws:username}}",))),
            PASSED,
            id="her own keys",
        ),
        pytest.param(user(says("iam:CreateAccessKey")), FAILED, id="keys of others"),
        pytest.param(user(says("iam:CreatePolicyVersion", on=(OWN,))), FAILED, id="what she holds"),
        pytest.param(
            user(says("iam:CreatePolicyVersion", on=(f"{IAM}:policy/other",))),
            PASSED,
            id="what she does not hold",
        ),
        pytest.param(
            user(says("iam:AddUserToGroup", on=(f"{IAM}:group/a",)), groups=(f"{IAM}:group/a",)),
            PASSED,
            id="join her own group",
        ),
        pytest.param(
            user(says("iam:PutGroupPolicy", on=(f"{IAM}:group/a",)), groups=(f"{IAM}:group/a",)),
            FAILED,
            id="a policy for her own group",
        ),
        pytest.param(user(PASS), PASSED, id="passing alone"),
        pytest.param(user(RUN), PASSED, id="machines alone"),
        pytest.param(user(PASS, RUN), FAILED, id="both together"),
        pytest.param(
            user(says("iam:PassRole", on=(f"{IAM}:role/web",)), RUN), PASSED, id="a named role"
        ),
        pytest.param(
            user(says("iam:PassRole", conditions=passed_to("lambda.amazonaws.com")), RUN),
            PASSED,
            id="passed elsewhere",
        ),
        pytest.param(
            user(says("iam:PassRole", conditions=passed_to("ec2.amazonaws.com")), RUN),
            FAILED,
            id="passed there",
        ),
        pytest.param(
            user(PASS, says("lambda:CreateFunction")), PASSED, id="a function nobody calls"
        ),
        pytest.param(
            user(PASS, says("lambda:CreateFunction", "lambda:InvokeFunction")),
            FAILED,
            id="a function, called",
        ),
        pytest.param(
            user(says("lambda:UpdateFunctionCode", on=("arn:aws:lambda:*:*:function:*",))),
            FAILED,
            id="code of every function",
        ),
        pytest.param(
            user(
                says(
                    "lambda:UpdateFunctionCode", on=(f"arn:aws:lambda:eu-west-1:{HOME}:function:a",)
                )
            ),
            PASSED,
            id="code of one function",
        ),
        pytest.param(
            user(says("iam:*"), says("iam:*", effect="Deny")), PASSED, id="denied altogether"
        ),
        pytest.param(
            user(says("iam:PutUserPolicy"), boundary=(says("s3:*"),)), PASSED, id="out of bounds"
        ),
        pytest.param(
            user(says("iam:PutUserPolicy"), boundary=(says("iam:*"),)), FAILED, id="within them"
        ),
        pytest.param(
            user(says("iam:DeleteUserPermissionsBoundary"), boundary=(EVERYTHING,)),
            FAILED,
            id="she takes them off",
        ),
        pytest.param(user(says("iam:DeleteUserPermissionsBoundary")), PASSED, id="she has none"),
        pytest.param(role(says("iam:AttachRolePolicy")), FAILED, id="a role for itself"),
        pytest.param(user(says("iam:AttachRolePolicy")), PASSED, id="a role she cannot take"),
        pytest.param(
            user(says("iam:AttachRolePolicy", "sts:AssumeRole")), FAILED, id="a role she can take"
        ),
        pytest.param(user(EVERYTHING), LEFT_OUT, id="everything"),
        pytest.param(user(EVERYTHING, boundary=(says("iam:*"),)), FAILED, id="everything, bounded"),
        pytest.param(
            user(says("*", conditions=(condition("Bool", "aws:MultiFactorAuthPresent", "true"),))),
            FAILED,
            id="everything, under a condition",
        ),
        pytest.param(user(read=False), UNKNOWN, id="unread"),
        pytest.param(user(says("iam:*"), boundary=DENIED), UNKNOWN, id="boundary unread"),
    ],
)
def test_iam_no_escalation_path(holder, outcome):
    assert iam_no_escalation_path(holder).outcome is outcome


@pytest.mark.parametrize("name", ["ada", f"{IAM}:user/ada"])
def test_administrators_are_approved_by_name_or_arn(name):
    verdict = iam_no_escalation_path(user(says("iam:*")), approved_administrators=(name,))
    assert verdict.outcome is PASSED


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "+".join(s.action for s in path.steps))
def test_each_way_is_open_to_whoever_may_take_all_its_steps_and_to_nobody_else(path):
    boundary = (EVERYTHING,) if path.bounded else None
    actions = [step.action for step in path.steps]
    make = role if any(step.on == "own role" for step in path.steps) else user
    holder = make(says(*actions)) if make is role else user(says(*actions), boundary=boundary)

    assert iam_no_escalation_path(holder).outcome is FAILED
    for missing in actions:
        kept = [action for action in actions if action != missing]
        rest = user(*(says(action) for action in kept), boundary=boundary)
        ways = iam_no_escalation_path(rest).observed.get("ways", ())
        assert f"{path.name}: {' + '.join(actions)}" not in ways


def test_every_step_is_among_what_is_collected():
    steps = {step.action for path in PATHS for step in path.steps}
    assert steps == ESCALATING
