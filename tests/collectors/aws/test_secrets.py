"""Secrets are read by their dates; streams by their settings; regions by their analyzers."""

import json
from datetime import UTC, datetime

import pytest

from collectors.aws.access_analyzer import external_access_analysis
from collectors.aws.secrets import managed_secrets
from collectors.aws.streams import data_streams
from collectors.evidence.aws.access_analyzer import Analyzer
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

CHANGED = "2026-11-01T00:00:00Z"


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_secrets_are_read_without_their_values(aws):
    made = aws.client("secretsmanager").create_secret(Name="token", SecretString="canary")
    snapshot, transcript = aws.snapshot(managed_secrets)

    record = only(snapshot)
    assert (record.id, record.rotates, record.rotation_due_at) == (made["ARN"], False, None)
    assert record.changed_at.tzinfo
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])
    assert aws.again(managed_secrets, transcript) == snapshot


def listed(**secret):
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-abcdef"
    return said(
        "secretsmanager:ListSecrets", {"SecretList": [{"ARN": arn, "Name": "token"} | secret]}
    )


def test_rotation_is_read_with_its_date(aws):
    due = listed(RotationEnabled=True, NextRotationDate=CHANGED, LastChangedDate=CHANGED)
    snapshot, _ = aws.snapshot(managed_secrets, due)

    moment = datetime(2026, 11, 1, tzinfo=UTC)
    record = only(snapshot)
    assert (record.rotates, record.rotation_due_at, record.changed_at) == (True, moment, moment)


def test_a_secret_that_a_service_owns_is_left_out(aws):
    snapshot, _ = aws.snapshot(managed_secrets, listed(OwningService="rds"))
    assert (snapshot.records, snapshot.complete) == ((), True)


def test_a_secret_without_a_date_says_so(aws):
    snapshot, _ = aws.snapshot(managed_secrets, listed())
    why = "secretsmanager:ListSecrets: the answer has no CreatedDate"
    assert only(snapshot).changed_at == Unread(why=why)


def test_streams_are_read(aws):
    aws.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    snapshot, transcript = aws.snapshot(data_streams)

    record = only(snapshot)
    assert (record.encryption, record.kept_hours) == ("NONE", 24)
    assert aws.again(data_streams, transcript) == snapshot

    snapshot, _ = aws.snapshot(data_streams, {"kinesis:DescribeStreamSummary": Denied()})
    why = "kinesis:DescribeStreamSummary: AccessDenied"
    assert only(snapshot).kept_hours == Unread(why=why)


def analyzer(name, kind="ACCOUNT"):
    return {
        "arn": f"arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/{name}",
        "name": name,
        "type": kind,
        "status": "ACTIVE",
        "createdAt": CHANGED,
    }


def test_analyzers_of_access_from_outside_are_read_from_every_page(aws):
    faults = said(
        "accessanalyzer:ListAnalyzers",
        {"analyzers": [analyzer("unused", "ACCOUNT_UNUSED_ACCESS")], "nextToken": "more"},
        {"analyzers": [analyzer("outside", "ORGANIZATION")]},
    )
    snapshot, transcript = aws.snapshot(external_access_analysis, faults)

    assert only(snapshot).analyzers == (
        Analyzer(name="outside", zone="ORGANIZATION", status="ACTIVE"),
    )
    assert aws.again(external_access_analysis, transcript) == snapshot


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_refused_analyzers_are_unread(aws, code):
    call = "accessanalyzer:ListAnalyzers"
    snapshot, _ = aws.snapshot(external_access_analysis, {call: Denied(code)})

    assert only(snapshot).analyzers == Unread(why=f"{call}: {code}")
