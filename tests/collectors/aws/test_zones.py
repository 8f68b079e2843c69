"""What serves people is read with the zones it stands in, and versions with their last days."""

from datetime import UTC, datetime

import pytest

from collectors.aws.versions import managed_versions
from collectors.aws.zones import zoned_components
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
UNPLACED = Unread(
    why="elasticache:DescribeCacheClusters: the answer has no PreferredAvailabilityZone"
)
END = datetime(2027, 3, 1, tzinfo=UTC)


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def components(aws):
    ec2 = aws.client("ec2")
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
    template = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-12c6146b"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web",
        MinSize=0,
        MaxSize=4,
        LaunchTemplate={"LaunchTemplateId": template},
        AvailabilityZones=["eu-west-1a", "eu-west-1b"],
    )
    aws.client("elbv2").create_load_balancer(Name="front", Subnets=subnets)
    aws.client("elb").create_load_balancer(
        LoadBalancerName="old",
        Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 1, "InstancePort": 1}],
        AvailabilityZones=["eu-west-1a"],
    )
    opensearch = aws.client("opensearch")
    opensearch.create_domain(DomainName="narrow", ClusterConfig={"ZoneAwarenessEnabled": False})
    opensearch.create_domain(
        DomainName="spread",
        ClusterConfig={
            "ZoneAwarenessEnabled": True,
            "ZoneAwarenessConfig": {"AvailabilityZoneCount": 3},
        },
    )
    return aws


def shard(*zones):
    return {"NodeGroupMembers": [{"PreferredAvailabilityZone": zone} for zone in zones]}


def cache(name, *shards, multi="enabled"):
    return {
        "ReplicationGroupId": name,
        "ARN": f"arn:{name}",
        "MultiAZ": multi,
        "AutomaticFailover": "enabled",
        "NodeGroups": list(shards),
    }


def single(name, zone):
    placed = {"PreferredAvailabilityZone": zone} if zone else {}
    return {"CacheClusterId": name, "ARN": f"arn:{name}"} | placed


CACHES = said(
    "elasticache:DescribeReplicationGroups",
    {"ReplicationGroups": [cache("one", shard("a", "b"), shard("a"))], "Marker": "more"},
    {"ReplicationGroups": [cache("two", shard("a", "b"), multi="disabled")]},
) | said(
    "elasticache:DescribeCacheClusters",
    {
        "CacheClusters": [single("node", "eu-west-1a"), single("parts", "Multiple")],
        "Marker": "more",
    },
    {"CacheClusters": [single("anew", None)]},
)


def test_components_are_read_with_their_zones(components):
    snapshot, transcript = components.snapshot(zoned_components, CACHES)

    found = {name: (r.form, r.zones, r.fails_over) for name, r in by_name(snapshot).items()}
    assert found == {
        "web": ("scaling group", 2, None),
        "front": ("load balancer", 2, None),
        "old": ("load balancer", 1, None),
        "narrow": ("search domain", 1, None),
        "spread": ("search domain", 3, None),
        "one": ("cache", 1, True),
        "two": ("cache", 2, False),
        "node": ("cache", 1, None),
        "parts": ("cache", 2, None),
        "anew": ("cache", UNPLACED, None),
    }
    classic = by_name(snapshot)["old"].id
    assert classic == "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/old"
    assert components.again(zoned_components, transcript) == snapshot


def test_denied_domains_stay_and_are_unread(components):
    call = "opensearch:DescribeDomains"
    snapshot, _ = components.snapshot(zoned_components, CACHES | {call: Denied()})

    unread = Unread(why=f"{call}: AccessDenied")
    assert {r.name for r in snapshot.records if r.zones == unread} == {"narrow", "spread"}


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ("autoscaling:DescribeAutoScalingGroups", 9),
        ("elbv2:DescribeLoadBalancers", 9),
        ("elb:DescribeLoadBalancers", 9),
        ("elasticache:DescribeReplicationGroups", 8),
        ("elasticache:DescribeCacheClusters", 7),
        ("opensearch:ListDomainNames", 8),
    ],
)
def test_a_denied_listing_harms_no_other(components, denied, left):
    snapshot, _ = components.snapshot(zoned_components, CACHES | {denied: Denied()})

    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)
    assert len(snapshot.records) == left


def function(name, **more):
    arn = f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"
    return {"FunctionName": name, "FunctionArn": arn, "PackageType": "Zip"} | more


FUNCTIONS = said(
    "lambda:ListFunctions",
    {"Functions": [function("old", Runtime="python3.9")], "NextMarker": "more"},
    {"Functions": [function("own", PackageType="Image"), function("strange")]},
)
CLUSTERS = said("eks:ListClusters", {"clusters": ["main"]})
OF_CLUSTERS = CLUSTERS | said("eks:DescribeCluster", {"cluster": {"version": "1.34"}})
VERSIONS = "eks:DescribeClusterVersions"
ENDING = {"clusterVersion": "1.34", "endOfStandardSupportDate": END.isoformat()}


@pytest.mark.parametrize(
    ("told", "until"),
    [
        (
            said(
                VERSIONS,
                {"clusterVersions": [], "nextToken": "more"},
                {"clusterVersions": [ENDING]},
            ),
            END,
        ),
        (
            said(VERSIONS, {"clusterVersions": []}),
            Unread(why=f"{VERSIONS}: the answer does not name the version"),
        ),
        ({VERSIONS: Denied()}, Unread(why=f"{VERSIONS}: AccessDenied")),
    ],
)
def test_versions_are_read_with_their_last_day(aws, told, until):
    snapshot, transcript = aws.snapshot(managed_versions, FUNCTIONS | OF_CLUSTERS | told)

    found = {name: (r.version, r.supported_until) for name, r in by_name(snapshot).items()}
    assert found == {
        "old": ("python3.9", None),
        "strange": (Unread(why="lambda:ListFunctions: the answer has no Runtime"), None),
        "main": ("1.34", until),
    }
    assert aws.again(managed_versions, transcript) == snapshot


def test_a_denied_cluster_stays_and_without_clusters_no_version_is_asked_for(aws):
    call = "eks:DescribeCluster"
    faults = CLUSTERS | {call: Denied(), VERSIONS: Denied()}
    snapshot, _ = aws.snapshot(managed_versions, faults)
    assert by_name(snapshot)["main"].version == Unread(why=f"{call}: AccessDenied")

    _, transcript = aws.snapshot(managed_versions)
    assert "DescribeClusterVersions" not in {e.operation for e in transcript.exchanges}
