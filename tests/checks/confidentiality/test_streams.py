"""Streams: is what is sent kept no longer than needed, and long enough?"""

import pytest

from checks.confidentiality.streams import kinesis_retention_long_enough, streams_encrypted
from checks.contract import Outcome
from collectors.evidence.aws.streams import CarrierEncryption, DataStream
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        pytest.param(24, Outcome.PASSED, id="as long as needed"),
        pytest.param(23, Outcome.FAILED, id="too short"),
        pytest.param(168, Outcome.PASSED, id="as long as allowed"),
        pytest.param(169, Outcome.FAILED, id="too long"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_kinesis_retention_long_enough(hours, outcome):
    stream = DataStream(
        id="arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        name="orders",
        encryption="KMS",
        kept_hours=hours,
    )
    assert kinesis_retention_long_enough(stream, max_hours=168).outcome is outcome


@pytest.mark.parametrize(
    ("encryption", "outcome"),
    [
        pytest.param("KMS", Outcome.PASSED, id="a key"),
        pytest.param("SQS", Outcome.PASSED, id="the service's own"),
        pytest.param(None, Outcome.FAILED, id="plain"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_streams_encrypted(encryption, outcome):
    carrier = CarrierEncryption(
        id="arn:aws:sqs:eu-west-1:123456789012:orders",
        name="orders",
        form="queue",
        encryption=encryption,
    )
    assert streams_encrypted(carrier).outcome is outcome
