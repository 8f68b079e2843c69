"""Policies in a repository: the change that landed the current text, and who approved it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.contract import ApiCall, collector
from collectors.evidence.github.changes import Review
from collectors.evidence.github.policies import PolicyChange, PolicyText
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field, moment, whole
from collectors.reader import unread

IN_REPOSITORY = "GET /repos/{owner}/{repo}"
COMMITS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/commits",
    "contents:read",
    redact=("body.commit", "body.author", "body.committer", "body.files"),
)
CONTENTS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/contents/{{path}}",
    "contents:read",
    redact=("body.content", "body.download_url", "body.git_url"),
)
PULLS_OF_COMMIT = ApiCall(
    "github",
    f"{IN_REPOSITORY}/commits/{{commit_sha}}/pulls",
    "pull_requests:read",
    redact=(
        *("body.title", "body.body", "body.milestone", "body.auto_merge"),
        *("body.head.repo", "body.base.repo.description", "body.base.repo.homepage"),
    ),
)
REVIEWS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/pulls/{{pull_number}}/reviews",
    "pull_requests:read",
    redact=("body.body", "body.body_html", "body.body_text"),
)
NO_FILE = "404 Not Found"
DISMISSED = ("DISMISSED", "PENDING")
NEWEST = 2
"""Of the commits of a file one is read; a page that is not full may be confirmed unchanged."""


@dataclass(frozen=True)
class Policy:
    """One policy, and where its text lies."""

    repository: str
    path: str
    owners: frozenset[str]


@collector(id="github.policies", calls=(COMMITS, CONTENTS, PULLS_OF_COMMIT, REVIEWS))
def policies(organisation: Organisation) -> Iterator[PolicyText]:
    """Every policy that the configuration names, with the change that landed its text.

    Of the text nothing is kept.
    """
    for policy in _policies(organisation):
        commit = _newest_commit(organisation, policy)
        yield PolicyText(
            id=f"{organisation.scope}/{policy.repository}/{policy.path}",
            name=f"{organisation.login}/{policy.repository} {policy.path}",
            owners=policy.owners,
            commit=commit,
            change=_change(organisation, policy, commit) if isinstance(commit, str) else commit,
        )


def _policies(organisation: Organisation) -> Iterator[Policy]:
    for line in organisation.given.get("policies", "").splitlines():
        repository, path, owners = line.split("\t")
        yield Policy(repository, path, frozenset(owners.split(",")))


def _newest_commit(organisation: Organisation, policy: Policy) -> str | Unread | None:
    """Who may read the commits may read the file, so that its 404 means that it is gone."""
    place = {"owner": organisation.login, "repo": policy.repository}
    commits: Any = organisation.detail(COMMITS, **place, path=policy.path, per_page=NEWEST)
    if isinstance(commits, Unread):
        return commits
    found = organisation.detail(CONTENTS, absent=NO_FILE, **place, path=policy.path)
    if found is None or isinstance(found, Unread):
        return found
    if not isinstance(commits, list) or not commits:
        return unread(COMMITS, "the answer has no commit of a file that is there")
    return field(COMMITS, commits[0], "sha", str)


def _change(
    organisation: Organisation, policy: Policy, commit: str
) -> PolicyChange | Unread | None:
    owner, repo = organisation.login, policy.repository
    pulls = organisation.listed(PULLS_OF_COMMIT, owner=owner, repo=repo, commit_sha=commit)
    if isinstance(pulls, Unread):
        return pulls
    into = f"{organisation.login}/{policy.repository}".casefold()
    merged = [one for one in pulls if one.get("merged_at") and _base(one) == into]
    if not merged:
        return None
    landed = min(merged, key=lambda one: str(one["merged_at"]))
    number = field(PULLS_OF_COMMIT, landed, "number", int)
    if isinstance(number, Unread):
        return number
    return PolicyChange(
        number=number,
        head=field(PULLS_OF_COMMIT, landed, "head.sha", str),
        merged_at=datetime.fromisoformat(landed["merged_at"]),
        reviews=_reviews(organisation, policy, number),
    )


def _base(pull: Answer) -> str:
    return str(field(PULLS_OF_COMMIT, pull, "base.repo.full_name", str)).casefold()


def _reviews(
    organisation: Organisation, policy: Policy, number: int
) -> tuple[Review, ...] | Unread:
    owner, repo = organisation.login, policy.repository
    listed = organisation.listed(
        REVIEWS, needs=("state",), owner=owner, repo=repo, pull_number=str(number)
    )
    if isinstance(listed, Unread):
        return listed
    return whole(_review(one) for one in listed if one["state"] not in DISMISSED)


def _review(said: Answer) -> Review | Unread:
    submitted_at = moment(REVIEWS, said, "submitted_at")
    if isinstance(submitted_at, Unread):
        return submitted_at
    return Review(
        reviewer=field(REVIEWS, said, "user.login", str),
        is_bot=field(REVIEWS, said, "user.type", str) == "Bot",
        state=said["state"],
        commit=field(REVIEWS, said, "commit_id", str),
        submitted_at=submitted_at,
        dismissed_at=None,
    )
