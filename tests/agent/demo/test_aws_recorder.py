"""The demo's recorder counts what moto holds, region by region."""

import pytest

from agent.demo.aws_estate import HOME, SECOND
from agent.demo.local_aws import LocalAws

VOLUME = "AWS::EC2::Volume"


@pytest.fixture(scope="module")
def aws():
    with LocalAws() as aws:
        aws.client("ec2", HOME).create_volume(AvailabilityZone=f"{HOME}a", Size=1)
        yield aws


def counted(aws, region, **asked):
    answer = aws.client("config", region).get_discovered_resource_counts(**asked)
    counts = {one["resourceType"]: one["count"] for one in answer["resourceCounts"]}
    assert answer["totalDiscoveredResources"] == sum(counts.values())
    return counts


def test_what_lies_in_a_region_is_counted_there_alone(aws):
    assert counted(aws, HOME)[VOLUME] == 1
    assert VOLUME not in counted(aws, SECOND)


def test_only_the_types_that_are_asked_for_are_counted(aws):
    assert counted(aws, HOME, resourceTypes=[VOLUME]) == {VOLUME: 1}


def test_what_moto_knows_of_the_recorder_is_left_to_it(aws):
    config = aws.client("config", HOME)
    assert config.describe_configuration_recorders()["ConfigurationRecorders"] == []
