"""Who may do everything."""

import pytest

from checks.access.privileges import (
    administrator_policy_held_by_approved,
    audit_log_rights_restricted,
    policy_without_full_control,
    service_wide_policy_approved,
    user_rights_through_groups,
)
from checks.contract import Outcome
from collectors.evidence.aws.iam import (
    Condition,
    GrantedPolicy,
    PolicyHolder,
    Statement,
    UserRights,
)
from tests.evidence import DENIED

ACCOUNT = "123456789012"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
NAMESAKE = f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess"
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"


def holder(name="admin", *attached, path="", holder_type="role"):
    return PolicyHolder(
        id=f"arn:aws:iam::{ACCOUNT}:{holder_type}/{path}{name}",
        name=name,
        account_id=ACCOUNT,
        type=holder_type,
        attached=attached,
    )


def unread_holder():
    return PolicyHolder(id="a", name="a", account_id=ACCOUNT, type="role", attached=DENIED)


IDENTITY_CENTER = "aws-reserved/sso.amazonaws.com/eu-west-1/"


@pytest.mark.parametrize(
    ("subject", "approved", "outcome"),
    [
        pytest.param(holder(), (), Outcome.PASSED, id="holds nothing"),
        pytest.param(holder("a", POWER_USER), (), Outcome.PASSED, id="holds something else"),
        pytest.param(holder("a", NAMESAKE), (), Outcome.PASSED, id="one of our own by that name"),
        pytest.param(holder("a", ADMINISTRATOR), ("a",), Outcome.PASSED, id="approved by name"),
        pytest.param(
            holder("a", ADMINISTRATOR, path="x/"),
            (f"arn:aws:iam::{ACCOUNT}:role/x/a",),
            Outcome.PASSED,
            id="approved by ARN",
        ),
        pytest.param(holder("a", ADMINISTRATOR), ("b",), Outcome.FAILED, id="another is approved"),
        pytest.param(
            holder("a", POWER_USER, ADMINISTRATOR), (), Outcome.FAILED, id="one of several"
        ),
        pytest.param(
            holder("a", ADMINISTRATOR, holder_type="user"), ("a",), Outcome.FAILED, id="a user"
        ),
        pytest.param(
            holder("a", ADMINISTRATOR, holder_type="group"), ("a",), Outcome.FAILED, id="a group"
        ),
        pytest.param(
            holder("AWSReservedSSO_Admin_1", ADMINISTRATOR, path=IDENTITY_CENTER),
            (),
            Outcome.NOT_APPLICABLE,
            id="made by Identity Center",
        ),
        pytest.param(
            holder("a", ADMINISTRATOR, path="aws-reserved/mine/"),
            (),
            Outcome.FAILED,
            id="a path that only resembles Identity Center's",
        ),
        pytest.param(unread_holder(), (), Outcome.UNDETERMINED, id="attachments unread"),
    ],
)
def test_administrator_policy_held_by_approved(subject, approved, outcome):
    verdict = administrator_policy_held_by_approved(subject, approved_roles=approved)
    assert verdict.outcome is outcome


def test_the_operator_says_which_policies_are_watched():
    subject = holder("a", POWER_USER)
    watched = ("AdministratorAccess", "PowerUserAccess")
    verdict = administrator_policy_held_by_approved(subject, watched_policies=watched)
    assert (verdict.outcome, verdict.observed) == (Outcome.FAILED, {"held": ("PowerUserAccess",)})


def statement(effect="Allow", *, conditions=(), **lists):
    named = lists or {"actions": ("*",), "resources": ("*",)}
    empty = dict.fromkeys(("actions", "not_actions", "resources", "not_resources"))
    return Statement(effect=effect, conditions=conditions, **empty | named)


def only_for(*arns, operator="StringEquals", key="aws:PrincipalArn"):
    return statement(conditions=(Condition(operator=operator, key=key, values=arns),))


def policy(*statements):
    return GrantedPolicy(id="p", name="p", account_id=ACCOUNT, statements=statements)


EVERYWHERE = ("*",)


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        pytest.param(statement(), Outcome.FAILED, id="everything everywhere"),
        pytest.param(statement("Deny"), Outcome.PASSED, id="denies everything"),
        pytest.param(
            statement(actions=("s3:Get*", "*:*"), resources=("arn:aws:s3:::a", "*")),
            Outcome.FAILED,
            id="everything among others",
        ),
        pytest.param(
            statement(actions=("**",), resources=("arn:aws:*",)), Outcome.FAILED, id="any ARN"
        ),
        pytest.param(
            statement(actions=("*",), resources=("arn:aws:*:*:*:*",)),
            Outcome.FAILED,
            id="any ARN, part by part",
        ),
        pytest.param(
            statement(actions=("s3:*",), resources=EVERYWHERE), Outcome.PASSED, id="one service"
        ),
        pytest.param(
            statement(actions=("*",), resources=("arn:aws:s3:::a/*",)),
            Outcome.PASSED,
            id="one place",
        ),
        pytest.param(
            statement(actions=("*",), resources=("arn:aws:s3:*:*:*",)),
            Outcome.PASSED,
            id="the places of one service",
        ),
        pytest.param(
            statement(not_actions=("s3:DeleteBucket",), resources=EVERYWHERE),
            Outcome.FAILED,
            id="everything but one action",
        ),
        pytest.param(
            statement(not_actions=("IAM:*", "organizations:*"), resources=EVERYWHERE),
            Outcome.PASSED,
            id="everything but IAM",
        ),
        pytest.param(
            statement(not_actions=("iam:CreateUser",), resources=EVERYWHERE),
            Outcome.FAILED,
            id="everything but a part of IAM",
        ),
        pytest.param(
            statement(not_actions=("*",), resources=EVERYWHERE),
            Outcome.PASSED,
            id="everything but everything",
        ),
        pytest.param(
            statement(actions=("*",), not_resources=("arn:aws:s3:::a",)),
            Outcome.FAILED,
            id="everywhere but one place",
        ),
        pytest.param(
            statement(actions=("*",), not_resources=EVERYWHERE),
            Outcome.PASSED,
            id="everywhere but everywhere",
        ),
        pytest.param(only_for(BREAK_GLASS), Outcome.PASSED, id="break-glass only"),
        pytest.param(
            only_for(BREAK_GLASS, operator="ArnLike", key="aws:principalarn"),
            Outcome.PASSED,
            id="break-glass only, written otherwise",
        ),
        pytest.param(
            only_for(BREAK_GLASS, f"arn:aws:iam::{ACCOUNT}:role/other"),
            Outcome.FAILED,
            id="break-glass and another",
        ),
        pytest.param(only_for("*"), Outcome.FAILED, id="a condition that lets all through"),
        pytest.param(
            only_for(BREAK_GLASS, operator="StringNotEquals"),
            Outcome.FAILED,
            id="all but break-glass",
        ),
        pytest.param(
            only_for(BREAK_GLASS, operator="ArnEqualsIfExists"), Outcome.FAILED, id="if it exists"
        ),
        pytest.param(
            only_for("true", operator="Bool", key="aws:MultiFactorAuthPresent"),
            Outcome.FAILED,
            id="with a second factor",
        ),
    ],
)
def test_policy_without_full_control(one, outcome):
    assert (
        policy_without_full_control(policy(one), approved_roles=(BREAK_GLASS,)).outcome is outcome
    )


def test_break_glass_may_be_approved_by_name():
    subject = policy(only_for(BREAK_GLASS))
    assert policy_without_full_control(subject).outcome is Outcome.FAILED
    verdict = policy_without_full_control(subject, approved_roles=("break-glass",))
    assert verdict.outcome is Outcome.PASSED


def test_a_user_by_the_name_of_break_glass_is_not_it():
    subject = policy(only_for(f"arn:aws:iam::{ACCOUNT}:user/break-glass"))
    verdict = policy_without_full_control(subject, approved_roles=("break-glass",))
    assert verdict.outcome is Outcome.FAILED


def test_the_statements_are_named_by_their_place():
    narrow = statement(actions=("s3:*",), resources=EVERYWHERE)
    verdict = policy_without_full_control(policy(narrow, statement(), statement()))
    assert verdict.observed == {"statements": (2, 3)}


def test_an_unread_policy_is_not_a_narrow_one():
    subject = GrantedPolicy(id="p", name="p", account_id=ACCOUNT, statements=DENIED)
    assert policy_without_full_control(subject).outcome is Outcome.UNDETERMINED


IAM_FULL = "arn:aws:iam::aws:policy/IAMFullAccess"


@pytest.mark.parametrize(
    ("subject", "approved", "outcome"),
    [
        pytest.param(holder(), (), Outcome.PASSED, id="holds nothing"),
        pytest.param(holder("a", POWER_USER), (), Outcome.PASSED, id="not watched"),
        pytest.param(holder("a", IAM_FULL), (), Outcome.FAILED, id="holds one"),
        pytest.param(holder("a", IAM_FULL), ("a",), Outcome.PASSED, id="approved"),
        pytest.param(holder("a", IAM_FULL), ("b",), Outcome.FAILED, id="another is approved"),
        pytest.param(unread_holder(), ("a",), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_service_wide_policy_approved(subject, approved, outcome):
    assert service_wide_policy_approved(subject, approved_holders=approved).outcome is outcome


@pytest.mark.parametrize(
    ("attached", "inline", "outcome"),
    [
        pytest.param((), (), Outcome.PASSED, id="none"),
        pytest.param((POWER_USER,), (), Outcome.FAILED, id="attached"),
        pytest.param((), ("own",), Outcome.FAILED, id="inline"),
        pytest.param(DENIED, ("own",), Outcome.FAILED, id="inline settles it"),
        pytest.param((), DENIED, Outcome.UNDETERMINED, id="inline unread"),
        pytest.param(DENIED, (), Outcome.UNDETERMINED, id="attached unread"),
    ],
)
def test_user_rights_through_groups(attached, inline, outcome):
    user = UserRights(id="u", name="u", account_id=ACCOUNT, attached=attached, inline=inline)
    assert user_rights_through_groups(user).outcome is outcome


def trails(*actions, effect="Allow", resources=("*",), conditions=()):
    return Statement(
        effect=effect,
        actions=actions,
        not_actions=None,
        resources=resources,
        not_resources=None,
        conditions=conditions,
    )


@pytest.mark.parametrize(
    ("statements", "approved", "outcome"),
    [
        pytest.param((trails("cloudtrail:Get*"),), (), Outcome.PASSED, id="reads"),
        pytest.param((trails("cloudtrail:*"),), (), Outcome.FAILED, id="all of it"),
        pytest.param((trails("cloudtrail:StopLogging"),), (), Outcome.FAILED, id="stops"),
        pytest.param(
            (trails("cloudtrail:*", resources=("arn:aws:cloudtrail:*:*:trail/*",)),),
            (),
            Outcome.FAILED,
            id="every trail by pattern",
        ),
        pytest.param(
            (trails("cloudtrail:*", resources=("arn:aws:cloudtrail:*:*:trail/test",)),),
            (),
            Outcome.PASSED,
            id="one trail",
        ),
        pytest.param(
            (trails("*"), trails("cloudtrail:*", effect="Deny")), (), Outcome.PASSED, id="denied"
        ),
        pytest.param((trails("*"),), ("logs",), Outcome.PASSED, id="approved"),
        pytest.param(DENIED, ("logs",), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_audit_log_rights_restricted(statements, approved, outcome):
    policy = GrantedPolicy(
        id=f"arn:aws:iam::{ACCOUNT}:policy/logs",
        name="logs",
        account_id=ACCOUNT,
        statements=statements,
    )
    verdict = audit_log_rights_restricted(policy, approved_policies=approved)
    assert verdict.outcome is outcome
