"""Certificates are read with their end, and with the renewal of those in use."""

from datetime import UTC, datetime

import pytest

from collectors.aws.certificates import certificates, uploaded_certificates
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
ENDS = datetime(2027, 1, 1, tzinfo=UTC)
DESCRIBE = "acm:DescribeCertificate"


def only(snapshot):
    (record,) = snapshot.records
    return record


def listed(**fields):
    settled = {
        "CertificateArn": ARN,
        "DomainName": "acme.test",
        "Status": "ISSUED",
        "Type": "AMAZON_ISSUED",
        "InUse": True,
        "RenewalEligibility": "ELIGIBLE",
        "NotAfter": ENDS,
    }
    answer = {"CertificateSummaryList": [settled | fields]}
    faults = said("acm:ListCertificates", answer)
    answer["CertificateSummaryList"][0]["NotAfter"] = ENDS.isoformat()  # as the reader leaves it
    return faults


def renewed(status):
    summary = {
        "RenewalStatus": status,
        "DomainValidationOptions": [{"DomainName": "acme.test"}],
        "UpdatedAt": ENDS,
    }
    faults = said(DESCRIBE, {"Certificate": {"RenewalSummary": summary}})
    summary["UpdatedAt"] = ENDS.isoformat()
    return faults


def test_what_moto_holds_is_read_whatever_its_key(aws):
    aws.client("acm").request_certificate(DomainName="acme.test", KeyAlgorithm="EC_prime256v1")
    snapshot, transcript = aws.snapshot(certificates)

    assert only(snapshot).name == "acme.test"
    (asked,) = (e for e in transcript.exchanges if e.operation == "ListCertificates")
    assert "EC_prime256v1" in asked.arguments["Includes"]["keyTypes"]
    assert aws.again(certificates, transcript) == snapshot


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED"])
def test_the_renewal_of_a_certificate_in_use_is_read(aws, status):
    snapshot, transcript = aws.snapshot(certificates, listed() | renewed(status))

    record = only(snapshot)
    assert (record.id, record.form, record.status) == (ARN, "AMAZON_ISSUED", "ISSUED")
    assert (record.in_use, record.expires_at, record.renewal) == (True, ENDS, status)
    assert aws.again(certificates, transcript) == snapshot


def test_before_one_is_due_there_is_no_renewal(aws):
    faults = listed() | said(DESCRIBE, {"Certificate": {}})
    assert only(aws.snapshot(certificates, faults)[0]).renewal is None


@pytest.mark.parametrize(
    "fields", [{"InUse": False}, {"Type": "IMPORTED", "RenewalEligibility": "INELIGIBLE"}]
)
def test_what_nothing_renews_or_nobody_uses_is_not_described(aws, fields):
    snapshot, transcript = aws.snapshot(certificates, listed(**fields))

    assert only(snapshot).renewal is None
    assert [exchange.operation for exchange in transcript.exchanges] == ["ListCertificates"]


def test_what_is_denied_or_left_out_is_unread(aws):
    snapshot, _ = aws.snapshot(certificates, listed() | {DESCRIBE: Denied()})
    assert only(snapshot).renewal == Unread(why=f"{DESCRIBE}: AccessDenied")

    bare = said("acm:ListCertificates", {"CertificateSummaryList": [{"CertificateArn": ARN}]})
    record = only(aws.snapshot(certificates, bare | {DESCRIBE: Denied()})[0])
    assert record.in_use == Unread(why="acm:ListCertificates: the answer has no InUse")
    assert (record.expires_at, record.form) == (None, "unknown")


BODY = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


def test_uploaded_certificates_are_read(aws):
    aws.client("iam").upload_server_certificate(
        ServerCertificateName="old", CertificateBody=BODY, PrivateKey="not-a-key-of-anyone"
    )
    snapshot, transcript = aws.snapshot(uploaded_certificates)

    record = only(snapshot)
    assert (record.name, record.form, record.in_use) == ("old", "uploaded", None)
    assert aws.again(uploaded_certificates, transcript) == snapshot


def test_the_end_of_an_uploaded_certificate_is_read(aws):
    uploaded = {
        "Path": "/",
        "ServerCertificateName": "old",
        "ServerCertificateId": "A" * 16,
        "Arn": "arn:aws:iam::123456789012:server-certificate/old",
        "Expiration": ENDS,
    }
    faults = said("iam:ListServerCertificates", {"ServerCertificateMetadataList": [uploaded]})
    uploaded["Expiration"] = ENDS.isoformat()

    assert only(aws.snapshot(uploaded_certificates, faults)[0]).expires_at == ENDS
