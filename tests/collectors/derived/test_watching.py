"""Patterns match the events that AWS's own documentation says they match, and no others."""

import pytest

from collectors.derived.watching import event_pattern, filter_pattern
from collectors.derived.watching.events import (
    FAILED_ACCESS,
    LOGGING_CHANGES,
    NETWORK_CHANGES,
    PERMISSION_CHANGES,
    ROOT,
    ROOT_USE,
    SOMEBODY,
    call,
    sent,
    sign_in,
)
from collectors.derived.watching.pattern import NotUnderstood

EVENT = {
    "eventName": "StopLogging",
    "readOnly": False,
    "managementEvent": True,
    "count": 3,
    "ratio": 1.5,
    "nothing": None,
    "resources": [{"type": "AWS::S3::Bucket"}, {"type": "AWS::KMS::Key"}],
    "userIdentity": {"type": "IAMUser", "userName": "o'neil"},
    "odd name": {"x.y": "z"},
}


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("", True),
        ("{ $.eventName = StopLogging }", True),
        ('{$.eventName="StopLogging"}', True),
        ("{ $.eventName = stoplogging }", False),
        ("{ $.eventName = Stop* }", True),
        ('{ $.eventName = "*Log*" }', True),
        ('{ $.eventName = "*Start*" }', False),
        ("{ $.eventName = %^Stop[A-Z]% }", True),
        ("{ $.eventName = %^Start% }", False),
        ("{ $.eventName != StartLogging }", True),
        ("{ $.eventName != StopLogging }", False),
        ("{ $.absent != anything }", False),
        ("{ $.absent = * }", False),
        ("{ $.userIdentity.type = IAMUser }", True),
        ("{ $.userIdentity.absent.deeper = x }", False),
        ('{ $.userIdentity.userName = "o\'neil" }', True),
        ("{ $.resources[0].type = AWS::S3::Bucket }", True),
        ("{ $.resources[1].type = AWS::S3::Bucket }", False),
        ("{ $.resources[9].type = AWS::S3::Bucket }", False),
        ('{ $.resources[*].type = "AWS::KMS::Key" }', True),
        ("{ $.['odd name'].['x.y'] = z }", True),
        ("{ $.count = 3 }", True),
        ("{ $.count > 2 }", True),
        ("{ $.count > 3 }", False),
        ("{ $.count >= 3 && $.ratio < 1.6 && $.ratio <= 1.5 }", True),
        ("{ $.eventName > 2 }", False),
        ("{ $.readOnly IS FALSE }", True),
        ("{ $.readOnly is true }", False),
        ("{ $.readOnly = false }", True),
        ("{ $.nothing IS NULL }", True),
        ("{ $.absent IS NULL }", False),
        ("{ $.absent NOT EXISTS }", True),
        ("{ $.nothing NOT EXISTS }", False),
        ("{ $.eventName EXISTS }", True),
        ("{ ($.eventName = A) || ($.eventName = StopLogging) }", True),
        ("{ $.eventName = StopLogging || $.count = 9 && $.count = 8 }", True),
        ("{ ($.eventName = StopLogging || $.count = 9) && $.count = 8 }", False),
        ("{ (($.count = 3)) }", True),
    ],
)
def test_a_filter_pattern_matches_what_is_documented(pattern, matched):
    assert filter_pattern.matches(pattern, EVENT) is matched


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR",
        "[ip, user, ...]",
        "{ eventName = x }",
        "{ $.a = }",
        "{ $.a = x",
        "{ ($.a = x }",
        "{ $.a = x) }",
        "{ $.a ~ x }",
        "{ $.a IS EMPTY }",
        "{ $.a NOT THERE }",
        "{ $.a > x }",
        "{ $.a = %(a+)+% }",
        "{ $.a = %[% }",
        "{ $.a = x & $.b = y }",
    ],
)
def test_a_filter_pattern_that_cannot_be_read_is_not_guessed(pattern):
    with pytest.raises(NotUnderstood):
        filter_pattern.matches(pattern, EVENT)


SIGN_IN_WITHOUT_DEVICE = FAILED_ACCESS[2].events[0][1]
WITHOUT_DEVICE = (
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
    '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
)
OF_ROOT = (
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS '
    '&& $.eventType != "AwsServiceEvent" }'
)


@pytest.mark.parametrize(
    ("pattern", "event", "matched"),
    [
        (OF_ROOT, sign_in(ROOT), True),
        (OF_ROOT, call("iam", "CreateAccessKey", ROOT), True),
        (OF_ROOT, call("iam", "CreateAccessKey", {**ROOT, "invokedBy": "x"}), False),
        (OF_ROOT, call("iam", "CreateAccessKey", ROOT, eventType="AwsServiceEvent"), False),
        (OF_ROOT, sign_in(SOMEBODY), False),
        (
            '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
            sign_in(SOMEBODY, succeeds=False),
            True,
        ),
        (
            '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
            sign_in(SOMEBODY),
            False,
        ),
        (
            WITHOUT_DEVICE,
            SIGN_IN_WITHOUT_DEVICE,
            True,
        ),
        (
            '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
            FAILED_ACCESS[1].events[1][1],
            True,
        ),
    ],
)
def test_the_patterns_that_benchmarks_ask_for_match_as_they_should(pattern, event, matched):
    assert filter_pattern.matches(pattern, event) is matched


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ({}, True),
        ({"source": ["aws.signin"]}, True),
        ({"source": ["aws.iam"]}, False),
        ({"source": ["aws.iam", "aws.signin"]}, True),
        ({"detail": {"userIdentity": {"type": ["Root"]}}}, True),
        ({"detail": {"userIdentity": {"type": ["IAMUser"]}}}, False),
        ({"detail": {"absent": {"deeper": ["x"]}}}, False),
        ({"detail-type": [{"prefix": "AWS Console"}]}, True),
        ({"detail-type": [{"prefix": {"equals-ignore-case": "aws console"}}]}, True),
        ({"detail-type": [{"suffix": "via CloudTrail"}]}, True),
        ({"detail-type": [{"suffix": "via Config"}]}, False),
        ({"detail-type": [{"wildcard": "AWS * via *"}]}, True),
        ({"detail-type": [{"wildcard": "AWS*x"}]}, False),
        ({"source": [{"equals-ignore-case": "AWS.SignIn"}]}, True),
        ({"source": [{"anything-but": ["aws.iam"]}]}, True),
        ({"source": [{"anything-but": "aws.signin"}]}, False),
        ({"source": [{"anything-but": {"prefix": "aws."}}]}, False),
        ({"absent": [{"anything-but": "x"}]}, False),
        ({"absent": [{"exists": False}]}, True),
        ({"absent": [{"exists": True}]}, False),
        ({"source": [{"exists": True}]}, True),
        ({"detail": {"invokedBy": [{"exists": False}]}}, True),
        ({"$or": [{"source": ["aws.iam"]}, {"account": ["123456789012"]}]}, True),
        ({"$or": [{"source": ["aws.iam"]}, {"account": ["2"]}]}, False),
        ({"detail": {"managementEvent": [True]}}, True),
        ({"detail": {"managementEvent": [1]}}, False),
    ],
)
def test_an_event_pattern_matches_what_is_documented(pattern, matched):
    assert event_pattern.matches(pattern, sent(sign_in(ROOT))) is matched


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": "aws.signin"},
        {"source": [{"cidr": "10.0.0.0/8"}]},
        {"source": [{"prefix": "a", "suffix": "b"}]},
    ],
)
def test_an_event_pattern_that_cannot_be_read_is_not_guessed(pattern):
    with pytest.raises(NotUnderstood):
        event_pattern.matches(pattern, sent(sign_in(ROOT)))


def test_a_list_of_the_event_matches_by_any_of_its_members():
    assert event_pattern.matches({"tags": ["b"]}, {"tags": ["a", "b"]})


def test_events_are_sent_as_what_they_are():
    at_the_door, inside = sent(sign_in(ROOT)), sent(call("iam", "CreateUser"))

    assert at_the_door["detail-type"] == "AWS Console Sign In via CloudTrail"
    assert (inside["source"], inside["detail-type"]) == ("aws.iam", "AWS API Call via CloudTrail")


def test_every_family_has_events_and_a_name_of_its_own():
    families = [
        *(*ROOT_USE, *FAILED_ACCESS, *LOGGING_CHANGES),
        *(*NETWORK_CHANGES, *PERMISSION_CHANGES),
    ]

    assert all(family.events for family in families)
    assert len({family.name for family in families}) == len(families)
