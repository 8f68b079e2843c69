"""The regions in which something may run: listed whole, or an omission."""

from collectors.aws.regions import regions
from collectors.evidence.record import Omission
from tests.faults import Denied

HOME = "eu-west-1"


def test_every_enabled_region_is_a_place_and_only_the_chosen_ones_are_read(aws):
    snapshot, transcript = aws.snapshot(regions)

    assert [place.name for place in snapshot.records if place.is_read] == [f"123456789012/{HOME}"]
    assert "ap-east-1" not in {place.called[1] for place in snapshot.records}, "not opted in"
    assert aws.again(regions, transcript) == snapshot


def test_a_list_that_is_refused_is_an_omission(aws):
    snapshot, _ = aws.snapshot(regions, {"ec2:DescribeRegions": Denied("UnauthorizedOperation")})

    why = "ec2:DescribeRegions: UnauthorizedOperation"
    assert snapshot.omissions == (Omission(where="aws:123456789012", why=why),)
