"""What carries messages is read with what encrypts it at rest."""

import pytest

from collectors.aws.streams import carrier_encryption
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied


def by_form(snapshot):
    return {(record.form, record.name): record.encryption for record in snapshot.records}


@pytest.fixture
def carriers(aws):
    kinesis = aws.client("kinesis")
    kinesis.create_stream(StreamName="plain", ShardCount=1)
    kinesis.create_stream(StreamName="coded", ShardCount=1)
    kinesis.start_stream_encryption(
        StreamName="coded", EncryptionType="KMS", KeyId="alias/aws/kinesis"
    )
    sns = aws.client("sns")
    sns.create_topic(Name="plain")
    sns.create_topic(Name="coded", Attributes={"KmsMasterKeyId": "alias/topics"})
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="plain", Attributes={"SqsManagedSseEnabled": "false"})
    sqs.create_queue(QueueName="managed", Attributes={"SqsManagedSseEnabled": "true"})
    sqs.create_queue(QueueName="coded", Attributes={"KmsMasterKeyId": "alias/queues"})
    return aws


def test_carriers_are_read_with_what_encrypts_them(carriers):
    snapshot, transcript = carriers.snapshot(carrier_encryption)

    assert by_form(snapshot) == {
        ("stream", "plain"): None,
        ("stream", "coded"): "KMS",
        ("topic", "plain"): None,
        ("topic", "coded"): "alias/topics",
        ("queue", "plain"): None,
        ("queue", "managed"): "SQS",
        ("queue", "coded"): "alias/queues",
    }
    assert carriers.again(carrier_encryption, transcript) == snapshot


@pytest.mark.parametrize(
    ("denied", "form"),
    [
        ("kinesis:DescribeStreamSummary", "stream"),
        ("sns:GetTopicAttributes", "topic"),
        ("sqs:GetQueueAttributes", "queue"),
    ],
)
def test_a_denied_carrier_stays_and_is_unread(carriers, denied, form):
    snapshot, _ = carriers.snapshot(carrier_encryption, {denied: Denied()})

    unread = Unread(why=f"{denied}: AccessDenied")
    assert {kind for (kind, _), found in by_form(snapshot).items() if found == unread} == {form}
    assert len(snapshot.records) == 7


@pytest.mark.parametrize("denied", ["kinesis:ListStreams", "sns:ListTopics", "sqs:ListQueues"])
def test_a_denied_listing_harms_no_other(carriers, denied):
    snapshot, _ = carriers.snapshot(carrier_encryption, {denied: Denied()})

    why = f"{denied}: AccessDenied"
    assert snapshot.omissions == (Omission(where="aws:123456789012/eu-west-1", why=why),)
    assert len(snapshot.records) >= 4


def test_every_page_of_streams_is_read(aws):
    faults = said(
        "kinesis:ListStreams",
        {"StreamNames": ["a"], "HasMoreStreams": True, "NextToken": "more"},
        {"StreamNames": ["b"], "HasMoreStreams": False},
    ) | {"kinesis:DescribeStreamSummary": Denied()}
    snapshot, _ = aws.snapshot(carrier_encryption, faults)

    assert {record.name for record in snapshot.records} == {"a", "b"}
