"""Files, the commits that changed them, and the pull requests that brought those."""

import base64
from collections.abc import Mapping
from http import HTTPStatus

from agent.demo.github.rest.view import (
    REPOSITORY,
    Asked,
    Fields,
    Listing,
    Refused,
    Route,
    View,
    written,
)
from agent.demo.github.things import PullRequest, Release, Repository, Review


def commits(view: View, asked: Asked) -> Listing:
    """The commits that changed a file, the youngest first."""
    repository = view.repository(asked)
    return Listing([_commit(repository, sha) for sha in repository.touched.get(asked["path"], ())])


def contents(view: View, asked: Asked) -> Fields:
    """One file."""
    repository, path = view.repository(asked), asked["path"]
    if path not in repository.files:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    text = repository.files[path].encode()
    return {
        "type": "file",
        "path": path,
        "name": path.rpartition("/")[2],
        "encoding": "base64",
        "content": base64.b64encode(text).decode(),
    }


def pulls_of_commit(view: View, asked: Asked) -> Listing:
    """The merged pull requests that brought a commit."""
    repository = view.repository(asked)
    found = repository.introduced_by(asked["commit_sha"])
    return Listing([_pull(view, repository, one) for one in found])


def reviews(view: View, asked: Asked) -> Listing:
    """What was said of a pull request, oldest first."""
    pull = view.repository(asked).pulls.get(int(asked["pull_number"]))
    if pull is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    return Listing([_review(view, one) for one in pull.reviews])


def releases(view: View, asked: Asked) -> Listing:
    """Every release, the youngest first."""
    found = sorted(view.repository(asked).releases, key=lambda one: one.at, reverse=True)
    return Listing([_release(one) for one in found])


def _commit(repository: Repository, sha: str) -> Fields:
    commit = repository.commits[sha]
    author = commit.authors[0]
    said = {"message": commit.message, "author": {"name": author.name, "email": author.email}}
    return {"sha": sha, "commit": said}


def _pull(view: View, repository: Repository, pull: PullRequest) -> Fields:
    return {
        "number": pull.number,
        "title": pull.title,
        "body": pull.text,
        "state": "closed",
        "merged_at": written(pull.merged_at) if pull.merged_at else None,
        "merge_commit_sha": pull.landed[-1] if pull.landed else None,
        "head": {"ref": pull.head_name, "sha": pull.head},
        "base": {
            "ref": pull.base,
            "repo": {"full_name": f"{view.state.login}/{repository.name}"},
        },
    }


def _review(view: View, review: Review) -> Fields:
    account = view.state.accounts.get(review.author or "")
    kind = account.type if account else "User"
    return {
        "id": int.from_bytes(review.id.encode()[-4:], "big"),
        "node_id": review.id,
        "user": {"login": review.author, "type": kind} if review.author else None,
        "body": "Words",
        "state": review.state,
        "submitted_at": written(review.at),
        "commit_id": review.commit,
    }


def _release(release: Release) -> Fields:
    return {
        "id": release.id,
        "node_id": f"RE_{release.id}",
        "tag_name": release.tag,
        "name": release.tag,
        "body": release.notes,
        "draft": release.draft,
        "immutable": release.immutable,
        "published_at": None if release.draft else written(release.at),
    }


ROUTES: Mapping[str, Route] = {
    f"{REPOSITORY}/commits": commits,
    f"{REPOSITORY}/contents/{{path}}": contents,
    f"{REPOSITORY}/commits/{{commit_sha}}/pulls": pulls_of_commit,
    f"{REPOSITORY}/pulls/{{pull_number}}/reviews": reviews,
    f"{REPOSITORY}/releases": releases,
}
