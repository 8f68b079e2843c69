"""A place is held against the narrowest line that is about it."""

from datetime import date

import pytest

from collectors.derived.scope import reviewed_places
from collectors.evidence.places import DeclaredPlace, Place


def line(what, called):
    return DeclaredPlace(
        id=f"{what}/{called}",
        name=called,
        what=what,
        called=called,
        in_scope=False,
        reason="empty",
        since=date(2026, 1, 1),
    )


REGION = Place(
    id="arn:aws:account::123456789012:region/eu-west-1",
    name="123456789012/eu-west-1",
    what="region",
    called=("123456789012/eu-west-1", "eu-west-1"),
    is_read=False,
)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param([line("region", "EU-West-1")], "EU-West-1", id="the region everywhere"),
        pytest.param(
            [line("region", "eu-west-1"), line("region", "123456789012/eu-west-1")],
            "123456789012/eu-west-1",
            id="the region of this account first",
        ),
        pytest.param([line("account", "eu-west-1")], None, id="a line about something else"),
        pytest.param([line("region", "eu-west-2")], None, id="another region"),
    ],
)
def test_the_narrowest_line_counts(lines, found):
    (reviewed,) = reviewed_places.join((REGION,), lines)

    assert (reviewed.declared.called if reviewed.declared else None) == found
