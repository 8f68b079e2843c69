"""Streams, queues and topics: is what is sent kept encrypted, and no longer than needed?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.streams import CarrierEncryption, DataStream
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


@check(
    id="aws.streams.encrypted",
    title="Streams, topics and queues are encrypted at rest",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Turn on server-side encryption.",
    empty=Outcome.NOT_APPLICABLE,
)
def streams_encrypted(carrier: CarrierEncryption) -> Verdict:
    """What waits to be read is stored, and holds what the stores behind it guard.

    Any key counts, and for queues the encryption that SQS manages itself. Topics have none
    of their own: they need a key.
    """
    if isinstance(carrier.encryption, Unread):
        return undetermined(carrier.encryption)
    if carrier.encryption is None:
        return failed(f"the {carrier.form} is not encrypted")
    return passed(f"the {carrier.form} is encrypted", encryption=carrier.encryption)
