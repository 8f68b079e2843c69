"""Distributions of CloudFront, and the three ways in which their requests are logged."""

from collections.abc import Iterator

from collectors.aws.account import Account, Response, told, whole
from collectors.aws.deliveries import DELIVERIES, SOURCES, delivered
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.cloudfront import Distribution, DistributionLog
from collectors.evidence.record import Unread

DISTRIBUTIONS = ApiCall(
    "cloudfront",
    "ListDistributions",
    "cloudfront:ListDistributions",
    redact=(
        "DistributionList.Items.Comment",
        "DistributionList.Items.Origins.Items.CustomHeaders.Items.HeaderValue",
    ),
)
CONFIGURATION = ApiCall(
    "cloudfront",
    "GetDistributionConfig",
    "cloudfront:GetDistributionConfig",
    redact=(
        "DistributionConfig.Comment",
        "DistributionConfig.Origins.Items.CustomHeaders.Items.HeaderValue",
        "DistributionConfig.TenantConfig.ParameterDefinitions.Definition.StringSchema.Comment",
    ),
)
PLAIN = "http-only"


@collector(id="aws.cloudfront.distributions", calls=(DISTRIBUTIONS,))
def distributions(account: Account) -> Iterator[Distribution]:
    """Every distribution, with how it speaks to viewers and to origins."""
    for answer in each_distribution(account):
        certificate = told(DISTRIBUTIONS, answer, "ViewerCertificate", dict)
        default = told(DISTRIBUTIONS, certificate, "CloudFrontDefaultCertificate", bool)
        yield Distribution(
            id=answer["ARN"],
            name=name_of(answer),
            enabled=told(DISTRIBUTIONS, answer, "Enabled", bool),
            viewers=whole(
                told(DISTRIBUTIONS, behaviour, "ViewerProtocolPolicy", str)
                for behaviour in _behaviours(answer)
            ),
            min_protocol=None
            if isinstance(certificate, Unread) or default is True
            else certificate.get("MinimumProtocolVersion"),
            default_certificate=default,
            plain_origins=_plain_origins(answer),
        )


@collector(id="aws.cloudfront.logs", calls=(DISTRIBUTIONS, CONFIGURATION, SOURCES, DELIVERIES))
def distribution_logs(account: Account) -> Iterator[DistributionLog]:
    """Every distribution, with what is logged of its requests."""

    def describe(answer: Response) -> DistributionLog:
        realtime = all(each.get("RealtimeLogConfigArn") for each in _behaviours(answer))
        return DistributionLog(
            id=answer["ARN"],
            name=name_of(answer),
            enabled=told(DISTRIBUTIONS, answer, "Enabled", bool),
            realtime=realtime,
            to_bucket=False if realtime else _to_bucket(account, answer["Id"]),
            delivered=False if realtime else _delivered(account, answer["ARN"]),
        )

    yield from account.concurrently(describe, each_distribution(account))


def each_distribution(account: Account) -> Iterator[Response]:
    """Every distribution as CloudFront lists it."""
    return account.each_within(DISTRIBUTIONS, "DistributionList", "Items")


def name_of(distribution: Response) -> str:
    """What people call it: its first own domain, or the one CloudFront gave it."""
    aliases = (distribution.get("Aliases") or {}).get("Items") or [distribution["DomainName"]]
    return str(aliases[0])


def _behaviours(answer: Response) -> tuple[Response, ...]:
    default = answer.get("DefaultCacheBehavior") or {}
    return (default, *((answer.get("CacheBehaviors") or {}).get("Items") or ()))


def _plain_origins(answer: Response) -> tuple[str, ...] | Unread:
    """Origins with a protocol of their own; a bucket is asked as the viewer asked."""
    origins = told(DISTRIBUTIONS, answer, "Origins", dict)
    if isinstance(origins, Unread):
        return origins
    return tuple(
        origin["DomainName"]
        for origin in origins.get("Items") or ()
        if (origin.get("CustomOriginConfig") or {}).get("OriginProtocolPolicy") == PLAIN
    )


def _to_bucket(account: Account, name: str) -> bool | Unread:
    answer = told(CONFIGURATION, account.detail(CONFIGURATION, Id=name), "DistributionConfig", dict)
    return told(CONFIGURATION, told(CONFIGURATION, answer, "Logging", dict), "Enabled", bool)


def _delivered(account: Account, arn: str) -> bool | Unread:
    logged = delivered(account)
    return logged if isinstance(logged, Unread) else arn in logged
