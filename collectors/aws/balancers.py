"""Load balancers of both generations: their logs and their listeners."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.deliveries import DELIVERIES, SOURCES, delivered
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.balancers import Listener, LoadBalancer
from collectors.evidence.record import Unread
from collectors.reader import unread

BALANCERS = ApiCall("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers")
ATTRIBUTES = ApiCall(
    "elbv2",
    "DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
)
LISTENERS = ApiCall(
    "elbv2",
    "DescribeListeners",
    "elasticloadbalancing:DescribeListeners",
    redact=(
        "Listeners.DefaultActions.AuthenticateOidcConfig",
        "Listeners.DefaultActions.AuthenticateCognitoConfig",
        "Listeners.DefaultActions.FixedResponseConfig.MessageBody",
    ),
)
RULES = ApiCall(
    "elbv2",
    "DescribeRules",
    "elasticloadbalancing:DescribeRules",
    redact=(  # conditions hold what clients must send to be let in
        "Rules.Conditions",
        "Rules.Transforms",
        "Rules.Actions.AuthenticateOidcConfig",
        "Rules.Actions.AuthenticateCognitoConfig",
        "Rules.Actions.FixedResponseConfig.MessageBody",
    ),
)
POLICIES = ApiCall("elbv2", "DescribeSSLPolicies", "elasticloadbalancing:DescribeSSLPolicies")
TAGS = ApiCall("elbv2", "DescribeTags", "elasticloadbalancing:DescribeTags")
CLASSIC_BALANCERS = ApiCall(
    "elb", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"
)
CLASSIC_ATTRIBUTES = ApiCall(
    "elb", "DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancerAttributes"
)
CLASSIC_POLICIES = ApiCall(
    "elb", "DescribeLoadBalancerPolicies", "elasticloadbalancing:DescribeLoadBalancerPolicies"
)
CLASSIC_TAGS = ApiCall("elb", "DescribeTags", "elasticloadbalancing:DescribeTags")

CLASSIC = "classic"
GATEWAY = "gateway"
NETWORK = "network"
INTERNAL = "internal"
BUCKET_LOG = "access_logs.s3.enabled"
ENDS_TLS = frozenset({"HTTPS", "TLS", "SSL"})
PASSES_ON = frozenset({"TCP", "UDP", "TCP_UDP", "TCP_QUIC"})
"""Protocols of listeners that may pass on what they do not read."""
MOST_TAGGED = 20
"""AWS tells the tags of so many balancers in one answer."""
NEGOTIATION = "SSLNegotiationPolicyType"
VERSION = "Protocol-"


@collector(
    id="aws.elb.balancers",
    calls=(
        BALANCERS,
        ATTRIBUTES,
        LISTENERS,
        SOURCES,
        DELIVERIES,
        CLASSIC_BALANCERS,
        CLASSIC_ATTRIBUTES,
    ),
)
def load_balancers(region: Region) -> Iterator[LoadBalancer]:
    """Every load balancer of the region, with where its requests are written down."""

    def describe(balancer: Response) -> LoadBalancer:
        arn, form = balancer["LoadBalancerArn"], balancer.get("Type") or "application"
        logged = form != GATEWAY and _to_bucket(region, arn)
        return LoadBalancer(
            id=arn,
            name=balancer["LoadBalancerName"],
            form=form,
            to_bucket=logged,
            delivered=False if logged is True or form == GATEWAY else _delivered(region, arn),
            ends_tls=_ends_tls(region, arn) if form == NETWORK else True,
        )

    def describe_classic(balancer: Response) -> LoadBalancer:
        name = balancer["LoadBalancerName"]
        answer = region.detail(CLASSIC_ATTRIBUTES, LoadBalancerName=name)
        attributes = told(CLASSIC_ATTRIBUTES, answer, "LoadBalancerAttributes", dict)
        log = told(CLASSIC_ATTRIBUTES, attributes, "AccessLog", dict)
        return LoadBalancer(
            id=classic_arn(region, name),
            name=name,
            form=CLASSIC,
            to_bucket=told(CLASSIC_ATTRIBUTES, log, "Enabled", bool),
            delivered=False,
            ends_tls=True,
        )

    yield from region.in_turn(
        region.concurrently(describe, region.each(BALANCERS, "LoadBalancers")),
        region.concurrently(
            describe_classic, region.each(CLASSIC_BALANCERS, "LoadBalancerDescriptions")
        ),
    )


@collector(
    id="aws.elb.listeners",
    calls=(
        BALANCERS,
        LISTENERS,
        RULES,
        POLICIES,
        TAGS,
        CLASSIC_BALANCERS,
        CLASSIC_POLICIES,
        CLASSIC_TAGS,
    ),
)
def listeners(region: Region) -> Iterator[Listener]:
    """Every listener of every load balancer that faces the internet."""
    yield from region.in_turn(_listeners(region), _classic_listeners(region))


def faces_internet(balancer: Response) -> bool:
    """Whether a balancer has a public name; gateway balancers have none."""
    return balancer.get("Scheme") != INTERNAL and balancer.get("Type") != GATEWAY


def _in_batches(balancers: Iterator[Response]) -> Iterator[tuple[Response, ...]]:
    """As many at once as AWS tells the tags of in one answer."""
    while batch := tuple(islice(balancers, MOST_TAGGED)):
        yield batch


def _listeners(region: Region) -> Iterator[Listener]:
    outer = filter(faces_internet, region.each(BALANCERS, "LoadBalancers"))
    for batch in _in_batches(outer):
        by_balancer = region.concurrently(
            lambda balancer: _of_balancer(region, balancer, batch),  # noqa: B023 - used up at once
            batch,
        )
        for found in by_balancer:
            yield from found


def _of_balancer(
    region: Region, balancer: Response, batch: tuple[Response, ...]
) -> tuple[Listener, ...]:
    arn = balancer["LoadBalancerArn"]
    names = [each["LoadBalancerArn"] for each in batch]

    def listener(written: Response) -> Listener:
        protocol = told(LISTENERS, written, "Protocol", str)
        return Listener(
            id=written["ListenerArn"],
            name=f"{balancer['LoadBalancerName']}:{written.get('Port')}",
            balancer=arn,
            form=balancer.get("Type") or "application",
            protocol=protocol,
            port=told(LISTENERS, written, "Port", int),
            versions=_versions(region, written) if protocol in ENDS_TLS else None,
            only_redirects=protocol == "HTTP" and _only_redirects(region, written),
            tags=_tags(region, TAGS, "ResourceArn", arn, ResourceArns=names)
            if protocol in PASSES_ON
            else frozenset(),
        )

    return tuple(map(listener, region.each(LISTENERS, "Listeners", LoadBalancerArn=arn)))


def _classic_listeners(region: Region) -> Iterator[Listener]:
    outer = filter(faces_internet, region.each(CLASSIC_BALANCERS, "LoadBalancerDescriptions"))
    for batch in _in_batches(outer):
        for balancer in batch:
            yield from _of_classic(region, balancer, batch)


def _of_classic(
    region: Region, balancer: Response, batch: tuple[Response, ...]
) -> Iterator[Listener]:
    name = balancer["LoadBalancerName"]
    names = [each["LoadBalancerName"] for each in batch]
    for described in balancer.get("ListenerDescriptions") or ():
        written = told(CLASSIC_BALANCERS, described, "Listener", dict)
        protocol = told(CLASSIC_BALANCERS, written, "Protocol", str)
        port = told(CLASSIC_BALANCERS, written, "LoadBalancerPort", int)
        yield Listener(
            id=f"{classic_arn(region, name)}:{port if isinstance(port, int) else 'unknown'}",
            name=f"{name}:{port if isinstance(port, int) else 'unknown'}",
            balancer=classic_arn(region, name),
            form=CLASSIC,
            protocol=protocol,
            port=port,
            versions=_classic_versions(region, name, described) if protocol in ENDS_TLS else None,
            only_redirects=False,
            tags=_tags(region, CLASSIC_TAGS, "LoadBalancerName", name, LoadBalancerNames=names)
            if protocol in PASSES_ON
            else frozenset(),
        )


def classic_arn(region: Region, name: str) -> str:
    """The ARN of a classic load balancer, which AWS does not tell with it."""
    place = f"arn:{region.partition}:elasticloadbalancing:{region.region}:{region.id}"
    return f"{place}:loadbalancer/{name}"


def _to_bucket(region: Region, arn: str) -> bool | Unread:
    answer = region.detail(ATTRIBUTES, LoadBalancerArn=arn)
    attributes = told(ATTRIBUTES, answer, "Attributes", list)
    if isinstance(attributes, Unread):
        return attributes
    values = {each["Key"]: each.get("Value") for each in attributes}
    if BUCKET_LOG not in values:
        return unread(ATTRIBUTES, f"the answer has no {BUCKET_LOG}")
    return bool(values[BUCKET_LOG] == "true")


def _delivered(region: Region, arn: str) -> bool | Unread:
    logged = delivered(region)
    return logged if isinstance(logged, Unread) else arn in logged


def _ends_tls(region: Region, arn: str) -> bool | Unread:
    found = region.listed(LISTENERS, "Listeners", LoadBalancerArn=arn)
    if isinstance(found, Unread):
        return found
    protocols = whole(told(LISTENERS, each, "Protocol", str) for each in found)
    return protocols if isinstance(protocols, Unread) else not ENDS_TLS.isdisjoint(protocols)


def _versions(region: Region, listener: Response) -> tuple[str, ...] | Unread:
    """What the listener's policy accepts; policies are AWS's own, and listed once."""
    name = told(LISTENERS, listener, "SslPolicy", str)
    policies = region.listed(POLICIES, "SslPolicies")
    if isinstance(name, Unread):
        return name
    if isinstance(policies, Unread):
        return policies
    for policy in policies:
        if policy.get("Name") == name:
            versions = told(POLICIES, policy, "SslProtocols", list)
            return versions if isinstance(versions, Unread) else tuple(sorted(versions))
    return unread(POLICIES, "the listener's policy is not listed")


def _classic_versions(region: Region, name: str, described: Response) -> tuple[str, ...] | Unread:
    """What the negotiation policy of a classic listener accepts, attribute by attribute."""
    answer = region.detail(CLASSIC_POLICIES, LoadBalancerName=name)
    policies = told(CLASSIC_POLICIES, answer, "PolicyDescriptions", list)
    if isinstance(policies, Unread):
        return policies
    used = described.get("PolicyNames") or ()
    negotiated = [
        policy
        for policy in policies
        if policy.get("PolicyName") in used and policy.get("PolicyTypeName") == NEGOTIATION
    ]
    if not negotiated:
        return unread(CLASSIC_POLICIES, "the listener's policy is not listed")
    return tuple(
        sorted(
            attribute["AttributeName"].removeprefix(VERSION)
            for policy in negotiated
            for attribute in policy.get("PolicyAttributeDescriptions") or ()
            if attribute.get("AttributeName", "").startswith(VERSION)
            and attribute.get("AttributeValue") == "true"
        )
    )


def _only_redirects(region: Region, listener: Response) -> bool | Unread:
    """Whether the default and every other rule send clients to HTTPS."""
    default = told(LISTENERS, listener, "DefaultActions", list)
    if isinstance(default, Unread) or not _redirect(default):
        return default if isinstance(default, Unread) else False
    rules = region.listed(RULES, "Rules", ListenerArn=listener["ListenerArn"])
    if isinstance(rules, Unread):
        return rules
    actions = whole(told(RULES, rule, "Actions", list) for rule in rules)
    return actions if isinstance(actions, Unread) else all(map(_redirect, actions))


def _redirect(actions: Iterable[Response]) -> bool:
    return any(
        (action.get("RedirectConfig") or {}).get("Protocol") == "HTTPS" for action in actions
    )


def _tags(
    region: Region, call: ApiCall, key: str, name: str, **batch: Any
) -> frozenset[str] | Unread:
    answers = told(call, region.detail(call, **batch), "TagDescriptions", list)
    if isinstance(answers, Unread):
        return answers
    return frozenset(
        tag["Key"]
        for answer in answers
        if answer.get(key) == name
        for tag in answer.get("Tags") or ()
    )
