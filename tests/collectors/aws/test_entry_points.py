"""Entry points are joined with the web ACLs in front of them."""

import pytest

from collectors.aws.entry_points import entry_points, global_entry_points
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.collectors.aws.test_cloudfront import answer as distribution
from tests.collectors.aws.test_cloudfront import listed as distributions
from tests.collectors.aws.test_waf import GET, LIST, PLACE, held, listed, rule
from tests.faults import Denied, Pages

COVERED = "wafv2:ListResourcesForWebACL"
ACL = f"{PLACE}/shop/1"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
COUNTS = {"OverrideAction": {"Count": {}}, "Action": {}}


def only(snapshot):
    (record,) = snapshot.records
    return record


def balancer(**fields):
    settled = {
        "LoadBalancerArn": BALANCER,
        "LoadBalancerName": "web",
        "DNSName": "Web.elb.amazonaws.com",
        "Scheme": "internet-facing",
        "Type": "application",
        "SecurityGroups": ["sg-1"],
    }
    rest = said("apigateway:GetRestApis", {"items": []})
    graphs = said("appsync:ListGraphqlApis", {"graphqlApis": []})
    listing = said("elbv2:DescribeLoadBalancers", {"LoadBalancers": [settled | fields]})
    return listing | rest | graphs


def group(**rule):
    return {
        "ec2:DescribeSecurityGroups": Pages(
            ({"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [rule]}]},)
        )
    }


OPEN = group(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
OF_CLOUDFRONT = group(PrefixListIds=[{"PrefixListId": "pl-1"}])
PREFIX_LISTS = said("ec2:DescribeManagedPrefixLists", {"PrefixLists": [{"PrefixListId": "pl-1"}]})
NO_ACL = said(LIST, listed())
ORIGINS = {"Quantity": 1, "Items": [{"DomainName": "web.elb.amazonaws.com"}]}


@pytest.mark.parametrize(
    ("more", "rules", "blocks"),
    [
        ({}, [], False),
        ({}, [rule("block")], True),
        ({}, [rule("count", Action={"Count": {}})], False),
        ({}, [rule("ask", Action={"Captcha": {}})], True),
        ({"DefaultAction": {"Block": {}}}, [], True),
        ({}, [rule("group", **COUNTS)], False),
    ],
)
def test_a_balancer_is_joined_with_what_its_acl_does(aws, more, rules, blocks):
    faults = balancer() | said(LIST, listed("shop")) | said(GET, held(*rules, **more))
    faults |= said(COVERED, {"ResourceArns": [BALANCER]})
    snapshot, transcript = aws.snapshot(entry_points, faults)

    record = only(snapshot)
    assert (record.id, record.form, record.acl) == (BALANCER, "load balancer", ACL)
    assert (record.blocks, record.behind) == (blocks, None)
    assert aws.again(entry_points, transcript) == snapshot


def test_a_balancer_that_no_acl_covers_has_none(aws):
    faults = balancer() | said(LIST, listed("shop")) | said(COVERED, {"ResourceArns": []})
    record = only(aws.snapshot(entry_points, faults | OPEN)[0])

    assert (record.acl, record.blocks, record.behind) == (None, None, None)


@pytest.mark.parametrize("fields", [{"Scheme": "internal"}, {"Type": "network"}])
def test_other_balancers_are_left_out(aws, fields):
    snapshot, _ = aws.snapshot(entry_points, balancer(**fields))
    assert (snapshot.records, snapshot.complete) == ((), True)


@pytest.mark.parametrize(
    ("groups", "item", "behind"),
    [
        (OF_CLOUDFRONT, {"WebACLId": "arn:x", "Origins": ORIGINS}, True),
        (OF_CLOUDFRONT, {"WebACLId": "", "Origins": ORIGINS}, False),
        (OF_CLOUDFRONT, {"WebACLId": "arn:x"}, False),
        (OPEN, {"WebACLId": "arn:x", "Origins": ORIGINS}, False),
        (group(PrefixListIds=[{"PrefixListId": "pl-2"}]), {"Origins": ORIGINS}, False),
    ],
)
def test_a_balancer_may_be_behind_a_covered_distribution(aws, groups, item, behind):
    faults = balancer() | NO_ACL | groups | PREFIX_LISTS | distributions([distribution(**item)])
    record = only(aws.snapshot(entry_points, faults)[0])

    assert (record.behind == distribution()["ARN"]) is behind
    assert behind or record.behind is None


@pytest.mark.parametrize(
    "call",
    [
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeManagedPrefixLists",
        "cloudfront:ListDistributions",
    ],
)
def test_what_is_denied_of_the_way_to_a_balancer_is_unread(aws, call):
    faults = balancer() | NO_ACL | OF_CLOUDFRONT | PREFIX_LISTS | {call: Denied()}
    record = only(aws.snapshot(entry_points, faults)[0])

    assert (record.acl, record.behind) == (None, Unread(why=f"{call}: AccessDenied"))


@pytest.mark.parametrize("call", [LIST, COVERED])
def test_a_balancer_whose_acl_is_denied_stays(aws, call):
    faults = balancer() | said(LIST, listed("shop")) | {call: Denied()}
    record = only(aws.snapshot(entry_points, faults)[0])

    unread = Unread(why=f"{call}: AccessDenied")
    assert (record.acl, record.blocks, record.behind) == (unread, unread, None)


def test_a_denied_acl_leaves_unread_what_it_does(aws):
    faults = balancer() | said(LIST, listed("shop")) | {GET: Denied()}
    faults |= said(COVERED, {"ResourceArns": [BALANCER]})
    record = only(aws.snapshot(entry_points, faults)[0])

    assert (record.acl, record.blocks) == (ACL, Unread(why=f"{GET}: AccessDenied"))


NO_BALANCER = said("elbv2:DescribeLoadBalancers", {"LoadBalancers": []})


def test_stages_and_graphs_are_joined_and_private_ones_left_out(aws):
    apis = [
        {"id": "a", "name": "shop", "endpointConfiguration": {"types": ["REGIONAL"]}},
        {"id": "b", "endpointConfiguration": {"types": ["PRIVATE"]}},
    ]
    graphs = [
        {"name": "graph", "apiId": "c", "arn": "arn:aws:appsync:x:apis/c", "wafWebAclArn": ACL},
        {"name": "inner", "apiId": "d", "arn": "arn:aws:appsync:x:apis/d", "visibility": "PRIVATE"},
    ]
    stages = [{"stageName": "live", "webAclArn": ACL}, {"stageName": "trial"}]
    faults = (
        NO_BALANCER
        | said("apigateway:GetRestApis", {"items": apis})
        | said("apigateway:GetStages", {"item": stages})
        | said("appsync:ListGraphqlApis", {"graphqlApis": graphs})
        | said(GET, held(rule("block")))
    )
    snapshot, transcript = aws.snapshot(entry_points, faults)

    assert {record.name: (record.acl, record.blocks) for record in snapshot.records} == {
        "shop/live": (ACL, True),
        "shop/trial": (None, None),
        "graph": (ACL, True),
    }
    assert aws.again(entry_points, transcript) == snapshot


GLOBAL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1"


@pytest.mark.parametrize(
    ("written", "acl", "blocks"),
    [
        (GLOBAL, GLOBAL, True),
        ("", None, None),
        (
            "473e64fd-f30b-4765-81a0-62ad96dd167a",
            "473e64fd-f30b-4765-81a0-62ad96dd167a",
            Unread(why=f"{GET}: a list of WAF Classic, which has ended"),
        ),
    ],
)
def test_distributions_are_joined(aws, written, acl, blocks):
    faults = distributions([distribution(WebACLId=written)]) | said(GET, held(rule("block")))
    snapshot, transcript = aws.snapshot(global_entry_points, faults)

    record = only(snapshot)
    assert (record.form, record.acl, record.blocks) == ("distribution", acl, blocks)
    assert aws.again(global_entry_points, transcript) == snapshot
