"""Do the entry points write down who asked for what?"""

import pytest

from checks.contract import Outcome
from checks.detection.entry_points import cloudfront_requests_logged, elb_requests_logged
from collectors.evidence.aws.balancers import LoadBalancer
from collectors.evidence.aws.cloudfront import DistributionLog
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.FAILED, id="nowhere"),
        pytest.param({"to_bucket": True}, Outcome.PASSED, id="to a bucket"),
        pytest.param({"delivered": True}, Outcome.PASSED, id="delivered"),
        pytest.param({"to_bucket": DENIED, "delivered": True}, Outcome.PASSED, id="settled"),
        pytest.param({"to_bucket": DENIED}, Outcome.UNDETERMINED, id="bucket unread"),
        pytest.param({"delivered": DENIED}, Outcome.UNDETERMINED, id="deliveries unread"),
        pytest.param({"ends_tls": False}, Outcome.NOT_APPLICABLE, id="no TLS"),
        pytest.param({"ends_tls": False, "to_bucket": True}, Outcome.NOT_APPLICABLE, id="empty"),
        pytest.param({"ends_tls": False, "delivered": True}, Outcome.PASSED, id="no TLS, told"),
        pytest.param({"ends_tls": DENIED, "to_bucket": True}, Outcome.UNDETERMINED, id="of TLS?"),
        pytest.param({"ends_tls": DENIED}, Outcome.UNDETERMINED, id="listeners unread"),
        pytest.param({"form": "gateway"}, Outcome.NOT_APPLICABLE, id="has none"),
    ],
)
def test_elb_requests_logged(fields, outcome):
    settled = {"form": "application", "to_bucket": False, "delivered": False, "ends_tls": True}
    balancer = LoadBalancer(id="arn:aws:x", name="web", **settled | fields)
    assert elb_requests_logged(balancer).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.FAILED, id="nowhere"),
        pytest.param({"realtime": True}, Outcome.PASSED, id="real-time"),
        pytest.param({"to_bucket": True}, Outcome.PASSED, id="to a bucket"),
        pytest.param({"delivered": True}, Outcome.PASSED, id="delivered"),
        pytest.param({"to_bucket": DENIED, "delivered": True}, Outcome.PASSED, id="settled"),
        pytest.param({"to_bucket": DENIED}, Outcome.UNDETERMINED, id="bucket unread"),
        pytest.param({"delivered": DENIED}, Outcome.UNDETERMINED, id="deliveries unread"),
        pytest.param({"enabled": False}, Outcome.NOT_APPLICABLE, id="off"),
        pytest.param({"enabled": DENIED}, Outcome.UNDETERMINED, id="on or off"),
    ],
)
def test_cloudfront_requests_logged(fields, outcome):
    settled = {"enabled": True, "realtime": False, "to_bucket": False, "delivered": False}
    log = DistributionLog(id="arn:aws:x", name="www", **settled | fields)
    assert cloudfront_requests_logged(log).outcome is outcome
