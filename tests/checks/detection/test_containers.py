"""Containers: are images scanned, and is what administrators do written down?"""

import pytest

from checks.contract import Outcome
from checks.detection.containers import ecr_image_scanned, eks_control_plane_logged
from tests.checks.access.test_clusters import cluster
from tests.checks.change.test_images import repository
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("own", "rules", "outcome"),
    [
        pytest.param(True, (), Outcome.PASSED, id="on push"),
        pytest.param(False, ("*",), Outcome.PASSED, id="by the registry"),
        pytest.param(False, ("shop/*",), Outcome.PASSED, id="by a pattern"),
        pytest.param(False, ("shop",), Outcome.FAILED, id="by another name"),
        pytest.param(False, (), Outcome.FAILED, id="not at all"),
        pytest.param(True, DENIED, Outcome.PASSED, id="on push, rules unread"),
        pytest.param(False, DENIED, Outcome.UNDETERMINED, id="rules unread"),
        pytest.param(DENIED, (), Outcome.UNDETERMINED, id="own setting unread"),
        pytest.param(DENIED, ("*",), Outcome.PASSED, id="by the registry, own setting unread"),
    ],
)
def test_ecr_image_scanned(own, rules, outcome):
    subject = repository(scans_on_push=own, registry_rules=rules)
    assert ecr_image_scanned(subject).outcome is outcome


@pytest.mark.parametrize(
    ("logged", "outcome"),
    [
        pytest.param(frozenset({"api", "audit", "authenticator"}), Outcome.PASSED, id="all"),
        pytest.param(frozenset({"api", "audit"}), Outcome.FAILED, id="one missing"),
        pytest.param(frozenset(), Outcome.FAILED, id="none"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_eks_control_plane_logged(logged, outcome):
    assert eks_control_plane_logged(cluster(logged=logged)).outcome is outcome
