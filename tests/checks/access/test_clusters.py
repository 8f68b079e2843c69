"""Who can reach the control plane of Kubernetes clusters."""

import pytest

from checks.access.clusters import eks_endpoint_restricted
from checks.contract import Outcome
from collectors.evidence.aws.containers import KubernetesCluster
from tests.evidence import DENIED


def cluster(**fields):
    settled = {"logged": frozenset(), "public": True, "admitted": ("0.0.0.0/0",)}
    return KubernetesCluster(
        id="arn:aws:eks:eu-west-1:123456789012:cluster/shop", name="shop", **settled | fields
    )


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({"public": False}, Outcome.PASSED, id="private"),
        pytest.param(
            {"public": False, "admitted": DENIED}, Outcome.PASSED, id="private settles it"
        ),
        pytest.param({"admitted": ("192.0.2.0/24",)}, Outcome.PASSED, id="listed addresses"),
        pytest.param({}, Outcome.FAILED, id="everybody"),
        pytest.param({"admitted": ("192.0.2.0/24", "::/0")}, Outcome.FAILED, id="by IPv6"),
        pytest.param({"admitted": DENIED}, Outcome.UNDETERMINED, id="ranges unread"),
        pytest.param({"public": DENIED}, Outcome.UNDETERMINED, id="public or not"),
    ],
)
def test_eks_endpoint_restricted(fields, outcome):
    assert eks_endpoint_restricted(cluster(**fields)).outcome is outcome
