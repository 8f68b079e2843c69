"""What moves data between systems, and whether it is encrypted on the way."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.links import FileTransferServer, ReplicationEndpoint, StreamingLink
from collectors.evidence.record import Unread

ENDPOINTS = ApiCall(
    "dms",
    "DescribeEndpoints",
    "dms:DescribeEndpoints",
    redact=(
        "Endpoints.ExtraConnectionAttributes",
        "Endpoints.ExternalId",
        "Endpoints.Username",
        "Endpoints.KafkaSettings.SaslPassword",
        "Endpoints.KafkaSettings.SaslUsername",
        "Endpoints.KafkaSettings.SslClientKeyPassword",
        "Endpoints.RedisSettings.AuthPassword",
        "Endpoints.RedisSettings.AuthUserName",
        *(
            f"Endpoints.{engine}Settings"
            for engine in (
                "DocDb",
                "GcpMySQL",
                "IBMDb2",
                "MicrosoftSQLServer",
                "MongoDb",
                "MySQL",
                "Oracle",
                "PostgreSQL",
                "Redshift",
                "Sybase",
            )
        ),
    ),
)
KAFKA_CLUSTERS = ApiCall("kafka", "ListClustersV2", "kafka:ListClustersV2")
CONNECTORS = ApiCall(
    "kafkaconnect",
    "ListConnectors",
    "kafkaconnect:ListConnectors",
    redact=("connectors.connectorDescription",),
)
SERVERS = ApiCall("transfer", "ListServers", "transfer:ListServers")
SERVER = ApiCall(
    "transfer",
    "DescribeServer",
    "transfer:DescribeServer",
    redact=("Server.PreAuthenticationLoginBanner", "Server.PostAuthenticationLoginBanner"),
)
OWN_PROTOCOL = {
    "kafka": ("KafkaSettings", "SecurityProtocol"),
    "redis": ("RedisSettings", "SslSecurityProtocol"),
}
SERVERLESS = "SERVERLESS"


@collector(id="aws.dms.endpoints", calls=(ENDPOINTS,))
def replication_endpoints(region: Region) -> Iterator[ReplicationEndpoint]:
    """Every endpoint of the Database Migration Service, with how it is connected."""
    for endpoint in region.each(ENDPOINTS, "Endpoints"):
        engine = told(ENDPOINTS, endpoint, "EngineName", str)
        yield ReplicationEndpoint(
            id=endpoint["EndpointArn"],
            name=endpoint["EndpointIdentifier"],
            engine=engine,
            ssl_mode=told(ENDPOINTS, endpoint, "SslMode", str),
            protocol=_own_protocol(endpoint, engine),
        )


@collector(id="aws.msk.links", calls=(KAFKA_CLUSTERS, CONNECTORS))
def streaming_links(region: Region) -> Iterator[StreamingLink]:
    """Every Kafka cluster and every connector of the region."""
    yield from region.in_turn(
        map(_cluster, region.each(KAFKA_CLUSTERS, "ClusterInfoList")),
        map(_connector, region.each(CONNECTORS, "connectors")),
    )


@collector(id="aws.transfer.servers", calls=(SERVERS, SERVER))
def file_transfer_servers(region: Region) -> Iterator[FileTransferServer]:
    """Every server of the Transfer Family, with the protocols it speaks."""

    def describe(listed: Response) -> FileTransferServer:
        name = listed["ServerId"]
        server = told(SERVER, region.detail(SERVER, ServerId=name), "Server", dict)
        protocols = told(SERVER, server, "Protocols", list)
        return FileTransferServer(
            id=listed["Arn"],
            name=name,
            protocols=protocols if isinstance(protocols, Unread) else tuple(sorted(protocols)),
        )

    yield from region.concurrently(describe, region.each(SERVERS, "Servers"))


def _own_protocol(endpoint: Response, engine: str | Unread) -> str | None:
    """What is set in the field that engines without an SSL mode have; `None` if nothing is."""
    if isinstance(engine, Unread) or engine not in OWN_PROTOCOL:
        return None
    settings, field = OWN_PROTOCOL[engine]
    return (endpoint.get(settings) or {}).get(field)


def _cluster(answer: Response) -> StreamingLink:
    serverless = answer.get("ClusterType") == SERVERLESS
    provisioned = told(KAFKA_CLUSTERS, answer, "Provisioned", dict)
    information = told(KAFKA_CLUSTERS, provisioned, "EncryptionInfo", dict)
    transit = told(KAFKA_CLUSTERS, information, "EncryptionInTransit", dict)
    return StreamingLink(
        id=answer["ClusterArn"],
        name=answer["ClusterName"],
        form="serverless cluster" if serverless else "cluster",
        # a serverless cluster speaks nothing but TLS, and has no setting for it
        clients="TLS" if serverless else told(KAFKA_CLUSTERS, transit, "ClientBroker", str),
        brokers=True if serverless else told(KAFKA_CLUSTERS, transit, "InCluster", bool),
    )


def _connector(answer: Response) -> StreamingLink:
    encryption = told(CONNECTORS, answer, "kafkaClusterEncryptionInTransit", dict)
    return StreamingLink(
        id=answer["connectorArn"],
        name=answer["connectorName"],
        form="connector",
        clients=told(CONNECTORS, encryption, "encryptionType", str),
        brokers=True,
    )
