"""Every population of the services around: refused, slowed down, and on a second page."""

import pytest

from collectors.aws.apis import api_stages
from collectors.aws.balancers import listeners, load_balancers
from collectors.aws.caches import caches
from collectors.aws.certificates import certificates, uploaded_certificates
from collectors.aws.data_services import brokers, workgroups
from collectors.aws.entry_points import entry_points
from collectors.aws.gateways import network_gateways, public_zones
from collectors.aws.links import file_transfer_servers, replication_endpoints, streaming_links
from collectors.evidence.record import Omission
from tests.collectors.aws.shaped import said
from tests.collectors.aws.test_listings import PLACE, named, one
from tests.faults import Denied

BALANCER = {
    "LoadBalancerArn": f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/{{}}/1",
    "LoadBalancerName": "{}",
    "Scheme": "internet-facing",
    "Type": "application",
}
CLASSIC = {
    "LoadBalancerName": "{}",
    "Scheme": "internet-facing",
    "ListenerDescriptions": [
        {"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}}
    ],
}
ZONE = {"Id": "/hostedzone/{}", "Name": "{}", "CallerReference": "{}"}
PAGE = {"Marker": "", "IsTruncated": False, "MaxItems": "100"}
GRAPH = {"name": "{}", "apiId": "{}", "arn": f"arn:aws:appsync:{PLACE}:apis/{{}}"}
LISTINGS = [
    one(
        public_zones,
        "route53:ListHostedZones",
        "HostedZones",
        ZONE,
        token="NextMarker",
        more=PAGE | {"IsTruncated": True},
        last=PAGE,
    ),
    one(
        network_gateways,
        "ec2:DescribeClientVpnEndpoints",
        "ClientVpnEndpoints",
        {"ClientVpnEndpointId": "{}"},
        alone=False,
    ),
    one(
        network_gateways,
        "network-firewall:ListFirewalls",
        "Firewalls",
        {
            "FirewallName": "{}",
            "FirewallArn": f"arn:aws:network-firewall:{PLACE}:firewall/{{}}",
        },
        alone=False,
    ),
    *(
        one(
            collector,
            "appsync:ListGraphqlApis",
            "graphqlApis",
            GRAPH,
            token="nextToken",
            alone=False,
        )
        for collector in (api_stages, entry_points)
    ),
    *(
        one(
            collector,
            f"{service}:DescribeLoadBalancers",
            key,
            item,
            token="NextMarker",
            last={"NextMarker": ""},
            alone=False,
            name=name,
        )
        for collector, service, key, item, name in (
            (load_balancers, "elbv2", "LoadBalancers", BALANCER, "{}"),
            (load_balancers, "elb", "LoadBalancerDescriptions", CLASSIC, "{}"),
            (listeners, "elb", "LoadBalancerDescriptions", CLASSIC, "{}:80"),
        )
    ),
    one(
        certificates,
        "acm:ListCertificates",
        "CertificateSummaryList",
        {"CertificateArn": f"arn:aws:acm:{PLACE}:certificate/{{}}", "InUse": False},
    ),
    one(
        uploaded_certificates,
        "iam:ListServerCertificates",
        "ServerCertificateMetadataList",
        {
            "Path": "/",
            "ServerCertificateName": "{}",
            "ServerCertificateId": "AAAAAAAAAAAAAAA{}",
            "Arn": "arn:aws:iam::123456789012:server-certificate/{}",
        },
        token="Marker",
        more={"IsTruncated": True},
    ),
    one(
        caches,
        "elasticache:DescribeReplicationGroups",
        "ReplicationGroups",
        {"ARN": f"arn:aws:elasticache:{PLACE}:replicationgroup:{{}}", "ReplicationGroupId": "{}"},
        token="Marker",
        alone=False,
    ),
    one(
        caches,
        "elasticache:DescribeCacheClusters",
        "CacheClusters",
        {"ARN": f"arn:aws:elasticache:{PLACE}:cluster:{{}}", "CacheClusterId": "{}"},
        token="Marker",
        alone=False,
    ),
    one(
        caches,
        "elasticache:DescribeServerlessCaches",
        "ServerlessCaches",
        {"ARN": f"arn:aws:elasticache:{PLACE}:serverlesscache:{{}}", "ServerlessCacheName": "{}"},
        alone=False,
    ),
    one(
        caches,
        "dax:DescribeClusters",
        "Clusters",
        {"ClusterArn": f"arn:aws:dax:{PLACE}:cache/{{}}", "ClusterName": "{}"},
        alone=False,
    ),
    one(
        replication_endpoints,
        "dms:DescribeEndpoints",
        "Endpoints",
        {"EndpointArn": f"arn:aws:dms:{PLACE}:endpoint:{{}}", "EndpointIdentifier": "{}"},
        token="Marker",
    ),
    one(
        streaming_links,
        "kafka:ListClustersV2",
        "ClusterInfoList",
        {"ClusterArn": f"arn:aws:kafka:{PLACE}:cluster/{{}}", "ClusterName": "{}"},
        alone=False,
    ),
    one(
        streaming_links,
        "kafkaconnect:ListConnectors",
        "connectors",
        {"connectorArn": f"arn:aws:kafkaconnect:{PLACE}:connector/{{}}", "connectorName": "{}"},
        token="nextToken",
        alone=False,
    ),
    one(
        file_transfer_servers,
        "transfer:ListServers",
        "Servers",
        {"Arn": f"arn:aws:transfer:{PLACE}:server/s-{{}}", "ServerId": "s-1234567890123456{}"},
        name="s-1234567890123456{}",
    ),
    one(
        brokers,
        "mq:ListBrokers",
        "BrokerSummaries",
        {
            "BrokerArn": f"arn:aws:mq:{PLACE}:broker:{{}}",
            "BrokerId": "{}",
            "BrokerName": "{}",
            "DeploymentMode": "SINGLE_INSTANCE",
            "EngineType": "ACTIVEMQ",
        },
    ),
    one(workgroups, "athena:ListWorkGroups", "WorkGroups", {"Name": "{}"}),
]


@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException"])
@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_a_population_that_is_refused_is_an_omission(aws, listing, code):
    snapshot, _ = aws.snapshot(listing.collector, {listing.call: Denied(code)})

    omission = Omission(where=snapshot.scope, why=f"{listing.call}: {code}")
    assert omission in snapshot.omissions
    assert not (listing.alone and snapshot.records)


@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_what_stands_on_a_second_page_is_read_and_read_again(aws, listing):
    snapshot, transcript = aws.snapshot(listing.collector, said(listing.call, *listing.pages))

    names = {record.name for record in snapshot.records}
    assert names == {*listing.names} if listing.alone else names >= {*listing.names}
    assert aws.again(listing.collector, transcript) == snapshot
