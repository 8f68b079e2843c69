"""Caches are read from four listings, with what is encrypted of them."""

import pytest

from collectors.aws.caches import caches
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said

PLACE = "eu-west-1:123456789012"
GROUPS = "elasticache:DescribeReplicationGroups"
CLUSTERS = "elasticache:DescribeCacheClusters"
SERVERLESS = "elasticache:DescribeServerlessCaches"
ACCELERATORS = "dax:DescribeClusters"
NONE = (
    said(GROUPS, {"ReplicationGroups": []})
    | said(CLUSTERS, {"CacheClusters": []})
    | said(SERVERLESS, {"ServerlessCaches": []})
    | said(ACCELERATORS, {"Clusters": []})
)


def read(aws, faults):
    snapshot, transcript = aws.snapshot(caches, NONE | faults)
    assert aws.again(caches, transcript) == snapshot
    return snapshot


def only(snapshot):
    (record,) = snapshot.records
    return record


def group(**fields):
    named = {"ARN": f"arn:aws:elasticache:{PLACE}:replicationgroup:a", "ReplicationGroupId": "a"}
    return said(GROUPS, {"ReplicationGroups": [named | fields]})


def test_what_moto_holds_is_read(aws):
    elasticache, dax = aws.client("elasticache"), aws.client("dax")
    elasticache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="whose",
        Engine="redis",
        TransitEncryptionEnabled=True,
        AtRestEncryptionEnabled=True,
    )
    elasticache.create_cache_cluster(
        CacheClusterId="alone", Engine="memcached", CacheNodeType="cache.t3.micro", NumCacheNodes=1
    )
    dax.create_cluster(
        ClusterName="fast",
        NodeType="dax.t3.small",
        ReplicationFactor=1,
        IamRoleArn="arn:aws:iam::123456789012:role/dax",
        ClusterEndpointEncryptionType="TLS",
    )
    snapshot, transcript = aws.snapshot(caches, said(SERVERLESS, {"ServerlessCaches": []}))

    assert {record.name for record in snapshot.records} >= {"sessions", "fast"}
    sessions = next(record for record in snapshot.records if record.name == "sessions")
    assert (sessions.in_transit, sessions.at_rest) == (True, True)
    fast = next(record for record in snapshot.records if record.name == "fast")
    assert (fast.form, fast.in_transit) == ("accelerator", True)
    assert "whose" not in str(transcript)
    assert aws.again(caches, transcript) == snapshot


@pytest.mark.parametrize(
    ("fields", "at_rest"),
    [
        ({"AtRestEncryptionEnabled": True}, True),
        ({"AtRestEncryptionEnabled": False, "StorageEncryptionType": "sse-elasticache"}, True),
        ({"AtRestEncryptionEnabled": False, "StorageEncryptionType": "none"}, False),
        ({}, Unread(why=f"{GROUPS}: the answer has no AtRestEncryptionEnabled")),
    ],
)
def test_the_key_of_the_service_counts(aws, fields, at_rest):
    assert only(read(aws, group(**fields))).at_rest == at_rest


def test_mode_and_engine_are_read(aws):
    mode = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    record = only(read(aws, group(Engine="valkey", **mode)))

    assert (record.engine, record.in_transit, record.mode) == ("valkey", True, "preferred")


def test_single_clusters_are_asked_for_without_members_of_groups(aws):
    cluster = {
        "ARN": f"arn:aws:elasticache:{PLACE}:cluster:a",
        "CacheClusterId": "a",
        "Engine": "memcached",
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": False,
    }
    snapshot, transcript = aws.snapshot(caches, NONE | said(CLUSTERS, {"CacheClusters": [cluster]}))

    record = only(snapshot)
    assert (record.form, record.in_transit, record.at_rest) == ("cluster", False, False)
    (asked,) = (e for e in transcript.exchanges if e.operation == "DescribeCacheClusters")
    assert asked.arguments["ShowCacheClustersNotInReplicationGroups"] is True


def test_serverless_caches_are_always_encrypted(aws):
    cache = {"ARN": f"arn:aws:elasticache:{PLACE}:serverlesscache:a", "ServerlessCacheName": "a"}
    record = only(read(aws, said(SERVERLESS, {"ServerlessCaches": [cache]})))

    assert (record.form, record.in_transit, record.at_rest) == ("serverless cache", True, True)


@pytest.mark.parametrize(
    ("endpoint", "status", "read_as"), [("TLS", "ENABLED", True), ("NONE", "DISABLED", False)]
)
def test_accelerators_are_read(aws, endpoint, status, read_as):
    cluster = {
        "ClusterArn": f"arn:aws:dax:{PLACE}:cache/a",
        "ClusterName": "a",
        "ClusterEndpointEncryptionType": endpoint,
        "SSEDescription": {"Status": status},
    }
    record = only(read(aws, said(ACCELERATORS, {"Clusters": [cluster]})))

    assert (record.in_transit, record.at_rest) == (read_as, read_as)
