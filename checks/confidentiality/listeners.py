"""Do the doors that face the internet speak TLS, and a version that still holds?"""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.balancers import Listener
from collectors.evidence.aws.cloudfront import Distribution
from collectors.evidence.record import Unread

ALWAYS_MODERN = "QUIC"
"""QUIC has no other TLS than 1.3 (RFC 9001, section 4.2)."""
PLAIN_WEB = "HTTP"
PLAIN_VIEWERS = "allow-all"
VIEWER_POLICIES = (
    *("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"),
    *("TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"),
)
"""CloudFront's names for what viewers may use, weakest first."""
VERSIONS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@check(
    id="aws.elb.listener-tls",
    title="Listeners that face the internet speak modern TLS",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Give the listener TLS with a policy that begins with TLS 1.2, or let it do "
    "nothing but redirect to one that has it; tag balancers whose targets end TLS themselves.",
    empty=Outcome.NOT_APPLICABLE,
)
def elb_listener_tls(
    listener: Listener,
    *,
    min_protocol: str = "TLSv1.2",
    tls_at_target_tag: str = "gapwatch:tls-at-target",
) -> Verdict:
    """What a listener accepts is what the weakest client may agree to.

    A listener passes if its policy accepts no version older than the limit, or if its default
    and all its rules only redirect to HTTPS. One that passes on what it does not read (TCP,
    UDP) counts as plain unless its balancer carries the tag that says that targets end TLS.
    Balancers without a public name are left out.
    """
    if isinstance(listener.protocol, Unread):
        return undetermined(listener.protocol)
    if listener.protocol == ALWAYS_MODERN:
        return passed("QUIC speaks TLS 1.3 only")
    if listener.versions is not None:
        return _by_versions(listener.versions, min_protocol)
    if listener.protocol == PLAIN_WEB:
        return _by_redirect(listener.only_redirects)
    return _by_tag(listener.tags, tls_at_target_tag, listener.protocol)


@check(
    id="aws.cloudfront.viewer-tls",
    title="Distributions speak modern TLS to viewers and HTTPS to origins",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Redirect viewers to HTTPS in every behaviour, set the minimum protocol, and ask "
    "origins by HTTPS.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudfront_viewer_tls(
    distribution: Distribution, *, min_protocol: str = "TLSv1.2_2021"
) -> Verdict:
    """A distribution is two connections, and the one behind it is forgotten more often.

    Every behaviour has to redirect to HTTPS or refuse plain requests, and no origin may be
    asked by HTTP alone. An own domain needs a minimum protocol at least at the limit; with
    CloudFront's own certificate it cannot be set, which is noted. A distribution that is
    turned off is not judged.
    """
    if distribution.enabled is False:
        return not_applicable("the distribution is turned off")
    if isinstance(distribution.viewers, tuple) and PLAIN_VIEWERS in distribution.viewers:
        return _of_enabled(distribution, "viewers may speak plain HTTP")
    if isinstance(distribution.plain_origins, tuple) and distribution.plain_origins:
        return _of_enabled(distribution, "origins are asked by plain HTTP")
    for part in (distribution.viewers, distribution.plain_origins):
        if isinstance(part, Unread):
            return undetermined(part)
    return _by_certificate(distribution, min_protocol)


def _of_enabled(distribution: Distribution, fault: str) -> Verdict:
    """A fault that counts only while the distribution is turned on."""
    if isinstance(distribution.enabled, Unread):
        return undetermined(distribution.enabled)
    seen = {"viewers": distribution.viewers, "plain_origins": distribution.plain_origins}
    known = {name: value for name, value in seen.items() if isinstance(value, tuple)}
    return failed(fault, min_protocol=distribution.min_protocol, **known)


def _by_certificate(distribution: Distribution, oldest: str) -> Verdict:
    if isinstance(distribution.default_certificate, Unread):
        return undetermined(distribution.default_certificate)
    if distribution.default_certificate:
        return passed("encrypted, with CloudFront's own certificate and its minimum protocol")
    known = distribution.min_protocol
    if known not in VIEWER_POLICIES:
        return undetermined("its minimum protocol is not known", min_protocol=known)
    if VIEWER_POLICIES.index(known) >= VIEWER_POLICIES.index(oldest):
        return passed("viewers and origins are spoken to by HTTPS", min_protocol=known)
    return _of_enabled(distribution, f"viewers may speak {known}")


def _by_tag(tags: frozenset[str] | Unread, tag: str, protocol: str) -> Verdict:
    if isinstance(tags, Unread):
        return undetermined(tags, protocol=protocol)
    if tag in tags:
        return passed("declared to pass TLS on to its targets", protocol=protocol)
    return failed("it does not speak TLS", protocol=protocol)


def _by_versions(versions: tuple[str, ...] | Unread, oldest: str) -> Verdict:
    if isinstance(versions, Unread):
        return undetermined(versions)
    unknown = tuple(version for version in versions if version not in VERSIONS)
    old = tuple(v for v in versions if v in VERSIONS[: VERSIONS.index(oldest)])
    if old:
        return failed("its policy accepts old versions", accepts=versions)
    if unknown or not versions:
        return undetermined("its policy accepts versions that are not known", accepts=versions)
    return passed("its policy accepts no old version", accepts=versions)


def _by_redirect(only_redirects: bool | Unread) -> Verdict:  # noqa: FBT001 - it is what is judged
    if isinstance(only_redirects, Unread):
        return undetermined(only_redirects)
    if only_redirects:
        return passed("it only redirects to HTTPS")
    return failed("it speaks plain HTTP")
