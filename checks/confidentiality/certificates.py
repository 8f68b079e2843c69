"""Do certificates outlast the time it takes to renew them?"""

from datetime import timedelta

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
from collectors.evidence.aws.certificates import Certificate
from collectors.evidence.record import Instant, Unread

NEVER_VALID = frozenset({"PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "FAILED", "INACTIVE"})


@check(
    id="aws.acm.certificate-not-expiring",
    title="Certificates are renewed in time",
    controls=("CRY-01",),
    severity=Severity.HIGH,
    remediation="Renew the certificate, or repair the record that validates its domain.",
    empty=Outcome.NOT_APPLICABLE,
)
def acm_certificate_not_expiring(
    certificate: Certificate,
    *,
    as_of: Instant,
    min_days_left: int = 30,
    include_unused: bool = False,
) -> Verdict:
    """An expired certificate stops a service, or teaches people to click warnings away.

    Judged are certificates in use, and those uploaded to IAM, which does not say whether one
    is used. A renewal that failed counts at once, whatever time is left; one that was revoked
    fails for good.
    """
    if certificate.in_use is False and not include_unused:
        return not_applicable("the certificate is not in use")
    if certificate.status in NEVER_VALID:
        return not_applicable("the certificate was never issued", status=certificate.status)
    verdict = _of_valid(certificate, as_of, timedelta(days=min_days_left))
    if isinstance(certificate.in_use, Unread) and verdict.outcome is Outcome.FAILED:
        return undetermined(certificate.in_use)
    return verdict


def _of_valid(certificate: Certificate, as_of: Instant, time_left: timedelta) -> Verdict:
    if certificate.status == "REVOKED":
        return failed("the certificate was revoked")
    if certificate.renewal == "FAILED":
        return failed("its automatic renewal failed")
    expires = certificate.expires_at
    if expires is None or isinstance(expires, Unread):
        return undetermined(expires or "the certificate has no end")
    if as_of > expires - time_left:
        return failed(f"it expires on {expires:%Y-%m-%d}", expires_at=expires.isoformat())
    for part in (certificate.status, certificate.renewal):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed(f"it is good until {expires:%Y-%m-%d}", expires_at=expires.isoformat())
