"""Where the internet comes in by HTTP, joined with the web ACLs in front of it."""

from collections.abc import Iterator

from collectors.aws.account import Account, Region, Response, gathered, told
from collectors.aws.apis import (
    GRAPHQL_APIS,
    REST_APIS,
    REST_STAGES,
    rest_stage_arn,
    rest_stages,
)
from collectors.aws.balancers import BALANCERS, faces_internet
from collectors.aws.cloudfront import DISTRIBUTIONS, each_distribution, name_of
from collectors.aws.ec2_network import GROUPS
from collectors.aws.waf import ACL, ACLS, blocks, each_acl
from collectors.aws.waf_groups import GROUPS as RULE_GROUPS
from collectors.aws.waf_groups import Scope
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.entry_points import EntryPoint
from collectors.evidence.record import Unread
from collectors.reader import unread

COVERED = ApiCall("wafv2", "ListResourcesForWebACL", "wafv2:ListResourcesForWebACL")
PREFIX_LISTS = ApiCall("ec2", "DescribeManagedPrefixLists", "ec2:DescribeManagedPrefixLists")
APPLICATION = "application"
PRIVATE = "PRIVATE"
OF_CLOUDFRONT = [
    "com.amazonaws.global.cloudfront.origin-facing",
    "com.amazonaws.global.ipv6.cloudfront.origin-facing",
]
"""AWS's own lists of the addresses from which CloudFront asks origins."""


@collector(id="aws.entry-points.global", calls=(DISTRIBUTIONS, ACL, *RULE_GROUPS))
def global_entry_points(account: Account) -> Iterator[EntryPoint]:
    """Every distribution, with its web ACL."""

    def describe(answer: Response) -> EntryPoint:
        acl = answer.get("WebACLId") or None
        return EntryPoint(
            id=answer["ARN"],
            name=name_of(answer),
            form="distribution",
            enabled=told(DISTRIBUTIONS, answer, "Enabled", bool),
            acl=acl,
            blocks=_blocks(account, "CLOUDFRONT", acl),
            behind=None,
        )

    yield from account.concurrently(describe, each_distribution(account))


@collector(
    id="aws.entry-points",
    calls=(
        BALANCERS,
        ACLS,
        COVERED,
        ACL,
        *RULE_GROUPS,
        GROUPS,
        PREFIX_LISTS,
        DISTRIBUTIONS,
        REST_APIS,
        REST_STAGES,
        GRAPHQL_APIS,
    ),
)
def entry_points(region: Region) -> Iterator[EntryPoint]:
    """Every application balancer, REST stage and GraphQL API that faces the internet.

    HTTP and WebSocket APIs cannot have a web ACL, and are left out.
    """
    stages = region.concurrently(
        lambda api: _stages(region, api), filter(_public, region.each(REST_APIS, "items"))
    )
    yield from region.in_turn(
        region.concurrently(lambda answer: _balancer(region, answer), _balancers(region)),
        (stage for of_api in stages for stage in of_api),
        region.concurrently(
            lambda answer: _graphql(region, answer),
            (api for api in region.each(GRAPHQL_APIS, "graphqlApis") if not _hidden(api)),
        ),
    )


def _balancers(region: Region) -> Iterator[Response]:
    for balancer in region.each(BALANCERS, "LoadBalancers"):
        if balancer.get("Type") == APPLICATION and faces_internet(balancer):
            yield balancer


def _balancer(region: Region, answer: Response) -> EntryPoint:
    acl = _acl_of(region, answer["LoadBalancerArn"])
    return EntryPoint(
        id=answer["LoadBalancerArn"],
        name=answer["LoadBalancerName"],
        form="load balancer",
        enabled=True,
        acl=acl,
        blocks=_blocks(region, "REGIONAL", acl),
        behind=_behind(region, answer) if acl is None else None,
    )


def _stages(region: Region, api: Response) -> tuple[EntryPoint, ...]:
    return tuple(
        EntryPoint(
            id=rest_stage_arn(region, api, stage),
            name=f"{api.get('name') or api['id']}/{stage['stageName']}",
            form="API stage",
            enabled=True,
            # API Gateway leaves the field out of a stage without one
            acl=stage.get("webAclArn") or None,
            blocks=_blocks(region, "REGIONAL", stage.get("webAclArn") or None),
            behind=None,
        )
        for stage in rest_stages(region, api)
    )


def _graphql(region: Region, answer: Response) -> EntryPoint:
    acl = answer.get("wafWebAclArn") or None
    return EntryPoint(
        id=answer["arn"],
        name=answer["name"],
        form="GraphQL API",
        enabled=True,
        acl=acl,
        blocks=_blocks(region, "REGIONAL", acl),
        behind=None,
    )


def _public(api: Response) -> bool:
    return PRIVATE not in ((api.get("endpointConfiguration") or {}).get("types") or ())


def _hidden(api: Response) -> bool:
    return api.get("visibility") == PRIVATE


def _blocks(account: Account, scope: Scope, acl: str | Unread | None) -> bool | Unread | None:
    if acl is None or isinstance(acl, Unread):
        return acl
    if not acl.startswith("arn:"):  # the id of a list of the retired WAF Classic
        return unread(ACL, "a list of WAF Classic, which has ended")
    return blocks(account, scope, acl)


def _acl_of(region: Region, balancer: str) -> str | Unread | None:
    """The web ACL that names the balancer among what it covers."""
    acls = gathered(str(listed["ARN"]) for listed in each_acl(region, "REGIONAL"))
    if isinstance(acls, Unread):
        return acls
    doubt = None
    for acl in acls:
        answer = region.detail(COVERED, WebACLArn=acl, ResourceType="APPLICATION_LOAD_BALANCER")
        covered = told(COVERED, answer, "ResourceArns", list)
        if isinstance(covered, Unread):
            doubt = covered
        elif balancer in covered:
            return acl
    return doubt


def _behind(region: Region, balancer: Response) -> str | Unread | None:
    """The covered distribution through which alone a balancer can be reached.

    Its groups admit nobody but CloudFront, and a distribution with a web ACL asks it.
    """
    only = _admits_only_cloudfront(region, balancer)
    if isinstance(only, Unread):
        return only
    return _distribution_before(region, balancer) if only else None


def _admits_only_cloudfront(region: Region, balancer: Response) -> bool | Unread:
    groups = region.listed(GROUPS, "SecurityGroups")
    if isinstance(groups, Unread):
        return groups
    attached = balancer.get("SecurityGroups") or ()
    rules = [
        rule
        for group in groups
        if group["GroupId"] in attached
        for rule in group.get("IpPermissions") or ()
    ]
    named = {each["PrefixListId"] for rule in rules for each in rule.get("PrefixListIds") or ()}
    if not named or any(rule.get("IpRanges") or rule.get("Ipv6Ranges") for rule in rules):
        return False
    lists = region.listed(
        PREFIX_LISTS,
        "PrefixLists",
        Filters=[{"Name": "prefix-list-name", "Values": OF_CLOUDFRONT}],
    )
    if isinstance(lists, Unread):
        return lists
    return named <= {each["PrefixListId"] for each in lists}


def _distribution_before(region: Region, balancer: Response) -> str | Unread | None:
    distributions = gathered(each_distribution(region))
    if isinstance(distributions, Unread):
        return distributions
    name = str(balancer.get("DNSName")).lower()
    for distribution in distributions:
        origins = (distribution.get("Origins") or {}).get("Items") or ()
        asked = {str(origin.get("DomainName")).lower() for origin in origins}
        if name in asked and distribution.get("WebACLId"):
            return str(distribution["ARN"])
    return None
