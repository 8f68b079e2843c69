"""The organisation's repositories, counted twice."""

from collections.abc import Iterator

from collectors.contract import ApiCall
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field
from collectors.github.settings import ORGANISATION

LIST_REPOSITORIES = ApiCall(
    "github",
    "GET /orgs/{org}/repos",
    "metadata:read",
    redact=("body.temp_clone_token", "body.description", "body.homepage", "body.mirror_url"),
)
BRANCH = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/branches/{branch}",
    "contents:read",
    redact=("body.commit.commit", "body.commit.author", "body.commit.committer"),
)
IDENTIFIED_BY = ("node_id", "name", "full_name", "default_branch")
NO_BRANCH = "404 Branch not found"


def repositories(organisation: Organisation) -> Iterator[Answer]:
    """Every repository; fewer than the organisation counts are an omission.

    GitHub lists what the credential may see and says nothing of the rest, as with an app
    that is installed on selected repositories. Its count of private ones is for owners.
    """
    listed = 0
    for repository in organisation.each(
        LIST_REPOSITORIES, needs=IDENTIFIED_BY, org=organisation.login, type="all"
    ):
        listed += 1
        yield repository
    counted = _counted(organisation)
    if not isinstance(counted, Unread) and listed < counted:
        why = f"{LIST_REPOSITORIES}: {listed} of {counted} repositories are visible"
        organisation.omit(organisation.scope, why)


def default_branch(organisation: Organisation, repository: Answer) -> Answer | Unread | None:
    """The default branch as GitHub has it; `None` while the repository has no commit."""
    return organisation.detail(BRANCH, absent=NO_BRANCH, **place(repository))


def place(repository: Answer) -> dict[str, str]:
    """The path parameters that lead to a repository's default branch."""
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name, "branch": repository["default_branch"]}


def _counted(organisation: Organisation) -> int | Unread:
    answer = organisation.detail(ORGANISATION, org=organisation.login)
    public = field(ORGANISATION, answer, "public_repos", int)
    private = field(ORGANISATION, answer, "total_private_repos", int)
    if isinstance(public, Unread):
        return public
    return private if isinstance(private, Unread) else public + private
