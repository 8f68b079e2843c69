"""Are search domains encrypted, on the way and at rest?"""

import pytest

from checks.confidentiality.search import opensearch_encrypted
from checks.contract import Outcome
from tests.checks.access.test_search import domain
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="all of it"),
        pytest.param({"https_only": False}, Outcome.FAILED, id="plain HTTP"),
        pytest.param({"between_nodes": False}, Outcome.FAILED, id="plain between nodes"),
        pytest.param({"at_rest": False}, Outcome.FAILED, id="plain at rest"),
        pytest.param(
            {"tls_policy": "Policy-Min-TLS-1-0-2019-07"}, Outcome.FAILED, id="old versions"
        ),
        pytest.param({"tls_policy": "Policy-Min-TLS-1-2-PFS-2023-10"}, Outcome.PASSED, id="newer"),
        pytest.param({"tls_policy": DENIED}, Outcome.UNDETERMINED, id="policy unread"),
        pytest.param({"at_rest": DENIED}, Outcome.UNDETERMINED, id="rest unread"),
        pytest.param({"at_rest": DENIED, "https_only": False}, Outcome.FAILED, id="settled"),
    ],
)
def test_opensearch_encrypted(fields, outcome):
    assert opensearch_encrypted(domain(**fields)).outcome is outcome
