"""Machines that Systems Manager looks after: whether it hears of them, and their patches."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, moment, told, whole
from collectors.aws.batches import batches
from collectors.aws.ec2_instances import INSTANCES, tags
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.fleet import PatchedMachine, Patches, WatchedInstance
from collectors.evidence.record import Instant, Unread

AGENTS = ApiCall(
    "ssm",
    "DescribeInstanceInformation",
    "ssm:DescribeInstanceInformation",
    redact=("InstanceInformationList.IPAddress", "InstanceInformationList.ComputerName"),
).without(
    "InstanceInformationList.LastAssociationExecutionDate",
    "InstanceInformationList.LastSuccessfulAssociationExecutionDate",
)
PATCH_STATES = ApiCall(
    "ssm",
    "DescribeInstancePatchStates",
    "ssm:DescribeInstancePatchStates",
    redact=("InstancePatchStates.OwnerInformation",),
)
RUNNING = "running"
NODE = ("kubernetes.io/cluster/", "eks:cluster-name", "eks:nodegroup-name")
"""How the tags of a node of a cluster begin."""
MOST_AT_ONCE = 50
COUNTS = {
    "missing": "MissingCount",
    "failed": "FailedCount",
    "waiting": "InstalledPendingRebootCount",
}


@collector(id="aws.ssm.instances", calls=(INSTANCES, AGENTS))
def watched_instances(region: Region) -> Iterator[WatchedInstance]:
    """Every machine that runs, and when its agent was last heard of."""
    agents = _agents(region)
    for reservation in region.each(INSTANCES, "Reservations"):
        for machine in reservation["Instances"]:
            state = told(INSTANCES, told(INSTANCES, machine, "State", dict), "Name", str)
            if isinstance(state, str) and state != RUNNING:
                continue
            name = machine["InstanceId"]
            yield WatchedInstance(
                id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:instance/{name}",
                name=tags(machine).get("Name", name),
                state=state,
                is_node=any(key.startswith(NODE) for key in tags(machine)),
                heard_at=_heard_at(agents, name),
            )


@collector(id="aws.ssm.patches", calls=(AGENTS, PATCH_STATES))
def patched_machines(region: Region) -> Iterator[PatchedMachine]:
    """Every machine that Systems Manager looks after, EC2's and others, with its patches."""
    for listed in batches(region.each(AGENTS, "InstanceInformationList"), MOST_AT_ONCE):
        names = [one["InstanceId"] for one in listed]
        states = region.listed(PATCH_STATES, "InstancePatchStates", InstanceIds=names)
        known = {} if isinstance(states, Unread) else {one["InstanceId"]: one for one in states}
        for name in names:
            yield PatchedMachine(
                id=_arn(region, name),
                name=name,
                patches=states
                if isinstance(states, Unread)
                else _patches(known[name])
                if name in known
                else None,
            )


def _arn(region: Region, name: str) -> str:
    here = f"{region.region}:{region.id}"
    if name.startswith("mi-"):
        return f"arn:{region.partition}:ssm:{here}:managed-instance/{name}"
    return f"arn:{region.partition}:ec2:{here}:instance/{name}"


def _agents(region: Region) -> Mapping[str, Response] | Unread:
    listed = region.listed(AGENTS, "InstanceInformationList")
    return listed if isinstance(listed, Unread) else {one["InstanceId"]: one for one in listed}


def _heard_at(agents: Mapping[str, Response] | Unread, name: str) -> Instant | Unread | None:
    if isinstance(agents, Unread):
        return agents
    return moment(AGENTS, agents[name], "LastPingDateTime") if name in agents else None


def _patches(state: Response) -> Patches | Unread:
    counts = whole(told(PATCH_STATES, state, field, int) for field in COUNTS.values())
    looked_at = moment(PATCH_STATES, state, "OperationEndTime")
    if isinstance(counts, Unread):
        return counts
    if isinstance(looked_at, Unread):
        return looked_at
    missing, failed, waiting = counts
    return Patches(missing=missing, failed=failed, waiting=waiting, looked_at=looked_at)
