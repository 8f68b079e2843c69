"""Every population: refused it is an omission; its second page is read, and read again."""

from dataclasses import dataclass
from typing import Any

import pytest

from collectors.aws.containers import image_repositories, kubernetes_clusters
from collectors.aws.ec2_instances import ec2_address_givers, ec2_instances, ec2_shared_storage
from collectors.aws.functions import function_access
from collectors.aws.iam_policies import iam_user_rights
from collectors.aws.iam_trust import iam_trusted_roles
from collectors.aws.kms_policies import kms_key_policies
from collectors.aws.logs_sharing import log_sharing
from collectors.aws.messaging import messaging_resources
from collectors.aws.rds_settings import (
    database_endpoints,
    database_snapshots,
    deletion_guards,
    rds_settings,
)
from collectors.aws.secrets import managed_secrets
from collectors.aws.streams import data_streams
from collectors.aws.vpc import network_acls, transit_gateways, vpcs
from collectors.evidence.record import Omission
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "eu-west-1:123456789012"


@dataclass(frozen=True)
class Listing:
    """One population, as two pages of the vendor's and the names they hold."""

    collector: Any
    call: str
    pages: tuple[dict[str, Any], dict[str, Any]]
    names: tuple[str, ...]
    alone: bool = True
    """Whether it is the collector's only population."""


def one(
    collector, call, key, item, *, token="NextToken", more=None, last=None, alone=True, name=None
):
    """Two pages of one item each; `{}` in it is replaced by `a` and `b`."""
    first, second = ({key: [filled(item, letter)]} for letter in "ab")
    first |= {token: "more"} | (more or {})
    second |= last or {}
    names = tuple((name or "{}").format(letter) for letter in "ab")
    return Listing(collector, call, (first, second), names, alone)


def filled(item, letter):
    if isinstance(item, dict):
        return {key: filled(value, letter) for key, value in item.items()}
    if isinstance(item, list):
        return [filled(member, letter) for member in item]
    return item.replace("{}", letter) if isinstance(item, str) else item


KEY = {"KeyId": "{}", "KeyArn": f"arn:aws:kms:{PLACE}:key/{{}}"}
FUNCTION = {"FunctionName": "{}", "FunctionArn": f"arn:aws:lambda:{PLACE}:function:{{}}"}
INSTANCE = {"DBInstanceIdentifier": "{}", "DBInstanceArn": f"arn:aws:rds:{PLACE}:db:{{}}"}
CLUSTER = {"DBClusterIdentifier": "{}", "DBClusterArn": f"arn:aws:rds:{PLACE}:cluster:{{}}"}
USER = {"Arn": "arn:aws:iam::123456789012:user/{}"}
SECRET = {"Name": "{}", "ARN": f"arn:aws:secretsmanager:{PLACE}:secret:token-{{}}"}
LISTINGS = [
    one(managed_secrets, "secretsmanager:ListSecrets", "SecretList", SECRET),
    one(
        data_streams,
        "kinesis:ListStreams",
        "StreamNames",
        "{}",
        more={"HasMoreStreams": True},
        last={"HasMoreStreams": False},
    ),
    one(
        image_repositories,
        "ecr:DescribeRepositories",
        "repositories",
        {"repositoryName": "shop-{}", "repositoryArn": f"arn:aws:ecr:{PLACE}:repository/{{}}"},
        token="nextToken",
        name="shop-{}",
    ),
    one(kubernetes_clusters, "eks:ListClusters", "clusters", "{}", token="nextToken"),
    *(
        one(collector, f"rds:DescribeDB{kind}s", f"DB{kind}s", item, token="Marker", alone=False)
        for collector in (rds_settings, deletion_guards)
        for kind, item in (("Instance", INSTANCE), ("Cluster", CLUSTER))
    ),
    one(
        deletion_guards,
        "dynamodb:ListTables",
        "TableNames",
        "table-{}",
        token="LastEvaluatedTableName",
        alone=False,
        name="table-{}",
    ),
    one(
        database_endpoints,
        "rds:DescribeDBInstances",
        "DBInstances",
        INSTANCE,
        token="Marker",
        alone=False,
    ),
    one(
        database_endpoints,
        "redshift:DescribeClusters",
        "Clusters",
        {"ClusterIdentifier": "{}"},
        token="Marker",
        alone=False,
    ),
    *(
        one(
            database_snapshots,
            f"rds:DescribeDB{kind}Snapshots",
            f"DB{kind}Snapshots",
            {f"DB{kind}SnapshotIdentifier": "{}", f"DB{kind}SnapshotArn": "arn:{}"},
            token="Marker",
            alone=False,
        )
        for kind in ("", "Cluster")
    ),
    one(
        iam_user_rights,
        "iam:GetAccountAuthorizationDetails",
        "UserDetailList",
        USER,
        token="Marker",
        more={"IsTruncated": True},
    ),
    one(
        kms_key_policies,
        "kms:ListKeys",
        "Keys",
        KEY,
        token="NextMarker",
        more={"Truncated": True},
    ),
    one(
        messaging_resources,
        "sqs:ListQueues",
        "QueueUrls",
        "https://sqs/123456789012/{}",
        alone=False,
    ),
    one(
        messaging_resources,
        "sns:ListTopics",
        "Topics",
        {"TopicArn": f"arn:aws:sns:{PLACE}:{{}}"},
        alone=False,
    ),
    one(function_access, "lambda:ListFunctions", "Functions", FUNCTION, token="NextMarker"),
    one(
        log_sharing,
        "logs:DescribeResourcePolicies",
        "resourcePolicies",
        {"policyName": "{}", "policyDocument": '{"Statement": []}'},
        token="nextToken",
        alone=False,
    ),
    one(
        log_sharing,
        "logs:DescribeDestinations",
        "destinations",
        {"destinationName": "{}", "arn": f"arn:aws:logs:{PLACE}:destination:{{}}"},
        token="nextToken",
        alone=False,
    ),
    one(
        iam_trusted_roles,
        "iam:GetAccountAuthorizationDetails",
        "RoleDetailList",
        {"Arn": "arn:aws:iam::123456789012:role/{}"},
        token="Marker",
        more={"IsTruncated": True},
    ),
    one(
        ec2_instances,
        "ec2:DescribeInstances",
        "Reservations",
        {"Instances": [{"InstanceId": "{}"}]},
    ),
    one(ec2_shared_storage, "ec2:DescribeImages", "Images", {"ImageId": "{}"}, alone=False),
    one(
        ec2_shared_storage, "ec2:DescribeSnapshots", "Snapshots", {"SnapshotId": "{}"}, alone=False
    ),
    one(
        ec2_address_givers,
        "ec2:DescribeLaunchTemplates",
        "LaunchTemplates",
        {"LaunchTemplateId": "{}"},
        alone=False,
    ),
    one(vpcs, "ec2:DescribeVpcs", "Vpcs", {"VpcId": "{}"}),
    one(network_acls, "ec2:DescribeNetworkAcls", "NetworkAcls", {"NetworkAclId": "{}"}),
    one(
        transit_gateways,
        "ec2:DescribeTransitGateways",
        "TransitGateways",
        {
            "TransitGatewayId": "{}",
            "TransitGatewayArn": f"arn:aws:ec2:{PLACE}:transit-gateway/{{}}",
        },
    ),
]


def named(listing):
    return f"{listing.collector.id} {listing.call}"


@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_a_population_that_is_refused_is_an_omission(aws, listing):
    snapshot, _ = aws.snapshot(listing.collector, {listing.call: Denied()})

    assert snapshot.omissions == (
        Omission(where=snapshot.scope, why=f"{listing.call}: AccessDenied"),
    )
    assert not (listing.alone and snapshot.records)


@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_what_stands_on_a_second_page_is_read_and_read_again(aws, listing):
    faults = said(listing.call, *listing.pages)
    snapshot, transcript = aws.snapshot(listing.collector, faults)

    names = {record.name for record in snapshot.records}
    assert names == {*listing.names} if listing.alone else names >= {*listing.names}
    assert aws.again(listing.collector, transcript) == snapshot
