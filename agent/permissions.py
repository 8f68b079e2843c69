"""What each source has to allow: the least that every declared call needs, and why."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from agent.connections import aws, gcp
from agent.permissions_github import github_page, optional_page
from collectors.aws.regions import REGIONS
from collectors.contract import ApiCall, Collector

Collectors = Sequence[Collector[Any, Any]]

OF_CONNECTIONS: Mapping[str, tuple[ApiCall, ...]] = {
    "aws": (aws.WHO_ARE_WE, REGIONS),
    "gcp": gcp.CALLS,
    "github": (),
}
"""What a connection asks before any collector does; GitHub's asks what needs no permission."""

BETWEEN_PERMISSIONS = ", "

GCP_ROLE = """\
# Generated from the calls that the collectors declare, by `make generated`.
# For an organization: gcloud iam roles create gapwatch --organization=ID --file=THIS_FILE
# For a single project: --project=ID instead. A project's role cannot hold the permissions of
# resourcemanager.folders and resourcemanager.organizations, nor resourcemanager.projects.list:
# take their lines out. They are needed only where an organization is configured.
title: gapwatch
description: Reads configuration, and changes nothing.
stage: GA
includedPermissions:
"""
GCP_OPTIONAL = """\
# Optional, and generated like the role beside it: with it a drift names who did it.
# For an organization: gcloud iam roles create gapwatchTraces --organization=ID --file=THIS_FILE
# For a single project: --project=ID instead.
title: gapwatch traces
description: Reads who changed configuration, and changes nothing.
stage: GA
includedPermissions:
"""


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """One permission, and what would be unread without it."""

    permission: str
    calls: tuple[str, ...]
    collectors: tuple[str, ...]
    """None where only the connection asks: who it is, and what there is to read."""


def needed(source: str, collectors: Collectors) -> tuple[Needed, ...]:
    """Every permission of one source in the order of their names, each once."""
    return _gathered(_calls(source, collectors))


def _gathered(asked: Iterable[tuple[ApiCall, set[str]]]) -> tuple[Needed, ...]:
    calls: dict[str, set[str]] = defaultdict(set)
    askers: dict[str, set[str]] = defaultdict(set)
    for call, asker in asked:
        for permission in call.permission.split(BETWEEN_PERMISSIONS):
            calls[permission].add(str(call))
            askers[permission] |= asker
    return tuple(
        Needed(
            permission=permission,
            calls=tuple(sorted(calls[permission])),
            collectors=tuple(sorted(askers[permission])),
        )
        for permission in sorted(calls)
    )


def needed_to_trace(source: str, tracers: Collectors) -> tuple[Needed, ...]:
    """Every permission that only tells who did something: without it no verdict is missing."""
    return _gathered((c, {t.id}) for t in tracers if t.source == source for c in t.calls)


def aws_policy(collectors: Collectors) -> dict[str, Any]:
    """An IAM policy; it is the same in every partition, because it names no resource."""
    return _aws_policy("GapwatchReads", needed("aws", collectors))


def _aws_policy(sid: str, allowed: Sequence[Needed]) -> dict[str, Any]:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": [one.permission for one in allowed],
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def gcp_permissions(collectors: Collectors) -> tuple[str, ...]:
    """The permissions of a custom role."""
    return tuple(one.permission for one in needed("gcp", collectors))


def github_permissions(collectors: Collectors) -> dict[str, str]:
    """What a GitHub App asks for, as its manifest writes it."""
    return {name: "read" for name, _ in _of_github(collectors)}


def written(source: str, collectors: Collectors) -> str:
    """All of it as a file that the source's own tools or its administrators read."""
    if source == "aws":
        return json.dumps(aws_policy(collectors), indent=2) + "\n"
    if source == "gcp":
        return GCP_ROLE + "".join(f"- {name}\n" for name in gcp_permissions(collectors))
    return github_page(_of_github(collectors))


def _of_github(collectors: Collectors) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.permission.partition(":")[0], one.calls) for one in needed("github", collectors)]


def optional(source: str, tracers: Collectors) -> str:
    """What may be allowed as well, so that a drift names who did it."""
    permissions = needed_to_trace(source, tracers)
    if source == "aws":
        return json.dumps(_aws_policy("GapwatchTraces", permissions), indent=2) + "\n"
    if source == "gcp":
        return GCP_OPTIONAL + "".join(f"- {one.permission}\n" for one in permissions)
    return optional_page([(one.permission.partition(":")[0], one.calls) for one in permissions])


def _calls(source: str, collectors: Collectors) -> Iterator[tuple[ApiCall, set[str]]]:
    for call in OF_CONNECTIONS[source]:
        yield call, set()
    for collector in collectors:
        if collector.source == source:
            for call in collector.calls:
                yield call, {collector.id}
