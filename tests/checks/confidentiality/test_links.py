"""Is data encrypted between systems: caches, replication, streams, file transfer?"""

import pytest

from checks.confidentiality.links import (
    dms_endpoint_tls,
    elasticache_tls_required,
    msk_tls_required,
    transfer_plain_protocol_off,
)
from checks.contract import Outcome
from collectors.evidence.aws.caches import Cache
from collectors.evidence.aws.links import FileTransferServer, ReplicationEndpoint, StreamingLink
from tests.evidence import DENIED

NAMED = {"id": "arn:aws:service:eu-west-1:123456789012:thing/1", "name": "thing"}
ENCRYPTED = {
    "form": "replication group",
    "engine": "redis",
    "in_transit": True,
    "mode": "required",
    "at_rest": True,
}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="both"),
        pytest.param({"mode": None}, Outcome.PASSED, id="too old to have a mode"),
        pytest.param({"mode": "preferred"}, Outcome.FAILED, id="preferred"),
        pytest.param({"in_transit": False}, Outcome.FAILED, id="plain in transit"),
        pytest.param({"at_rest": False}, Outcome.FAILED, id="plain at rest"),
        pytest.param({"in_transit": DENIED}, Outcome.UNDETERMINED, id="transit unread"),
        pytest.param({"at_rest": DENIED}, Outcome.UNDETERMINED, id="rest unread"),
        pytest.param({"in_transit": DENIED, "at_rest": False}, Outcome.FAILED, id="settled"),
        pytest.param({"at_rest": DENIED, "mode": "preferred"}, Outcome.FAILED, id="mode settles"),
    ],
)
def test_elasticache_tls_required(fields, outcome):
    assert elasticache_tls_required(Cache(**NAMED, **ENCRYPTED | fields)).outcome is outcome


def test_an_engine_that_cannot_encrypt_at_rest_fails_with_that_reason():
    cache = Cache(**NAMED, **ENCRYPTED | {"engine": "memcached", "at_rest": False})
    verdict = elasticache_tls_required(cache)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.reason == "memcached cannot encrypt what it keeps"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({"ssl_mode": "require"}, Outcome.PASSED, id="required"),
        pytest.param({"ssl_mode": "none"}, Outcome.FAILED, id="none"),
        pytest.param({"ssl_mode": DENIED}, Outcome.UNDETERMINED, id="mode unread"),
        pytest.param({"engine": "s3", "ssl_mode": "none"}, Outcome.PASSED, id="AWS's own"),
        pytest.param({"engine": "kafka", "protocol": "sasl-ssl"}, Outcome.PASSED, id="Kafka"),
        pytest.param({"engine": "kafka", "protocol": "plaintext"}, Outcome.FAILED, id="plain"),
        pytest.param({"engine": "kafka"}, Outcome.FAILED, id="Kafka, never set"),
        pytest.param({"engine": "redis"}, Outcome.PASSED, id="Redis, never set"),
        pytest.param({"engine": "redis", "protocol": "plaintext"}, Outcome.FAILED, id="Redis"),
        pytest.param({"engine": DENIED}, Outcome.UNDETERMINED, id="engine unread"),
    ],
)
def test_dms_endpoint_tls(fields, outcome):
    settled = {"engine": "postgres", "ssl_mode": "none", "protocol": None}
    assert dms_endpoint_tls(ReplicationEndpoint(**NAMED, **settled | fields)).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="TLS"),
        pytest.param({"clients": "TLS_PLAINTEXT"}, Outcome.FAILED, id="both"),
        pytest.param({"clients": "PLAINTEXT"}, Outcome.FAILED, id="plain"),
        pytest.param({"brokers": False}, Outcome.FAILED, id="plain among brokers"),
        pytest.param({"clients": DENIED, "brokers": False}, Outcome.FAILED, id="settled"),
        pytest.param({"clients": DENIED}, Outcome.UNDETERMINED, id="clients unread"),
        pytest.param({"brokers": DENIED}, Outcome.UNDETERMINED, id="brokers unread"),
        pytest.param({"form": "connector"}, Outcome.PASSED, id="connector"),
    ],
)
def test_msk_tls_required(fields, outcome):
    settled = {"form": "cluster", "clients": "TLS", "brokers": True}
    assert msk_tls_required(StreamingLink(**NAMED, **settled | fields)).outcome is outcome


@pytest.mark.parametrize(
    ("protocols", "outcome"),
    [
        pytest.param(("SFTP",), Outcome.PASSED, id="SFTP"),
        pytest.param(("AS2", "FTPS"), Outcome.PASSED, id="FTPS is not FTP"),
        pytest.param(("FTP", "SFTP"), Outcome.FAILED, id="FTP beside"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_transfer_plain_protocol_off(protocols, outcome):
    server = FileTransferServer(**NAMED, protocols=protocols)
    assert transfer_plain_protocol_off(server).outcome is outcome
