"""What is taken for "there is none": only codes by which AWS says so, and nothing that looks alike.

A server that does not know a call, or a proxy on the way, has words of its own. None of them may
turn ignorance into an absence.
"""

import botocore.session
import pytest

from collectors.aws.account import NOT_TURNED_ON
from collectors.aws.retrying import BEING_MADE, PASSING, THROTTLED
from tests.canned.absences import ABSENCES
from tests.canned.estate import read
from tests.canned.matrix import DECLARING, OPERATIONS, Remembered, encoded
from tests.dose import dose
from tests.faults import Denied, faulty

SESSION = botocore.session.get_session()
S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
DOCUMENTED = {
    **dict.fromkeys(
        (
            ("s3:GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError"),
            ("s3:GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
            ("s3:GetBucketOwnershipControls", "OwnershipControlsNotFoundError"),
            ("s3:GetBucketPolicy", "NoSuchBucketPolicy"),
            ("s3:GetBucketPolicyStatus", "NoSuchBucketPolicy"),
            ("s3:GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
            ("s3:GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
        ),
        S3,
    ),
    (
        "macie2:GetMacieSession",
        NOT_TURNED_ON,
    ): "https://docs.aws.amazon.com/macie/latest/APIReference/macie.html",
}
"""Codes that botocore's model of the operation does not list, and where AWS does."""
SAID = {NOT_TURNED_ON: "AccessDeniedException: Macie is not enabled."}
"""What AWS says where the code is ours."""
LISTS_NOTHING_ELSE = ("aws.organizations.accounts", "organizations:ListAccounts")
"""Who reads an organization and finds none has not read it."""
OF_SERVERS = (
    *("404", "500", "501", "NotImplemented", "NotImplementedException"),
    *("UnknownOperationException", "UnknownOperation", "InvalidAction", "ResponseParserError"),
)
"""How local servers and proxies say that they do not know a call; AWS has it for nothing."""
OF_ABSENT_THINGS = ("NoSuchEntity", "NoSuchBucket", "ResourceNotFoundException", "NotFound")
"""AWS's own words where the thing itself is gone, which says nothing of its settings."""
LOOKS_ALIKE = dose(
    small=("404", "ResourceNotFoundException"), whole=(*OF_SERVERS, *OF_ABSENT_THINGS)
)


@pytest.fixture(scope="module")
def invented(invented_account):
    return Remembered(invented_account)


def listed_by_the_model(operation, code):
    service, _, name = operation.partition(":")
    shapes = SESSION.get_service_model(service).operation_model(name).error_shapes
    return code in {s.metadata.get("error", {}).get("code", s.name) for s in shapes}


@pytest.mark.parametrize(("operation", "code"), ABSENCES)
def test_an_absence_is_a_code_that_aws_documents_for_the_operation(operation, code):
    assert listed_by_the_model(operation, code) != ((operation, code) in DOCUMENTED)


@pytest.mark.parametrize("code", sorted({code for _, code in ABSENCES}))
def test_an_absence_is_no_word_for_anything_else(code):
    assert code not in {*OF_SERVERS, *THROTTLED, *PASSING, *BEING_MADE}
    assert "denied" not in code.lower()


def test_what_is_documented_is_declared():
    assert DOCUMENTED.keys() <= {*ABSENCES}


@pytest.mark.parametrize(("operation", "code"), ABSENCES)
def test_what_is_absent_is_known_to_be(invented_account, operation, code):
    """As AWS says it over the wire: then nothing is unread or left out for want of an answer."""
    told = {}
    with invented_account.server.failing(operation, SAID.get(code, code)):
        for unit in invented_account.units:
            for collector, snapshot, _ in read(unit, DECLARING[operation]):
                told[collector.id, operation] = encoded(snapshot)

    unread = [pair for pair, text in told.items() if f"{operation}: {code}" in text]
    assert unread == [pair for pair in told if pair == LISTS_NOTHING_ELSE]


@pytest.mark.proof
@pytest.mark.parametrize("code", LOOKS_ALIKE)
def test_no_other_word_is_an_absence(invented, code):
    """Whichever operation answers with it: the call is named, and no collector goes on in peace."""
    others = [operation for operation in OPERATIONS if (operation, code) not in ABSENCES]

    assert [o for o in others if not is_named(invented, o, code)] == []


def is_named(account, operation, code):
    told = account.text(DECLARING[operation], lambda live: faulty(live, {operation: Denied(code)}))
    return f"{operation}: {code}" in told
