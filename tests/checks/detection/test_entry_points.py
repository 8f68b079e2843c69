"""Do the entry points write down who asked for what?"""

import pytest

from checks.contract import Outcome
from checks.detection.entry_points import (
    api_requests_logged,
    cloudfront_requests_logged,
    elb_requests_logged,
    waf_requests_logged,
)
from collectors.evidence.aws.balancers import LoadBalancer
from collectors.evidence.aws.cloudfront import DistributionLog
from collectors.evidence.aws.entry_points import ApiStage, WebAcl
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


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="logged and measured"),
        pytest.param({"logged": False}, Outcome.FAILED, id="not logged"),
        pytest.param({"silent": ("core",)}, Outcome.FAILED, id="a silent rule"),
        pytest.param({"silent": DENIED}, Outcome.UNDETERMINED, id="rules unread"),
        pytest.param({"logged": DENIED}, Outcome.UNDETERMINED, id="log unread"),
        pytest.param({"silent": DENIED, "logged": False}, Outcome.FAILED, id="settled"),
    ],
)
def test_waf_requests_logged(fields, outcome):
    settled = {"form": "regional", "logged": True, "silent": ()}
    acl = WebAcl(id="arn:aws:x", name="shop", **settled | fields)
    assert waf_requests_logged(acl).outcome is outcome


WEB_SOCKET = {"form": "WEBSOCKET"}
GRAPHQL = {"form": "GraphQL", "log_role": True}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.FAILED, id="not at all"),
        pytest.param({"access_log": True}, Outcome.PASSED, id="access"),
        pytest.param({"level": "ERROR"}, Outcome.PASSED, id="executions"),
        pytest.param({"level": "OFF"}, Outcome.FAILED, id="off"),
        pytest.param({"level": "INFO"} | WEB_SOCKET, Outcome.FAILED, id="executions of another"),
        pytest.param({"access_log": True} | WEB_SOCKET, Outcome.PASSED, id="access of another"),
        pytest.param({"level": "ALL"} | GRAPHQL, Outcome.PASSED, id="fields"),
        pytest.param({"level": "NONE"} | GRAPHQL, Outcome.FAILED, id="no fields"),
        pytest.param(
            {"level": "ALL"} | GRAPHQL | {"log_role": False}, Outcome.FAILED, id="nobody can write"
        ),
        pytest.param({"level": DENIED} | GRAPHQL, Outcome.UNDETERMINED, id="fields unread"),
        pytest.param({"access_log": DENIED}, Outcome.UNDETERMINED, id="access unread"),
        pytest.param({"access_log": DENIED, "level": "INFO"}, Outcome.PASSED, id="settled"),
    ],
)
def test_api_requests_logged(fields, outcome):
    settled = {"form": "REST", "access_log": False, "level": None, "log_role": True}
    stage = ApiStage(id="arn:aws:x", name="shop/live", **settled | fields)
    assert api_requests_logged(stage).outcome is outcome
