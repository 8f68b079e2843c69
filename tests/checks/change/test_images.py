"""Images of containers: is what runs what was built?"""

import pytest

from checks.change.images import ecr_tags_immutable
from checks.contract import Outcome
from collectors.evidence.aws.containers import ImageRepository
from tests.evidence import DENIED


def repository(**fields):
    settled = {
        "mutability": "IMMUTABLE",
        "excluded": (),
        "scans_on_push": False,
        "registry_rules": (),
    }
    return ImageRepository(
        id="arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
        name="shop/api",
        **settled | fields,
    )


@pytest.mark.parametrize(
    ("mutability", "excluded", "approved", "outcome"),
    [
        pytest.param("IMMUTABLE", (), (), Outcome.PASSED, id="immutable"),
        pytest.param("MUTABLE", (), (), Outcome.FAILED, id="mutable"),
        pytest.param("MUTABLE_WITH_EXCLUSION", ("v*",), (), Outcome.FAILED, id="but for some"),
        pytest.param("IMMUTABLE_WITH_EXCLUSION", ("latest",), (), Outcome.FAILED, id="some"),
        pytest.param(
            "IMMUTABLE_WITH_EXCLUSION", ("latest",), ("latest",), Outcome.PASSED, id="approved"
        ),
        pytest.param(DENIED, (), (), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ecr_tags_immutable(mutability, excluded, approved, outcome):
    subject = repository(mutability=mutability, excluded=excluded)
    assert ecr_tags_immutable(subject, approved_exclusions=approved).outcome is outcome
