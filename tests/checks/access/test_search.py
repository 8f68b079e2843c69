"""Who can reach search domains."""

import pytest

from checks.access.search import opensearch_domain_not_public
from checks.contract import Outcome
from collectors.evidence.aws.iam import Condition
from collectors.evidence.aws.opensearch import SearchDomain
from collectors.evidence.aws.policy import ResourceStatement
from tests.evidence import DENIED


def domain(**fields):
    settled = {
        "in_vpc": False,
        "statements": None,
        "fine_grained": True,
        "audited": True,
        "https_only": True,
        "tls_policy": "Policy-Min-TLS-1-2-2019-07",
        "between_nodes": True,
        "at_rest": True,
    }
    return SearchDomain(
        id="arn:aws:es:eu-west-1:123456789012:domain/papers",
        name="papers",
        account_id="123456789012",
        **settled | fields,
    )


def statement(*conditions, principals=("*",)):
    return ResourceStatement(
        effect="Allow",
        principals=frozenset(principals),
        not_principals=None,
        actions=("es:*",),
        not_actions=None,
        resources=("*",),
        not_resources=None,
        conditions=conditions,
    )


def from_addresses(*ranges):
    return Condition(operator="IpAddress", key="aws:SourceIp", values=ranges)


OPEN = (statement(),)
OFFICE = (statement(from_addresses("192.0.2.0/24")),)
ANYWHERE = (statement(from_addresses("0.0.0.0/0")),)
OWN = (statement(principals=("AWS:arn:aws:iam::123456789012:root",)),)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({"statements": OPEN}, Outcome.FAILED, id="open"),
        pytest.param({"statements": ANYWHERE}, Outcome.FAILED, id="open to all addresses"),
        pytest.param({"statements": OFFICE}, Outcome.PASSED, id="own addresses"),
        pytest.param({"statements": OWN}, Outcome.PASSED, id="own account"),
        pytest.param({"statements": None}, Outcome.PASSED, id="no policy"),
        pytest.param({"statements": OPEN, "in_vpc": True}, Outcome.PASSED, id="in a network"),
        pytest.param({"statements": OPEN, "in_vpc": DENIED}, Outcome.UNDETERMINED, id="where?"),
        pytest.param({"statements": OWN, "in_vpc": DENIED}, Outcome.PASSED, id="closed anyway"),
        pytest.param({"statements": DENIED}, Outcome.UNDETERMINED, id="policy unread"),
        pytest.param({"statements": DENIED, "in_vpc": True}, Outcome.PASSED, id="settled"),
    ],
)
def test_opensearch_domain_not_public(fields, outcome):
    assert opensearch_domain_not_public(domain(**fields)).outcome is outcome
