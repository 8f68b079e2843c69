"""Load balancers of both generations are read with their logs and listeners."""

import pytest

from collectors.aws.balancers import listeners, load_balancers
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "eu-west-1:123456789012"
MODERN = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@pytest.fixture
def elbv2(aws):
    return aws.client("elbv2")


@pytest.fixture
def subnets(aws):
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in ((1, "a"), (2, "b"))
    ]


@pytest.fixture
def balancer(elbv2, subnets):
    def make(name, **options):
        made = elbv2.create_load_balancer(Name=name, Subnets=subnets, **options)
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    return make


@pytest.fixture
def listener(elbv2):
    def make(arn, protocol, port, action=None, **options):
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        made = elbv2.create_listener(
            LoadBalancerArn=arn,
            Protocol=protocol,
            Port=port,
            DefaultActions=[action or answer],
            **options,
        )
        return made["Listeners"][0]["ListenerArn"]

    return make


REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}


@pytest.fixture
def certificate(aws):
    made = aws.client("acm").request_certificate(DomainName="acme.test")
    return [{"CertificateArn": made["CertificateArn"]}]


@pytest.fixture
def classic(aws):
    elb = aws.client("elb")
    elb.create_load_balancer(
        LoadBalancerName="old",
        AvailabilityZones=["eu-west-1a"],
        Listeners=[
            {"Protocol": "tcp", "LoadBalancerPort": 22, "InstancePort": 22},
            {"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80},
        ],
    )
    return elb


def found(snapshot, name):
    (record,) = (record for record in snapshot.records if record.name == name)
    return record


@pytest.mark.usefixtures("classic")
def test_logs_are_read_of_each_kind(aws, elbv2, balancer, listener, certificate):
    web, gate = balancer("web"), balancer("gate", Type="network")
    listener(gate, "TLS", 443, Certificates=certificate, SslPolicy=MODERN)
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=gate, Attributes=[{"Key": "access_logs.s3.enabled", "Value": "false"}]
    )
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=web,
        Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": "logs"},
        ],
    )
    snapshot, transcript = aws.snapshot(load_balancers)

    read = found(snapshot, "web")
    assert (read.form, read.to_bucket, read.ends_tls) == ("application", True, True)
    read = found(snapshot, "gate")
    assert (read.form, read.to_bucket, read.ends_tls) == ("network", False, True)
    read = found(snapshot, "old")
    assert read.id == f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/old"
    assert (read.form, read.to_bucket) == ("classic", False)
    assert aws.again(load_balancers, transcript) == snapshot


@pytest.mark.parametrize(
    ("deliveries", "delivered"), [([{"deliverySourceName": "web"}], True), ([], False)]
)
def test_logs_that_are_delivered_count_if_a_delivery_ties_them(
    aws, balancer, deliveries, delivered
):
    arn = balancer("web")
    source = {"name": "web", "resourceArns": [arn], "logType": "ALB_ACCESS_LOGS"}
    faults = said("logs:DescribeDeliverySources", {"deliverySources": [source]})
    faults |= said("logs:DescribeDeliveries", {"deliveries": deliveries})
    snapshot, _ = aws.snapshot(load_balancers, faults)

    assert found(snapshot, "web").delivered is delivered


@pytest.mark.usefixtures("classic")
def test_what_is_denied_of_a_balancer_is_unread(aws, balancer):
    balancer("gate", Type="network")
    calls = (
        "elbv2:DescribeLoadBalancerAttributes",
        "elb:DescribeLoadBalancerAttributes",
        "elbv2:DescribeListeners",
        "logs:DescribeDeliverySources",
    )
    snapshot, _ = aws.snapshot(load_balancers, dict.fromkeys(calls, Denied()))

    new, old = found(snapshot, "gate"), found(snapshot, "old")
    read = (new.to_bucket, old.to_bucket, new.ends_tls, new.delivered)
    assert read == tuple(Unread(why=f"{call}: AccessDenied") for call in calls)


def test_gateway_balancers_are_asked_nothing(aws):
    gateway = {
        "LoadBalancerArn": f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/gwy/a/1",
        "LoadBalancerName": "a",
        "Type": "gateway",
    }
    faults = said("elbv2:DescribeLoadBalancers", {"LoadBalancers": [gateway]})
    snapshot, transcript = aws.snapshot(load_balancers, faults)

    (record,) = snapshot.records
    assert (record.form, record.to_bucket, record.delivered) == ("gateway", False, False)
    assert len(transcript.exchanges) == 2


def test_listeners_are_read_with_what_they_accept(aws, balancer, listener, certificate):
    web = balancer("web")
    listener(web, "HTTPS", 443, Certificates=certificate, SslPolicy=MODERN)
    listener(web, "HTTP", 80, REDIRECT)
    listener(web, "HTTP", 8080)
    snapshot, transcript = aws.snapshot(listeners)

    secure = found(snapshot, "web:443")
    assert (secure.protocol, secure.port, secure.balancer) == ("HTTPS", 443, web)
    assert set(secure.versions) == {"TLSv1.2", "TLSv1.3"}
    assert found(snapshot, "web:80").only_redirects is True
    assert found(snapshot, "web:8080").only_redirects is False
    assert aws.again(listeners, transcript) == snapshot


def test_a_rule_that_does_something_else_than_redirect_is_seen(aws, elbv2, balancer, listener):
    arn = listener(balancer("web"), "HTTP", 80, REDIRECT)
    elbv2.create_rule(
        ListenerArn=arn,
        Priority=10,
        Conditions=[{"Field": "path-pattern", "Values": ["/old/*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )
    snapshot, transcript = aws.snapshot(listeners)

    assert found(snapshot, "web:80").only_redirects is False
    assert "/old/" not in str(transcript)


def test_internal_balancers_are_left_out(aws, balancer, listener):
    listener(balancer("inner", Scheme="internal"), "HTTP", 80)
    snapshot, _ = aws.snapshot(listeners)

    assert (snapshot.records, snapshot.complete) == ((), True)


def test_what_passes_on_is_read_with_the_tags_of_its_balancer(aws, elbv2, balancer, listener):
    gate = balancer("gate", Type="network")
    listener(gate, "TCP", 22)
    balancer("other", Type="network")
    elbv2.add_tags(ResourceArns=[gate], Tags=[{"Key": "gapwatch:tls-at-target", "Value": "shell"}])
    snapshot, transcript = aws.snapshot(listeners)

    read = found(snapshot, "gate:22")
    assert (read.versions, read.tags) == (None, {"gapwatch:tls-at-target"})
    (asked,) = (e for e in transcript.exchanges if e.operation == "DescribeTags")
    assert len(asked.arguments["ResourceArns"]) == 2


def test_classic_listeners_are_read(aws, classic):
    classic.add_tags(LoadBalancerNames=["old"], Tags=[{"Key": "team", "Value": "web"}])
    snapshot, transcript = aws.snapshot(listeners)

    shell, web = found(snapshot, "old:22"), found(snapshot, "old:80")
    assert (shell.form, shell.protocol, shell.tags) == ("classic", "TCP", {"team"})
    assert (web.protocol, web.only_redirects, web.versions) == ("HTTP", False, None)
    assert aws.again(listeners, transcript) == snapshot


SECURE = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}
OLD = said(
    "elb:DescribeLoadBalancers",
    {
        "LoadBalancerDescriptions": [
            {
                "LoadBalancerName": "old",
                "Scheme": "internet-facing",
                "ListenerDescriptions": [{"Listener": SECURE, "PolicyNames": ["sticky", "tls"]}],
            }
        ]
    },
)


def policy(name, kind="SSLNegotiationPolicyType", **versions):
    attributes = [
        {"AttributeName": f"Protocol-{version.replace('_', '.')}", "AttributeValue": value}
        for version, value in versions.items()
    ]
    return {
        "PolicyName": name,
        "PolicyTypeName": kind,
        "PolicyAttributeDescriptions": [
            *attributes,
            {"AttributeName": "Server-Defined-Cipher-Order", "AttributeValue": "true"},
        ],
    }


def test_the_versions_of_classic_listeners_stand_in_their_own_policy(aws):
    policies = [
        policy("tls", TLSv1_2="true", TLSv1="false"),
        policy("unused", SSLv3="true"),
        policy("sticky", kind="LBCookieStickinessPolicyType", SSLv3="true"),
    ]
    faults = OLD | said("elb:DescribeLoadBalancerPolicies", {"PolicyDescriptions": policies})
    snapshot, _ = aws.snapshot(listeners, faults)
    assert found(snapshot, "old:443").versions == ("TLSv1.2",)

    faults = OLD | said("elb:DescribeLoadBalancerPolicies", {"PolicyDescriptions": []})
    snapshot, _ = aws.snapshot(listeners, faults)
    call = "elb:DescribeLoadBalancerPolicies"
    unread = Unread(why=f"{call}: the listener's policy is not listed")
    assert found(snapshot, "old:443").versions == unread


@pytest.mark.usefixtures("classic")
def test_what_is_denied_of_a_listener_is_unread(aws, balancer, listener, certificate):
    web, gate = balancer("web"), balancer("gate", Type="network")
    listener(web, "HTTPS", 443, Certificates=certificate, SslPolicy=MODERN)
    listener(web, "HTTP", 80, REDIRECT)
    listener(gate, "TCP", 22)
    calls = ("elbv2:DescribeSSLPolicies", "elbv2:DescribeRules", "elbv2:DescribeTags")
    snapshot, _ = aws.snapshot(listeners, dict.fromkeys((*calls, "elb:DescribeTags"), Denied()))

    read = (
        found(snapshot, "web:443").versions,
        found(snapshot, "web:80").only_redirects,
        found(snapshot, "gate:22").tags,
        found(snapshot, "old:22").tags,
    )
    assert read == tuple(
        Unread(why=f"{call}: AccessDenied") for call in (*calls, "elb:DescribeTags")
    )


def test_a_balancer_whose_listeners_are_denied_is_an_omission(aws, balancer):
    balancer("web")
    snapshot, _ = aws.snapshot(listeners, {"elbv2:DescribeListeners": Denied()})

    assert [each.why for each in snapshot.omissions] == ["elbv2:DescribeListeners: AccessDenied"]
