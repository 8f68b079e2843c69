"""Do certificates outlast the time it takes to renew them?"""

from datetime import timedelta

import pytest

from checks.confidentiality.certificates import acm_certificate_not_expiring
from checks.contract import Outcome
from collectors.evidence.aws.certificates import Certificate
from tests.evidence import DENIED, NOW


def certificate(**fields):
    settled = {
        "form": "AMAZON_ISSUED",
        "status": "ISSUED",
        "in_use": True,
        "expires_at": left(days=90),
        "renewal": None,
    }
    return Certificate(
        id="arn:aws:acm:eu-west-1:123456789012:certificate/1", name="acme.test", **settled | fields
    )


def left(**time):
    return NOW + timedelta(**time)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="long"),
        pytest.param({"expires_at": left(days=30)}, Outcome.PASSED, id="at the limit"),
        pytest.param({"expires_at": left(days=29.99)}, Outcome.FAILED, id="below it"),
        pytest.param({"expires_at": left(days=-1)}, Outcome.FAILED, id="expired"),
        pytest.param({"expires_at": DENIED}, Outcome.UNDETERMINED, id="end unread"),
        pytest.param({"expires_at": None}, Outcome.UNDETERMINED, id="no end"),
        pytest.param({"renewal": "SUCCESS"}, Outcome.PASSED, id="renewed"),
        pytest.param({"renewal": "FAILED"}, Outcome.FAILED, id="not renewed"),
        pytest.param({"renewal": DENIED}, Outcome.UNDETERMINED, id="renewal unread"),
        pytest.param({"renewal": DENIED, "expires_at": left(days=1)}, Outcome.FAILED, id="settled"),
        pytest.param({"status": "REVOKED"}, Outcome.FAILED, id="revoked"),
        pytest.param({"status": DENIED}, Outcome.UNDETERMINED, id="status unread"),
        pytest.param({"status": "PENDING_VALIDATION"}, Outcome.NOT_APPLICABLE, id="not yet"),
        pytest.param(
            {"in_use": False, "expires_at": left(days=1)}, Outcome.NOT_APPLICABLE, id="unused"
        ),
        pytest.param({"in_use": DENIED, "expires_at": left(days=1)}, Outcome.UNDETERMINED, id="?"),
        pytest.param({"in_use": DENIED}, Outcome.PASSED, id="good, used or not"),
        pytest.param(
            {"form": "uploaded", "in_use": None, "expires_at": left(days=1)},
            Outcome.FAILED,
            id="uploaded",
        ),
    ],
)
def test_acm_certificate_not_expiring(fields, outcome):
    assert acm_certificate_not_expiring(certificate(**fields), as_of=NOW).outcome is outcome


def test_unused_certificates_count_where_that_is_asked_for():
    unused = certificate(in_use=False, expires_at=left(days=1))
    verdict = acm_certificate_not_expiring(unused, as_of=NOW, include_unused=True)

    assert verdict.outcome is Outcome.FAILED
