"""Who from outside may use keys, queues, functions and logs."""

import pytest

from checks.access.resources import (
    kms_key_policy_narrow,
    lambda_function_not_public,
    logs_not_shared_outside,
    messaging_resource_not_public,
)
from checks.contract import Outcome
from collectors.evidence.aws.functions import FunctionAccess
from collectors.evidence.aws.kms import KmsKeyPolicy
from collectors.evidence.aws.logs import LogSharing
from collectors.evidence.aws.messaging import MessagingResource
from tests.checks.granted import HOME, OTHER, condition, resource_statement
from tests.evidence import DENIED

OWN = resource_statement(principals=frozenset({f"AWS:arn:aws:iam::{HOME}:root"}))
OF_OTHER = resource_statement(principals=frozenset({f"AWS:{OTHER}"}))
OPEN = resource_statement()
OF_ORGANISATION = resource_statement(condition("StringEquals", "aws:PrincipalOrgID", "o-abc"))
BY_SERVICE = resource_statement(
    condition("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com")
)
APPROVED = {"approved_accounts": (OTHER,)}


@pytest.mark.parametrize(
    ("statements", "manager", "approved", "outcome"),
    [
        pytest.param((OWN,), "CUSTOMER", {}, Outcome.PASSED, id="left to the account"),
        pytest.param((OF_ORGANISATION,), "CUSTOMER", {}, Outcome.PASSED, id="organisation"),
        pytest.param((OWN, OPEN), "CUSTOMER", {}, Outcome.FAILED, id="everybody"),
        pytest.param((BY_SERVICE,), "CUSTOMER", {}, Outcome.FAILED, id="every account's service"),
        pytest.param((OF_OTHER,), "CUSTOMER", {}, Outcome.FAILED, id="outside account"),
        pytest.param((OF_OTHER,), "CUSTOMER", APPROVED, Outcome.PASSED, id="approved account"),
        pytest.param((OPEN,), "CUSTOMER", APPROVED, Outcome.FAILED, id="everybody, one approved"),
        pytest.param(DENIED, "CUSTOMER", {}, Outcome.UNDETERMINED, id="policy denied"),
        pytest.param((OWN,), DENIED, {}, Outcome.UNDETERMINED, id="whose key is unread"),
    ],
)
def test_kms_key_policy_narrow(statements, manager, approved, outcome):
    key = KmsKeyPolicy(
        id="arn:aws:kms:eu-west-1:123456789012:key/1",
        name="1",
        account_id=HOME,
        manager=manager,
        statements=statements,
    )
    assert kms_key_policy_narrow(key, **approved).outcome is outcome


@pytest.mark.parametrize(
    ("statements", "outcome"),
    [
        pytest.param(None, Outcome.PASSED, id="no policy"),
        pytest.param((OF_OTHER,), Outcome.PASSED, id="a named account"),
        pytest.param(
            (resource_statement(condition("StringEquals", "AWS:SourceOwner", HOME)),),
            Outcome.PASSED,
            id="as SNS makes it",
        ),
        pytest.param((OF_OTHER, OPEN), Outcome.FAILED, id="everybody"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_messaging_resource_not_public(statements, outcome):
    queue = MessagingResource(
        id="arn:aws:sqs:eu-west-1:123456789012:orders",
        name="orders",
        account_id=HOME,
        form="queue",
        statements=statements,
        key=None,
        encrypted_by_service=True,
    )
    assert messaging_resource_not_public(queue).outcome is outcome


BY_URL = resource_statement(condition("StringEquals", "lambda:FunctionUrlAuthType", "NONE"))
SIGNED = resource_statement(condition("StringEquals", "lambda:FunctionUrlAuthType", "AWS_IAM"))


@pytest.mark.parametrize(
    ("statements", "addresses", "approved", "outcome"),
    [
        pytest.param(None, (), (), Outcome.PASSED, id="no policy, no URL"),
        pytest.param(None, ("AWS_IAM",), (), Outcome.PASSED, id="a URL that asks"),
        pytest.param((BY_URL,), ("NONE",), (), Outcome.FAILED, id="an open URL"),
        pytest.param((BY_URL,), (), (), Outcome.PASSED, id="meant for a URL that is gone"),
        pytest.param((SIGNED,), ("AWS_IAM",), (), Outcome.FAILED, id="open to every account"),
        pytest.param((OPEN,), (), (), Outcome.FAILED, id="open policy"),
        pytest.param((OPEN,), (), ("orders",), Outcome.PASSED, id="approved"),
        pytest.param((OPEN,), (), ("order",), Outcome.FAILED, id="another is approved"),
        pytest.param((OPEN,), DENIED, (), Outcome.FAILED, id="open whatever the URL"),
        pytest.param(None, DENIED, (), Outcome.UNDETERMINED, id="URLs denied"),
        pytest.param(DENIED, (), (), Outcome.UNDETERMINED, id="policy denied"),
    ],
)
def test_lambda_function_not_public(statements, addresses, approved, outcome):
    function = FunctionAccess(
        id="arn:aws:lambda:eu-west-1:123456789012:function:orders",
        name="orders",
        account_id=HOME,
        statements=statements,
        addresses=addresses,
    )
    verdict = lambda_function_not_public(function, approved_functions=approved)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("statements", "approved", "outcome"),
    [
        pytest.param(None, {}, Outcome.PASSED, id="no policy"),
        pytest.param((OWN,), {}, Outcome.PASSED, id="own account"),
        pytest.param((OF_OTHER,), {}, Outcome.FAILED, id="outside account"),
        pytest.param((OF_OTHER,), APPROVED, Outcome.PASSED, id="approved account"),
        pytest.param((OPEN,), APPROVED, Outcome.FAILED, id="everybody"),
        pytest.param(DENIED, {}, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_logs_not_shared_outside(statements, approved, outcome):
    sharing = LogSharing(
        id="arn:aws:logs:eu-west-1:123456789012:destination:all",
        name="all",
        account_id=HOME,
        statements=statements,
    )
    assert logs_not_shared_outside(sharing, **approved).outcome is outcome
