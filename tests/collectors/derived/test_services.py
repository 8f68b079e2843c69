"""A service that nobody asks is held against the narrowest line that is about it."""

from datetime import date

import pytest

from collectors.derived.services import reviewed_services
from collectors.evidence.places import DeclaredPlace, ServiceInUse

SERVICE = ServiceInUse(
    id="arn:aws:account::123456789012:region/eu-west-1/sagemaker",
    name="123456789012/eu-west-1/sagemaker",
    called=("123456789012/eu-west-1/sagemaker", "123456789012/sagemaker", "sagemaker"),
)


def line(called, what="service"):
    return DeclaredPlace(
        id=f"{what}/{called}",
        name=called,
        what=what,
        called=called,
        in_scope=False,
        reason="a trial without data",
        since=date(2026, 1, 1),
    )


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param([line("SageMaker")], "SageMaker", id="the service everywhere"),
        pytest.param(
            [line("sagemaker"), line("123456789012/sagemaker")],
            "123456789012/sagemaker",
            id="in this account first",
        ),
        pytest.param(
            [line("123456789012/sagemaker"), line("123456789012/eu-west-1/sagemaker")],
            "123456789012/eu-west-1/sagemaker",
            id="in this region of it before that",
        ),
        pytest.param([line("210987654321/sagemaker")], None, id="in another account"),
        pytest.param([line("sagemaker", what="region")], None, id="a line about something else"),
    ],
)
def test_the_narrowest_line_counts(lines, found):
    (reviewed,) = reviewed_services.join((SERVICE,), lines)

    assert (reviewed.id, reviewed.name) == (SERVICE.id, SERVICE.name)
    assert (reviewed.declared.called if reviewed.declared else None) == found
