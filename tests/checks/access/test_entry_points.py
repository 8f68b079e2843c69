"""Is there somebody at the doors that answer the internet?"""

import pytest

from checks.access.entry_points import waf_entry_point_covered
from checks.contract import Outcome
from collectors.evidence.aws.entry_points import EntryPoint
from tests.evidence import DENIED

NO_ACL = {"acl": None, "blocks": None}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="turned away"),
        pytest.param({"blocks": False}, Outcome.FAILED, id="only counted"),
        pytest.param({"blocks": DENIED}, Outcome.UNDETERMINED, id="rules unread"),
        pytest.param({"acl": DENIED}, Outcome.UNDETERMINED, id="list unread"),
        pytest.param(NO_ACL, Outcome.FAILED, id="nobody there"),
        pytest.param(NO_ACL | {"behind": "arn:aws:x"}, Outcome.PASSED, id="somebody before"),
        pytest.param(NO_ACL | {"behind": DENIED}, Outcome.UNDETERMINED, id="somebody before?"),
        pytest.param(NO_ACL | {"enabled": False}, Outcome.NOT_APPLICABLE, id="off"),
        pytest.param(NO_ACL | {"enabled": DENIED}, Outcome.UNDETERMINED, id="on or off"),
        pytest.param({"blocks": False, "enabled": DENIED}, Outcome.UNDETERMINED, id="counted?"),
    ],
)
def test_waf_entry_point_covered(fields, outcome):
    settled = {"enabled": True, "acl": "arn:aws:wafv2:x", "blocks": True, "behind": None}
    entry = EntryPoint(id="arn:aws:x", name="web", form="load balancer", **settled | fields)
    assert waf_entry_point_covered(entry).outcome is outcome
