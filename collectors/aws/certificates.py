"""Certificates, where they are used, and what renews them."""

from collections.abc import Iterator

from collectors.aws.account import Account, Region, Response, moment, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.certificates import Certificate
from collectors.evidence.record import Unread

CERTIFICATES = ApiCall("acm", "ListCertificates", "acm:ListCertificates")
CERTIFICATE = ApiCall(
    "acm",
    "DescribeCertificate",
    "acm:DescribeCertificate",
    redact=(
        "Certificate.DomainValidationOptions",
        "Certificate.RenewalSummary.DomainValidationOptions",
    ),
)
UPLOADED = ApiCall("iam", "ListServerCertificates", "iam:ListServerCertificates")

EVERY_KIND_OF_KEY = [
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
]
"""Unless asked for by name, ACM leaves out certificates with other keys than small RSA ones."""
RENEWED_BY_ACM = "ELIGIBLE"


@collector(id="aws.acm.certificates", calls=(CERTIFICATES, CERTIFICATE))
def certificates(region: Region) -> Iterator[Certificate]:
    """Every certificate of ACM in the region; what renews it is asked of those in use."""

    def describe(listed: Response) -> Certificate:
        in_use = told(CERTIFICATES, listed, "InUse", bool)
        return Certificate(
            id=listed["CertificateArn"],
            name=listed.get("DomainName") or listed["CertificateArn"].rpartition("/")[2],
            form=listed.get("Type") or "unknown",
            status=told(CERTIFICATES, listed, "Status", str),
            in_use=in_use,
            expires_at=moment(CERTIFICATES, listed, "NotAfter") if _issued(listed) else None,
            renewal=_renewal(region, listed) if in_use is not False else None,
        )

    listed = region.each(
        CERTIFICATES, "CertificateSummaryList", Includes={"keyTypes": EVERY_KIND_OF_KEY}
    )
    yield from region.concurrently(describe, listed)


@collector(id="aws.iam.server-certificates", calls=(UPLOADED,))
def uploaded_certificates(account: Account) -> Iterator[Certificate]:
    """Every certificate that was uploaded to IAM, where nothing renews it."""
    for uploaded in account.each(UPLOADED, "ServerCertificateMetadataList"):
        yield Certificate(
            id=uploaded["Arn"],
            name=uploaded["ServerCertificateName"],
            form="uploaded",
            status="ISSUED",
            in_use=None,
            expires_at=moment(UPLOADED, uploaded, "Expiration"),
            renewal=None,
        )


def _issued(listed: Response) -> bool:
    """ACM gives an end to what was issued, and to nothing else."""
    return "NotAfter" in listed or listed.get("Status") in {"ISSUED", "EXPIRED", "REVOKED"}


def _renewal(region: Region, listed: Response) -> str | Unread | None:
    """How the last renewal ended; ACM says nothing of it before one is due."""
    if listed.get("RenewalEligibility") not in {RENEWED_BY_ACM, None}:
        return None
    answer = region.detail(CERTIFICATE, CertificateArn=listed["CertificateArn"])
    certificate = told(CERTIFICATE, answer, "Certificate", dict)
    if isinstance(certificate, Unread):
        return certificate
    return (certificate.get("RenewalSummary") or {}).get("RenewalStatus")
