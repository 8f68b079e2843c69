"""Streams, queues and topics: is what is sent kept encrypted, and no longer than needed?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.streams import DataStream
from collectors.evidence.record import Unread


@check(
    id="aws.kinesis.retention-long-enough",
    title="Streams keep what is sent long enough to be read again",
    controls=("DAT-02", "PIN-04"),
    severity=Severity.LOW,
    remediation="Set the stream's retention.",
    empty=Outcome.NOT_APPLICABLE,
)
def kinesis_retention_long_enough(
    stream: DataStream, *, min_hours: int = 24, max_hours: int = 8760
) -> Verdict:
    """If what reads a stream stands still, what was sent meanwhile has to be there still.

    More than the retention schedule allows fails as well; the limit is what Kinesis allows
    unless another is set.
    """
    if isinstance(stream.kept_hours, Unread):
        return undetermined(stream.kept_hours)
    judge = passed if min_hours <= stream.kept_hours <= max_hours else failed
    return judge(f"kept for {stream.kept_hours} hours", kept_hours=stream.kept_hours)
