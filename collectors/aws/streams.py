"""Streams of Kinesis: encrypted, and kept long enough."""

from collections.abc import Iterator

from collectors.aws.account import Region, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.streams import DataStream

STREAMS = ApiCall("kinesis", "ListStreams", "kinesis:ListStreams")
STREAM = ApiCall("kinesis", "DescribeStreamSummary", "kinesis:DescribeStreamSummary")


@collector(id="aws.kinesis.streams", calls=(STREAMS, STREAM))
def data_streams(region: Region) -> Iterator[DataStream]:
    """Every stream of the region."""

    def describe(name: str) -> DataStream:
        answer = region.detail(STREAM, StreamName=name)
        summary = told(STREAM, answer, "StreamDescriptionSummary", dict)
        return DataStream(
            id=f"arn:{region.partition}:kinesis:{region.region}:{region.id}:stream/{name}",
            name=name,
            encryption=told(STREAM, summary, "EncryptionType", str),
            kept_hours=told(STREAM, summary, "RetentionPeriodHours", int),
        )

    yield from region.concurrently(describe, region.each(STREAMS, "StreamNames"))
