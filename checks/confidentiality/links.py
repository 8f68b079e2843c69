"""Is data encrypted between systems: caches, replication, streams, file transfer?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.caches import Cache
from collectors.evidence.aws.links import FileTransferServer, ReplicationEndpoint, StreamingLink
from collectors.evidence.record import Unread

PLAIN_FILE_TRANSFER = "FTP"
TLS = "TLS"
NO_SSL = "none"
PLAINTEXT = "plaintext"
PREFERRED = "preferred"
NEVER_ENCRYPTED_AT_REST = frozenset({"memcached"})
ALWAYS_TLS = frozenset(
    {
        *("dynamodb", "elasticsearch", "kinesis", "neptune", "opensearch", "redshift"),
        *("redshift-serverless", "s3", "timestream"),
    }
)
"""Other ends that are services of AWS, which DMS speaks to by TLS and has no SSL mode for."""
OWN_PROTOCOL = frozenset({"kafka", "redis"})
DEFAULT_PROTOCOL = {"redis": "ssl-encryption", "kafka": PLAINTEXT}


@check(
    id="aws.elasticache.tls-required",
    title="Caches are encrypted in transit and at rest",
    controls=("CRY-01", "CRY-02"),
    severity=Severity.MEDIUM,
    remediation="Turn on encryption in transit, step by step from preferred to required; for "
    "encryption at rest, make the cache anew from a backup.",
    empty=Outcome.NOT_APPLICABLE,
)
def elasticache_tls_required(cache: Cache) -> Verdict:
    """A cache holds copies of what is protected elsewhere, and sessions that open doors.

    Encryption in transit has to be required: a cache that only prefers it answers plain
    clients as well. An engine that cannot encrypt what it keeps fails with that reason.
    Serverless caches are always encrypted; DAX is judged by its endpoint and its storage.
    """
    off = tuple(
        name
        for name, on in (("in transit", cache.in_transit), ("at rest", cache.at_rest))
        if on is False
    )
    if off == ("at rest",) and cache.engine in NEVER_ENCRYPTED_AT_REST:
        return failed(f"{cache.engine} cannot encrypt what it keeps", off=off)
    if off:
        return failed(f"not encrypted {' and not '.join(off)}", off=off)
    if cache.mode == PREFERRED:
        return failed("clients without encryption are let in as well", mode=cache.mode)
    for part in (cache.in_transit, cache.at_rest):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed(f"the {cache.form} is encrypted in transit and at rest")


@check(
    id="aws.dms.endpoint-tls",
    title="Replication endpoints are connected by TLS",
    controls=("CRY-01",),
    severity=Severity.MEDIUM,
    remediation="Set the endpoint's SSL mode, or the security protocol of Kafka and Redis.",
    empty=Outcome.NOT_APPLICABLE,
)
def dms_endpoint_tls(endpoint: ReplicationEndpoint) -> Verdict:
    """A replication carries whole databases, often from another network.

    The SSL mode has to be set. Kafka and Redis have a protocol of their own instead, and where
    it was never set, DMS's default counts. Services of AWS, such as S3, are spoken to by TLS
    always.
    """
    engine = endpoint.engine
    if isinstance(engine, Unread):
        return undetermined(engine)
    if engine in ALWAYS_TLS:
        return passed("DMS speaks to it by TLS only", engine=engine)
    if engine in OWN_PROTOCOL:
        protocol = endpoint.protocol or DEFAULT_PROTOCOL[engine]
        judge = failed if protocol == PLAINTEXT else passed
        return judge(f"its protocol is {protocol}", engine=engine)
    if isinstance(endpoint.ssl_mode, Unread):
        return undetermined(endpoint.ssl_mode)
    judge = failed if endpoint.ssl_mode == NO_SSL else passed
    return judge(f"its SSL mode is {endpoint.ssl_mode}", engine=engine)


@check(
    id="aws.msk.tls-required",
    title="Kafka clusters and connectors speak TLS only",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Set the cluster's client traffic to TLS; make the connector anew with TLS.",
    empty=Outcome.NOT_APPLICABLE,
)
def msk_tls_required(link: StreamingLink) -> Verdict:
    """A cluster that takes plain connections beside encrypted ones will be spoken to in plain.

    Clients and brokers are judged, and the way from a connector to its cluster. Serverless
    clusters speak nothing but TLS.
    """
    if not isinstance(link.clients, Unread) and link.clients != TLS:
        return failed("plain connections are possible", clients=link.clients)
    if link.brokers is False:
        return failed("brokers talk to each other in plain")
    for part in (link.clients, link.brokers):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed(f"the {link.form} speaks TLS only")


@check(
    id="aws.transfer.plain-protocol-off",
    title="File transfer servers do not speak plain FTP",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Remove FTP from the server's protocols; SFTP and FTPS carry the same.",
    empty=Outcome.NOT_APPLICABLE,
)
def transfer_plain_protocol_off(server: FileTransferServer) -> Verdict:
    """FTP sends passwords and files for everyone on the way to read.

    AS2 signs and encrypts its messages itself, and is not judged.
    """
    if isinstance(server.protocols, Unread):
        return undetermined(server.protocols)
    judge = failed if PLAIN_FILE_TRANSFER in server.protocols else passed
    return judge(f"it speaks {', '.join(server.protocols)}", protocols=server.protocols)
