"""What carries messages: streams of Kinesis, and the encryption of streams, topics and queues."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.messaging import QUEUE, QUEUES, TOPIC, TOPICS, queue_attributes
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.streams import CarrierEncryption, DataStream
from collectors.evidence.record import Unread

STREAMS = ApiCall("kinesis", "ListStreams", "kinesis:ListStreams")
STREAM = ApiCall("kinesis", "DescribeStreamSummary", "kinesis:DescribeStreamSummary")
PLAIN = "NONE"


@collector(id="aws.kinesis.streams", calls=(STREAMS, STREAM))
def data_streams(region: Region) -> Iterator[DataStream]:
    """Every stream of the region."""

    def describe(name: str) -> DataStream:
        summary = _summary(region, name)
        return DataStream(
            id=_stream_arn(region, name),
            name=name,
            encryption=told(STREAM, summary, "EncryptionType", str),
            kept_hours=told(STREAM, summary, "RetentionPeriodHours", int),
        )

    yield from region.concurrently(describe, region.each(STREAMS, "StreamNames"))


@collector(id="aws.streams.encryption", calls=(STREAMS, STREAM, TOPICS, TOPIC, QUEUES, QUEUE))
def carrier_encryption(region: Region) -> Iterator[CarrierEncryption]:
    """Every stream, topic and queue of the region, with what encrypts it at rest.

    SNS and SQS leave out of an answer what was never set; SQS says of its own encryption
    whether it is on.
    """

    def stream(name: str) -> CarrierEncryption:
        encryption = told(STREAM, _summary(region, name), "EncryptionType", str)
        return CarrierEncryption(
            id=_stream_arn(region, name),
            name=name,
            form="stream",
            encryption=None if encryption == PLAIN else encryption,
        )

    def topic(listed: Response) -> CarrierEncryption:
        arn: str = listed["TopicArn"]
        attributes = told(TOPIC, region.detail(TOPIC, TopicArn=arn), "Attributes", dict)
        return CarrierEncryption(
            id=arn,
            name=arn.rpartition(":")[2],
            form="topic",
            encryption=_by_key(attributes),
        )

    def queue(url: str) -> CarrierEncryption:
        name = url.rpartition("/")[2]
        return CarrierEncryption(
            id=f"arn:{region.partition}:sqs:{region.region}:{region.id}:{name}",
            name=name,
            form="queue",
            encryption=_of_queue(queue_attributes(region, url)),
        )

    yield from region.in_turn(
        region.concurrently(stream, region.each(STREAMS, "StreamNames")),
        region.concurrently(topic, region.each(TOPICS, "Topics")),
        region.concurrently(queue, region.each_if_any(QUEUES, "QueueUrls")),
    )


def _stream_arn(region: Region, name: str) -> str:
    return f"arn:{region.partition}:kinesis:{region.region}:{region.id}:stream/{name}"


def _summary(region: Region, name: str) -> Response | Unread:
    answer = region.detail(STREAM, StreamName=name)
    return told(STREAM, answer, "StreamDescriptionSummary", dict)


def _by_key(attributes: Response | Unread) -> str | Unread | None:
    if isinstance(attributes, Unread):
        return attributes
    return attributes.get("KmsMasterKeyId") or None


def _of_queue(attributes: Response | Unread) -> str | Unread | None:
    key = _by_key(attributes)
    if isinstance(attributes, Unread) or key is not None:
        return key
    return "SQS" if attributes.get("SqsManagedSseEnabled") == "true" else None
