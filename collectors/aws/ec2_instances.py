"""Machines, what they are made from, and the addresses they get."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.ec2_volumes import SNAPSHOTS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.ec2_instances import (
    AddressGiver,
    Instance,
    Shared,
    SharedStorage,
    SharingBlocks,
)
from collectors.evidence.record import Unread

INSTANCES = ApiCall("ec2", "DescribeInstances", "ec2:DescribeInstances")
INTERFACES = ApiCall(
    "ec2",
    "DescribeNetworkInterfaces",
    "ec2:DescribeNetworkInterfaces",
    redact=("NetworkInterfaces.Description",),
)
SUBNETS = ApiCall("ec2", "DescribeSubnets", "ec2:DescribeSubnets")
TEMPLATES = ApiCall("ec2", "DescribeLaunchTemplates", "ec2:DescribeLaunchTemplates")
TEMPLATE_VERSIONS = ApiCall(
    "ec2",
    "DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplateVersions",
    redact=("LaunchTemplateVersions.VersionDescription",),
    recognise=("LaunchTemplateVersions.LaunchTemplateData.UserData",),
)
SNAPSHOT_BLOCK = ApiCall(
    "ec2", "GetSnapshotBlockPublicAccessState", "ec2:GetSnapshotBlockPublicAccessState"
)
IMAGE_BLOCK = ApiCall("ec2", "GetImageBlockPublicAccessState", "ec2:GetImageBlockPublicAccessState")
IMAGES = ApiCall("ec2", "DescribeImages", "ec2:DescribeImages", redact=("Images.Description",))
IMAGE_SHARES = ApiCall("ec2", "DescribeImageAttribute", "ec2:DescribeImageAttribute")
SNAPSHOT_SHARES = ApiCall("ec2", "DescribeSnapshotAttribute", "ec2:DescribeSnapshotAttribute")

TERMINATED = "terminated"
OWN = ["self"]
EVERYBODY = "all"
DEFAULT_AND_LATEST = ["$Default", "$Latest"]


@collector(id="aws.ec2.instances", calls=(INSTANCES,))
def ec2_instances(region: Region) -> Iterator[Instance]:
    """Every machine of the region, with its metadata service and its public addresses.

    Terminated machines are left out: EC2 lists them for an hour more.
    """
    for reservation in region.each(INSTANCES, "Reservations"):
        for machine in reservation["Instances"]:
            state = told(INSTANCES, told(INSTANCES, machine, "State", dict), "Name", str)
            if state != TERMINATED:
                yield _instance(region, machine, state)


@collector(id="aws.ec2.sharing-blocks", calls=(SNAPSHOT_BLOCK, IMAGE_BLOCK))
def ec2_sharing_blocks(region: Region) -> Iterator[SharingBlocks]:
    """Whether this region lets anybody make a snapshot or an image public."""
    yield SharingBlocks(
        id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:public-sharing",
        name=f"{region.id}/{region.region}",
        snapshots=told(SNAPSHOT_BLOCK, region.detail(SNAPSHOT_BLOCK), "State", str),
        images=told(IMAGE_BLOCK, region.detail(IMAGE_BLOCK), "ImageBlockPublicAccessState", str),
    )


@collector(id="aws.ec2.shared-storage", calls=(IMAGES, IMAGE_SHARES, SNAPSHOTS, SNAPSHOT_SHARES))
def ec2_shared_storage(region: Region) -> Iterator[SharedStorage]:
    """Every own image and snapshot, with whom it is shared."""

    def image(listed: Response) -> SharedStorage:
        answer = region.detail(
            IMAGE_SHARES, ImageId=listed["ImageId"], Attribute="launchPermission"
        )
        return SharedStorage(
            id=f"arn:{region.partition}:ec2:{region.region}::image/{listed['ImageId']}",
            name=str(listed.get("Name") or listed["ImageId"]),
            form="image",
            shared=_shared(told(IMAGE_SHARES, answer, "LaunchPermissions", list)),
        )

    def snapshot(listed: Response) -> SharedStorage:
        name = listed["SnapshotId"]
        answer = region.detail(SNAPSHOT_SHARES, SnapshotId=name, Attribute="createVolumePermission")
        return SharedStorage(
            id=f"arn:{region.partition}:ec2:{region.region}::snapshot/{name}",
            name=tags(listed).get("Name", name),
            form="snapshot",
            shared=_shared(told(SNAPSHOT_SHARES, answer, "CreateVolumePermissions", list)),
        )

    yield from region.in_turn(
        region.concurrently(image, region.each(IMAGES, "Images", Owners=OWN)),
        region.concurrently(snapshot, region.each(SNAPSHOTS, "Snapshots", OwnerIds=OWN)),
    )


@collector(id="aws.ec2.address-givers", calls=(SUBNETS, INTERFACES, TEMPLATES, TEMPLATE_VERSIONS))
def ec2_address_givers(region: Region) -> Iterator[AddressGiver]:
    """Every subnet and every launch template, with the addresses it gives unasked.

    Of a template, the default and the latest version count: those are what is started.
    """
    used = _subnets_in_use(region)

    def subnet(answer: Response) -> AddressGiver:
        return AddressGiver(
            id=answer["SubnetArn"],
            name=tags(answer).get("Name", answer["SubnetId"]),
            form="subnet",
            gives=_subnet_gives(answer),
            is_default=told(SUBNETS, answer, "DefaultForAz", bool),
            in_use=used if isinstance(used, Unread) else answer["SubnetId"] in used,
        )

    def template(answer: Response) -> AddressGiver:
        name = answer["LaunchTemplateId"]
        versions = region.listed(
            TEMPLATE_VERSIONS,
            "LaunchTemplateVersions",
            LaunchTemplateId=name,
            Versions=DEFAULT_AND_LATEST,
        )
        place = f"arn:{region.partition}:ec2:{region.region}:{region.id}"
        return AddressGiver(
            id=f"{place}:launch-template/{name}",
            name=answer.get("LaunchTemplateName") or name,
            form="launch template",
            gives=_template_gives(versions),
            is_default=False,
            in_use=True,
        )

    yield from region.in_turn(
        map(subnet, region.each(SUBNETS, "Subnets")),
        region.concurrently(template, region.each(TEMPLATES, "LaunchTemplates")),
    )


def tags(answer: Response) -> Mapping[str, str]:
    """The tags; EC2 leaves the field out of what was never tagged."""
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags") or ()}


def _instance(region: Region, machine: Response, state: str | Unread) -> Instance:
    name = machine["InstanceId"]
    options = told(INSTANCES, machine, "MetadataOptions", dict)
    tagged = tags(machine)
    return Instance(
        id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:instance/{name}",
        name=tagged.get("Name", name),
        account_id=region.id,
        state=state,
        tags=tagged,
        tokens=told(INSTANCES, options, "HttpTokens", str),
        endpoint=told(INSTANCES, options, "HttpEndpoint", str),
        addresses=_public(told(INSTANCES, machine, "NetworkInterfaces", list)),
    )


def _public(interfaces: list[Response] | Unread) -> tuple[str, ...] | Unread:
    """Public IPv4 addresses, and every IPv6 address: EC2 has none that are private."""
    if isinstance(interfaces, Unread):
        return interfaces
    found: set[str] = set()
    for interface in interfaces:
        associations = (
            interface.get("Association") or {},
            *(a.get("Association") or {} for a in interface.get("PrivateIpAddresses") or ()),
        )
        found |= {a["PublicIp"] for a in associations if a.get("PublicIp")}
        found |= {a["Ipv6Address"] for a in interface.get("Ipv6Addresses") or ()}
    return tuple(sorted(found))


def _shared(permissions: list[Response] | Unread) -> Shared | Unread:
    if isinstance(permissions, Unread):
        return permissions
    named = ("UserId", "OrganizationArn", "OrganizationalUnitArn")
    return Shared(
        everybody=any(permission.get("Group") == EVERYBODY for permission in permissions),
        accounts=frozenset(p[name] for p in permissions for name in named if p.get(name)),
    )


def _subnets_in_use(region: Region) -> frozenset[str] | Unread:
    interfaces = region.listed(INTERFACES, "NetworkInterfaces")
    if isinstance(interfaces, Unread):
        return interfaces
    return frozenset(i["SubnetId"] for i in interfaces if i.get("SubnetId"))


def _subnet_gives(answer: Response) -> tuple[str, ...] | Unread:
    fields = {"IPv4": "MapPublicIpOnLaunch", "IPv6": "AssignIpv6AddressOnCreation"}
    switches = whole(told(SUBNETS, answer, field, bool) for field in fields.values())
    if isinstance(switches, Unread):
        return switches
    return tuple(kind for kind, on in zip(fields, switches, strict=True) if on)


def _template_gives(versions: tuple[Any, ...] | Unread) -> tuple[str, ...] | Unread:
    if isinstance(versions, Unread):
        return versions
    contents = whole(told(TEMPLATE_VERSIONS, v, "LaunchTemplateData", dict) for v in versions)
    if isinstance(contents, Unread):
        return contents
    interfaces = [i for content in contents for i in content.get("NetworkInterfaces") or ()]
    ipv4 = any(interface.get("AssociatePublicIpAddress") for interface in interfaces)
    ipv6 = any(i.get("Ipv6AddressCount") or i.get("Ipv6Addresses") for i in interfaces)
    return tuple(kind for kind, given in (("IPv4", ipv4), ("IPv6", ipv6)) if given)
