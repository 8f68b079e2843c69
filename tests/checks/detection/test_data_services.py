"""Do services that data passes through write down who used them?"""

import pytest

from checks.contract import Outcome
from checks.detection.data_services import (
    athena_workgroup_settings_enforced,
    bedrock_invocations_logged,
    mq_broker_logged,
    opensearch_audit_logged,
)
from collectors.evidence.aws.data_services import Broker, ModelUse, Workgroup
from tests.checks.access.test_search import domain
from tests.evidence import DENIED

NAMED = {"id": "arn:aws:service:eu-west-1:123456789012:thing/1", "name": "thing"}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="both"),
        pytest.param({"general": False}, Outcome.FAILED, id="no general log"),
        pytest.param({"audit": False}, Outcome.FAILED, id="no audit log"),
        pytest.param({"engine": "RABBITMQ", "audit": False}, Outcome.PASSED, id="has none"),
        pytest.param({"engine": DENIED}, Outcome.PASSED, id="both, whatever the engine"),
        pytest.param({"engine": DENIED, "audit": False}, Outcome.UNDETERMINED, id="whose?"),
        pytest.param({"audit": DENIED}, Outcome.UNDETERMINED, id="audit unread"),
        pytest.param({"general": DENIED}, Outcome.UNDETERMINED, id="general unread"),
    ],
)
def test_mq_broker_logged(fields, outcome):
    settled = {"engine": "ACTIVEMQ", "general": True, "audit": True}
    assert mq_broker_logged(Broker(**NAMED, **settled | fields)).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="all three"),
        pytest.param({"results": "managed"}, Outcome.PASSED, id="kept by Athena"),
        pytest.param({"enforced": False}, Outcome.FAILED, id="not enforced"),
        pytest.param({"metrics": False}, Outcome.FAILED, id="no metrics"),
        pytest.param({"results": "plain"}, Outcome.FAILED, id="plain results"),
        pytest.param({"metrics": DENIED, "results": "plain"}, Outcome.FAILED, id="settled"),
        pytest.param({"enforced": DENIED}, Outcome.UNDETERMINED, id="unread"),
        pytest.param(
            {"state": "DISABLED", "enforced": False}, Outcome.NOT_APPLICABLE, id="turned off"
        ),
        pytest.param({"state": DENIED, "enforced": False}, Outcome.UNDETERMINED, id="on or off"),
        pytest.param({"used": False, "metrics": False}, Outcome.NOT_APPLICABLE, id="unused"),
        pytest.param({"used": DENIED, "metrics": False}, Outcome.UNDETERMINED, id="used or not"),
    ],
)
def test_athena_workgroup_settings_enforced(fields, outcome):
    settled = {
        "state": "ENABLED",
        "enforced": True,
        "metrics": True,
        "results": "encrypted",
        "used": True,
    }
    workgroup = Workgroup(**NAMED, **settled | fields)
    assert athena_workgroup_settings_enforced(workgroup).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="logged"),
        pytest.param({"destinations": ()}, Outcome.FAILED, id="not logged"),
        pytest.param({"text": False}, Outcome.FAILED, id="without text"),
        pytest.param({"invoked": False, "destinations": ()}, Outcome.NOT_APPLICABLE, id="idle"),
        pytest.param({"invoked": DENIED}, Outcome.PASSED, id="logged, used or not"),
        pytest.param({"invoked": DENIED, "destinations": ()}, Outcome.UNDETERMINED, id="used?"),
        pytest.param({"destinations": DENIED}, Outcome.UNDETERMINED, id="log unread"),
        pytest.param({"text": DENIED}, Outcome.UNDETERMINED, id="text unread"),
    ],
)
def test_bedrock_invocations_logged(fields, outcome):
    settled = {"invoked": True, "destinations": ("bucket",), "text": True}
    assert bedrock_invocations_logged(ModelUse(**NAMED, **settled | fields)).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="published"),
        pytest.param({"audited": False}, Outcome.FAILED, id="not published"),
        pytest.param({"fine_grained": False}, Outcome.FAILED, id="nothing to publish"),
        pytest.param({"fine_grained": DENIED}, Outcome.UNDETERMINED, id="who asks?"),
        pytest.param({"audited": DENIED}, Outcome.UNDETERMINED, id="unread"),
        pytest.param({"audited": DENIED, "fine_grained": False}, Outcome.FAILED, id="settled"),
    ],
)
def test_opensearch_audit_logged(fields, outcome):
    assert opensearch_audit_logged(domain(**fields)).outcome is outcome
