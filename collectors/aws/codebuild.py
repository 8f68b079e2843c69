"""Build projects."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.batches import batches
from collectors.contract import ApiCall
from collectors.evidence.record import Unread

PROJECT_NAMES = ApiCall("codebuild", "ListProjects", "codebuild:ListProjects")
PROJECTS = ApiCall(
    "codebuild",
    "BatchGetProjects",
    "codebuild:BatchGetProjects",
    redact=tuple(
        f"projects.{field}"
        for field in (
            *("description", "webhook", "badge"),
            *("source.buildspec", "source.location", "source.auth"),
            *("secondarySources.buildspec", "secondarySources.location", "secondarySources.auth"),
        )
    ),
    recognise=("projects.environment.environmentVariables.value",),
)
MOST_AT_ONCE = 100


def build_projects(region: Region) -> Iterator[tuple[str, Response | Unread]]:
    """Every build project by name, with what CodeBuild says of it; one that is gone is left out."""
    for names in batches(region.each(PROJECT_NAMES, "projects"), MOST_AT_ONCE):
        listed = told(PROJECTS, region.detail(PROJECTS, names=names), "projects", list)
        if isinstance(listed, Unread):
            yield from ((name, listed) for name in names)
        else:
            yield from ((project["name"], project) for project in listed)


def project_arn(region: Region, name: str) -> str:
    """The ARN of a project; the listing gives names only."""
    return f"arn:{region.partition}:codebuild:{region.region}:{region.id}:project/{name}"
