"""Replication endpoints, streaming links and file transfer servers are read."""

import pytest

from collectors.aws.links import file_transfer_servers, replication_endpoints, streaming_links
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "eu-west-1:123456789012"
CLUSTERS, CONNECTORS = "kafka:ListClustersV2", "kafkaconnect:ListConnectors"
NO_CONNECTOR = said(CONNECTORS, {"connectors": []})
REDIS = {"ServerName": "cache", "Port": 6379, "SslSecurityProtocol": "plaintext"}


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_endpoints_are_read_without_who_signs_in(aws):
    aws.client("dms").create_endpoint(
        EndpointIdentifier="ledger",
        EndpointType="source",
        EngineName="postgres",
        Username="somebody",
        Password="not-a-secret-of-anyone",
        SslMode="require",
    )
    snapshot, transcript = aws.snapshot(replication_endpoints)

    record = only(snapshot)
    assert (record.name, record.engine) == ("ledger", "postgres")
    assert (record.ssl_mode, record.protocol) == ("require", None)
    assert "somebody" not in str(transcript)
    assert aws.again(replication_endpoints, transcript) == snapshot


@pytest.mark.parametrize(
    ("engine", "settings", "protocol"),
    [
        ("kafka", {"KafkaSettings": {"SecurityProtocol": "sasl-ssl"}}, "sasl-ssl"),
        ("kafka", {}, None),
        ("redis", {"RedisSettings": REDIS}, "plaintext"),
        ("postgres", {"KafkaSettings": {"SecurityProtocol": "sasl-ssl"}}, None),
    ],
)
def test_the_protocol_of_engines_with_one_of_their_own_is_read(aws, engine, settings, protocol):
    endpoint = {
        "EndpointArn": f"arn:aws:dms:{PLACE}:endpoint:A",
        "EndpointIdentifier": "a",
        "EngineName": engine,
    }
    faults = said("dms:DescribeEndpoints", {"Endpoints": [endpoint | settings]})
    snapshot, _ = aws.snapshot(replication_endpoints, faults)

    record = only(snapshot)
    assert record.protocol == protocol
    assert record.ssl_mode == Unread(why="dms:DescribeEndpoints: the answer has no SslMode")


def cluster(kind, **details):
    named = {"ClusterArn": f"arn:aws:kafka:{PLACE}:cluster/a/1", "ClusterName": "a"}
    return said(CLUSTERS, {"ClusterInfoList": [named | {"ClusterType": kind} | details]})


def provisioned(**transit):
    machines = {"ClientSubnets": ["subnet-1"], "InstanceType": "kafka.m5.large"}
    return {
        "Provisioned": {
            "BrokerNodeGroupInfo": machines,
            "NumberOfBrokerNodes": 3,
            "EncryptionInfo": {"EncryptionInTransit": transit},
        }
    }


@pytest.mark.parametrize(
    ("answer", "form", "clients", "brokers"),
    [
        (
            cluster("PROVISIONED", **provisioned(ClientBroker="TLS_PLAINTEXT", InCluster=False)),
            "cluster",
            "TLS_PLAINTEXT",
            False,
        ),
        (cluster("SERVERLESS"), "serverless cluster", "TLS", True),
        (
            cluster("PROVISIONED", **provisioned()),
            "cluster",
            Unread(why=f"{CLUSTERS}: the answer has no ClientBroker"),
            Unread(why=f"{CLUSTERS}: the answer has no InCluster"),
        ),
    ],
)
def test_kafka_clusters_are_read(aws, answer, form, clients, brokers):
    snapshot, transcript = aws.snapshot(streaming_links, NO_CONNECTOR | answer)

    record = only(snapshot)
    assert (record.form, record.clients, record.brokers) == (form, clients, brokers)
    assert aws.again(streaming_links, transcript) == snapshot


@pytest.mark.parametrize("encryption", ["TLS", "PLAINTEXT"])
def test_connectors_are_read(aws, encryption):
    connector = {
        "connectorArn": f"arn:aws:kafkaconnect:{PLACE}:connector/a/1",
        "connectorName": "a",
        "kafkaClusterEncryptionInTransit": {"encryptionType": encryption},
    }
    faults = said(CLUSTERS, {"ClusterInfoList": []}) | said(CONNECTORS, {"connectors": [connector]})
    snapshot, _ = aws.snapshot(streaming_links, faults)

    assert (only(snapshot).form, only(snapshot).clients) == ("connector", encryption)


def test_servers_are_read_with_their_protocols(aws):
    transfer = aws.client("transfer")
    transfer.create_server(Protocols=["SFTP", "FTP"], PreAuthenticationLoginBanner="keep out")
    snapshot, transcript = aws.snapshot(file_transfer_servers)

    assert only(snapshot).protocols == ("FTP", "SFTP")
    assert "keep out" not in str(transcript)
    assert aws.again(file_transfer_servers, transcript) == snapshot


def test_a_denied_server_stays(aws):
    aws.client("transfer").create_server()
    snapshot, _ = aws.snapshot(file_transfer_servers, {"transfer:DescribeServer": Denied()})

    assert only(snapshot).protocols == Unread(why="transfer:DescribeServer: AccessDenied")
