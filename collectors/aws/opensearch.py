"""Search domains, with who reaches them and what they encrypt and write down."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.opensearch import SearchDomain
from collectors.evidence.record import Unread

NAMES = ApiCall("opensearch", "ListDomainNames", "es:ListDomainNames")
DOMAINS = ApiCall(
    "opensearch",
    "DescribeDomains",
    "es:DescribeDomains",
    redact=(
        "DomainStatusList.AdvancedSecurityOptions.JWTOptions",
        "DomainStatusList.AdvancedSecurityOptions.SAMLOptions",
    ),
)
POLICY = "AccessPolicies"
AUDIT_LOG = "AUDIT_LOGS"
AT_ONCE = 5
"""So many domains AWS describes in one answer."""


@collector(id="aws.opensearch.domains", calls=(NAMES, DOMAINS))
def search_domains(region: Region) -> Iterator[SearchDomain]:
    """Every search domain of the region; one that is being deleted is left out."""
    names = sorted(each["DomainName"] for each in region.each(NAMES, "DomainNames"))
    batches = [names[first : first + AT_ONCE] for first in range(0, len(names), AT_ONCE)]
    for found in region.concurrently(lambda batch: _described(region, batch), batches):
        yield from found


def _described(region: Region, names: list[str]) -> tuple[SearchDomain, ...]:
    answers = told(DOMAINS, region.detail(DOMAINS, DomainNames=names), "DomainStatusList", list)
    if isinstance(answers, Unread):
        return tuple(_domain(region, name, answers) for name in names)
    return tuple(_domain(region, each["DomainName"], each) for each in answers if _stays(each))


def _stays(answer: Response) -> bool:
    return not answer.get("Deleted")


def _domain(region: Region, name: str, answer: Response | Unread) -> SearchDomain:
    endpoint = told(DOMAINS, answer, "DomainEndpointOptions", dict)
    return SearchDomain(
        id=f"arn:{region.partition}:es:{region.region}:{region.id}:domain/{name}",
        name=name,
        account_id=region.id,
        in_vpc=_in_vpc(answer),
        statements=policy_in(DOMAINS, _with_policy(answer), POLICY),
        fine_grained=_on(answer, "AdvancedSecurityOptions"),
        audited=_audited(answer),
        https_only=told(DOMAINS, endpoint, "EnforceHTTPS", bool),
        tls_policy=told(DOMAINS, endpoint, "TLSSecurityPolicy", str),
        between_nodes=_on(answer, "NodeToNodeEncryptionOptions"),
        at_rest=_on(answer, "EncryptionAtRestOptions"),
    )


def _in_vpc(answer: Response | Unread) -> bool | Unread:
    """AWS leaves the options out of a domain that has an address of the internet."""
    if isinstance(answer, Unread):
        return answer
    return bool((answer.get("VPCOptions") or {}).get("VPCId"))


def _with_policy(answer: Response | Unread) -> Response | Unread | None:
    return answer if isinstance(answer, Unread) or answer.get(POLICY) else None


def _audited(answer: Response | Unread) -> bool | Unread:
    """AWS leaves out what was never published."""
    if isinstance(answer, Unread):
        return answer
    published = answer.get("LogPublishingOptions") or {}
    return bool((published.get(AUDIT_LOG) or {}).get("Enabled"))


def _on(answer: Response | Unread, options: str) -> bool | Unread:
    return told(DOMAINS, told(DOMAINS, answer, options, dict), "Enabled", bool)
