"""Machines, images, snapshots, subnets and templates are read with what opens them."""

import json

import pytest

from collectors.aws.ec2_instances import (
    ec2_address_givers,
    ec2_instances,
    ec2_shared_storage,
    ec2_sharing_blocks,
)
from collectors.evidence.aws.ec2_instances import Shared
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

OTHER = "210987654321"
REFUSED = Denied("UnauthorizedOperation")


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


def refused(call):
    return Unread(why=f"{call}: UnauthorizedOperation")


def started(ec2, **options):
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **options)
    return made["Instances"][0]["InstanceId"]


def found(snapshot, name):
    (record,) = (record for record in snapshot.records if record.id.endswith(name))
    return record


def test_machines_are_read_with_their_metadata_service(aws, ec2):
    name = started(ec2, MetadataOptions={"HttpTokens": "required"})
    gone = started(ec2)
    ec2.terminate_instances(InstanceIds=[gone])
    snapshot, transcript = aws.snapshot(ec2_instances)

    (record,) = snapshot.records
    assert record.id == f"arn:aws:ec2:eu-west-1:123456789012:instance/{name}"
    assert (record.state, record.tokens, record.endpoint) == ("running", "required", "enabled")
    assert aws.again(ec2_instances, transcript) == snapshot


def test_public_addresses_of_every_interface_are_read(aws):
    interfaces = [
        {"Association": {"PublicIp": "203.0.113.7"}, "Ipv6Addresses": []},
        {
            "PrivateIpAddresses": [{"Association": {"PublicIp": "203.0.113.8"}}, {}],
            "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}],
        },
    ]
    machine = {"InstanceId": "i-1", "NetworkInterfaces": interfaces}
    answer = {"Reservations": [{"Instances": [machine]}]}
    snapshot, _ = aws.snapshot(ec2_instances, said("ec2:DescribeInstances", answer))

    (record,) = snapshot.records
    assert record.addresses == ("2001:db8::1", "203.0.113.7", "203.0.113.8")
    assert record.tokens == Unread(why="ec2:DescribeInstances: the answer has no MetadataOptions")


def test_the_blocks_of_a_region_are_read(aws):
    faults = said("ec2:GetSnapshotBlockPublicAccessState", {"State": "block-all-sharing"})
    faults |= said(
        "ec2:GetImageBlockPublicAccessState", {"ImageBlockPublicAccessState": "unblocked"}
    )
    snapshot, _ = aws.snapshot(ec2_sharing_blocks, faults)

    (record,) = snapshot.records
    assert (record.snapshots, record.images) == ("block-all-sharing", "unblocked")


def test_denied_blocks_are_unread(aws):
    calls = ("ec2:GetSnapshotBlockPublicAccessState", "ec2:GetImageBlockPublicAccessState")
    snapshot, _ = aws.snapshot(ec2_sharing_blocks, dict.fromkeys(calls, REFUSED))

    (record,) = snapshot.records
    assert (record.snapshots, record.images) == tuple(map(refused, calls))


def test_own_images_and_snapshots_are_read_with_whom_they_are_shared(aws, ec2):
    image = ec2.create_image(InstanceId=started(ec2), Name="golden")["ImageId"]
    ec2.modify_image_attribute(
        ImageId=image, LaunchPermission={"Add": [{"UserId": OTHER}]}, Attribute="launchPermission"
    )
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    public = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=public,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    snapshot, transcript = aws.snapshot(ec2_shared_storage)

    assert found(snapshot, image).shared == Shared(everybody=False, accounts=frozenset({OTHER}))
    assert found(snapshot, public).shared == Shared(everybody=True, accounts=frozenset())
    assert {record.form for record in snapshot.records} == {"image", "snapshot"}
    assert aws.again(ec2_shared_storage, transcript) == snapshot


@pytest.mark.parametrize("call", ["ec2:DescribeImageAttribute", "ec2:DescribeSnapshotAttribute"])
def test_denied_shares_are_unread(aws, ec2, call):
    ec2.create_image(InstanceId=started(ec2), Name="golden")
    snapshot, _ = aws.snapshot(ec2_shared_storage, {call: REFUSED})

    assert refused(call) in [record.shared for record in snapshot.records]


def test_subnets_are_read_with_what_they_give_and_whether_anything_is_in_them(aws, ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    used, plain = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"]
        for n in (1, 2)
    )
    ec2.modify_subnet_attribute(SubnetId=used, MapPublicIpOnLaunch={"Value": True})
    ec2.create_network_interface(SubnetId=used)
    snapshot, transcript = aws.snapshot(ec2_address_givers)

    record = found(snapshot, used)
    assert (record.gives, record.is_default, record.in_use) == (("IPv4",), False, True)
    assert (found(snapshot, plain).gives, found(snapshot, plain).in_use) == ((), False)
    assert any(record.is_default for record in snapshot.records)
    assert aws.again(ec2_address_givers, transcript) == snapshot


def test_templates_are_read_by_default_and_latest_version(aws, ec2):
    name = ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "UserData": "Y2FuYXJ5",
            "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    snapshot, transcript = aws.snapshot(ec2_address_givers)

    assert found(snapshot, name).gives == ("IPv4",)
    assert "Y2FuYXJ5" not in json.dumps([e.response for e in transcript.exchanges])

    data = {"LaunchTemplateData": {"NetworkInterfaces": [{"Ipv6AddressCount": 1}]}}
    faults = said("ec2:DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": [data]})
    snapshot, _ = aws.snapshot(ec2_address_givers, faults)
    assert found(snapshot, name).gives == ("IPv6",)


def test_denied_details_of_addresses_are_unread(aws, ec2):
    name = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    calls = ("ec2:DescribeLaunchTemplateVersions", "ec2:DescribeNetworkInterfaces")
    snapshot, _ = aws.snapshot(ec2_address_givers, dict.fromkeys(calls, REFUSED))

    assert found(snapshot, name).gives == refused(calls[0])
    assert refused(calls[1]) in [record.in_use for record in snapshot.records]
