"""Whether one commit lies in the history of another, and what lies between the two."""

from collections.abc import Mapping

from collectors.contract import ApiCall
from collectors.evidence.record import Unread
from collectors.github.organisation import Organisation, field, whole

COMPARE = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/compare/{basehead}",
    "contents:read",
    redact=(
        *("body.files", "body.commits.commit", "body.commits.files"),
        *("body.base_commit.commit", "body.base_commit.files"),
        *("body.merge_base_commit.commit", "body.merge_base_commit.files"),
    ),
)


def holds(
    organisation: Organisation, place: Mapping[str, str], head: str, commit: str
) -> bool | Unread:
    """Whether a commit is the head or one of its ancestors."""
    if commit == head:
        return True
    found = organisation.at({**place, "basehead": f"{head}...{commit}"}, COMPARE)
    ahead = field(COMPARE, found, "ahead_by", int)
    return ahead if isinstance(ahead, Unread) else ahead == 0


def authors_between(
    organisation: Organisation, place: Mapping[str, str], base: str, head: str
) -> frozenset[str] | Unread:
    """Who wrote the commits that the head has and the base has not; unread if one is unknown."""
    return _of_each(organisation, place, base, head, "author.login")


def commits_between(
    organisation: Organisation, place: Mapping[str, str], base: str, head: str
) -> frozenset[str] | Unread:
    """The commits that the head has and the base has not."""
    return _of_each(organisation, place, base, head, "sha")


def _of_each(
    organisation: Organisation, place: Mapping[str, str], base: str, head: str, path: str
) -> frozenset[str] | Unread:
    basehead = f"{base}...{head}"
    commits = organisation.listed(
        COMPARE, "commits", owner=place["owner"], repo=place["repo"], basehead=basehead
    )
    if isinstance(commits, Unread):
        return commits
    read = whole(field(COMPARE, commit, path, str) for commit in commits)
    return read if isinstance(read, Unread) else frozenset(read)
