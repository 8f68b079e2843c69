"""The regions of an account: listed whole, the opted-out ones too, or an omission."""

import pytest

from collectors.aws.regions import enabled, regions
from collectors.evidence.record import Omission
from tests.collectors.aws.shaped import said
from tests.faults import Denied

HOME = "eu-west-1"


def test_every_region_is_a_place_and_only_the_chosen_ones_are_read(aws):
    snapshot, transcript = aws.snapshot(regions)

    assert [place.name for place in snapshot.records if place.is_read] == [f"123456789012/{HOME}"]
    (asked,) = transcript.exchanges
    assert asked.arguments == {"AllRegions": True}, "else AWS leaves the opted-out ones out"
    assert aws.again(regions, transcript) == snapshot


@pytest.mark.parametrize(
    ("status", "closed"),
    [("opt-in-not-required", None), ("opted-in", None), ("not-opted-in", "not-opted-in")],
)
def test_a_region_nobody_opted_in_to_is_known_and_closed(aws, status, closed):
    one = {"RegionName": HOME, "OptInStatus": status}
    (place,) = aws.snapshot(regions, said("ec2:DescribeRegions", {"Regions": [one]}))[0].records

    assert (place.closed, place.is_read) == (closed, closed is None)
    assert [*enabled([one])] == ([] if closed else [HOME])


def test_a_list_that_is_refused_is_an_omission(aws):
    snapshot, _ = aws.snapshot(regions, {"ec2:DescribeRegions": Denied("UnauthorizedOperation")})

    why = "ec2:DescribeRegions: UnauthorizedOperation"
    assert snapshot.omissions == (Omission(where="aws:123456789012", why=why),)
