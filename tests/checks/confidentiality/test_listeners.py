"""Do the doors that face the internet speak TLS, and a version that still holds?"""

import pytest

from checks.confidentiality.listeners import cloudfront_viewer_tls, elb_listener_tls
from checks.contract import Outcome
from collectors.evidence.aws.balancers import Listener
from collectors.evidence.aws.cloudfront import Distribution
from tests.evidence import DENIED


def listener(**fields):
    settled = {
        "protocol": "HTTPS",
        "versions": ("TLSv1.2", "TLSv1.3"),
        "only_redirects": False,
        "tags": frozenset(),
    }
    return Listener(
        id="arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2",
        name="web:443",
        balancer="arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1",
        form="application",
        port=443,
        **settled | fields,
    )


PLAIN = {"protocol": "HTTP", "versions": None}
PASSING = {"protocol": "TCP", "versions": None}
TAGGED = frozenset({"gapwatch:tls-at-target"})


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="modern"),
        pytest.param({"versions": ("TLSv1.2",)}, Outcome.PASSED, id="at the limit"),
        pytest.param({"versions": ("TLSv1.1", "TLSv1.2")}, Outcome.FAILED, id="below it"),
        pytest.param({"versions": ("SSLv3",)}, Outcome.FAILED, id="far below"),
        pytest.param({"versions": ("TLSv9",)}, Outcome.UNDETERMINED, id="not known"),
        pytest.param({"versions": ("TLSv1", "TLSv9")}, Outcome.FAILED, id="one is old"),
        pytest.param({"versions": ()}, Outcome.UNDETERMINED, id="accepts nothing"),
        pytest.param({"versions": DENIED}, Outcome.UNDETERMINED, id="policy unread"),
        pytest.param({"protocol": DENIED}, Outcome.UNDETERMINED, id="protocol unread"),
        pytest.param(PLAIN, Outcome.FAILED, id="plain"),
        pytest.param(PLAIN | {"only_redirects": True}, Outcome.PASSED, id="redirects"),
        pytest.param(PLAIN | {"only_redirects": DENIED}, Outcome.UNDETERMINED, id="rules unread"),
        pytest.param(PASSING, Outcome.FAILED, id="passes on"),
        pytest.param(PASSING | {"tags": TAGGED}, Outcome.PASSED, id="declared"),
        pytest.param(
            PASSING | {"tags": frozenset({"team"})}, Outcome.FAILED, id="tagged otherwise"
        ),
        pytest.param(PASSING | {"tags": DENIED}, Outcome.UNDETERMINED, id="tags unread"),
        pytest.param(PLAIN | {"tags": TAGGED}, Outcome.FAILED, id="declared, but read"),
        pytest.param(PASSING | {"protocol": "QUIC"}, Outcome.PASSED, id="QUIC"),
    ],
)
def test_elb_listener_tls(fields, outcome):
    assert elb_listener_tls(listener(**fields)).outcome is outcome


def test_the_limit_can_be_raised():
    old = listener(versions=("TLSv1.2", "TLSv1.3"))
    assert elb_listener_tls(old, min_protocol="TLSv1.3").outcome is Outcome.FAILED


def distribution(**fields):
    settled = {
        "enabled": True,
        "viewers": ("redirect-to-https", "https-only"),
        "min_protocol": "TLSv1.2_2021",
        "default_certificate": False,
        "plain_origins": (),
    }
    arn = "arn:aws:cloudfront::123456789012:distribution/E1"
    return Distribution(id=arn, name="www.acme.test", **settled | fields)


PLAIN_VIEWERS = {"viewers": ("https-only", "allow-all")}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="at the limit"),
        pytest.param({"min_protocol": "TLSv1.3_2025"}, Outcome.PASSED, id="above it"),
        pytest.param({"min_protocol": "TLSv1.2_2019"}, Outcome.FAILED, id="below it"),
        pytest.param({"min_protocol": "TLSv9"}, Outcome.UNDETERMINED, id="not known"),
        pytest.param({"min_protocol": None}, Outcome.UNDETERMINED, id="not told"),
        pytest.param(
            {"min_protocol": None, "default_certificate": True}, Outcome.PASSED, id="CloudFront's"
        ),
        pytest.param({"default_certificate": DENIED}, Outcome.UNDETERMINED, id="whose?"),
        pytest.param(PLAIN_VIEWERS, Outcome.FAILED, id="one behaviour"),
        pytest.param({"plain_origins": ("web.acme.test",)}, Outcome.FAILED, id="an origin"),
        pytest.param({"viewers": DENIED}, Outcome.UNDETERMINED, id="viewers unread"),
        pytest.param({"plain_origins": DENIED}, Outcome.UNDETERMINED, id="origins unread"),
        pytest.param({"plain_origins": DENIED} | PLAIN_VIEWERS, Outcome.FAILED, id="settled"),
        pytest.param({"enabled": False} | PLAIN_VIEWERS, Outcome.NOT_APPLICABLE, id="off"),
        pytest.param({"enabled": DENIED} | PLAIN_VIEWERS, Outcome.UNDETERMINED, id="on or off"),
        pytest.param({"enabled": DENIED}, Outcome.PASSED, id="good, on or off"),
    ],
)
def test_cloudfront_viewer_tls(fields, outcome):
    assert cloudfront_viewer_tls(distribution(**fields)).outcome is outcome
