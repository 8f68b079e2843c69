"""Repositories and their branches."""

from collections.abc import Mapping
from http import HTTPStatus

from agent.demo.github.rest.rules import active
from agent.demo.github.rest.view import (
    REPOSITORY,
    ROLES,
    Asked,
    Fields,
    Listing,
    Refused,
    Route,
    View,
    written,
)
from agent.demo.github.things import Repository


def repositories(view: View, asked: Asked) -> Listing:
    """The repositories the viewer may see."""
    state, sees = view.organisation(asked), view.viewer.sees
    shown = (r for r in state.repositories.values() if sees is None or r.name in sees)
    return Listing([_repository(view, repository) for repository in shown])


def repository(view: View, asked: Asked) -> Fields:
    """One repository."""
    return _repository(view, view.repository(asked))


def branch(view: View, asked: Asked) -> Fields:
    """A branch, its head, and whether anything protects it."""
    repository = view.repository(asked)
    name = asked["branch"]
    head = repository.branches.get(name)
    if head is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Branch not found")
    commit = repository.commits[head]
    return {
        "name": name,
        "commit": {
            "sha": head,
            "commit": {
                "message": commit.message,
                "author": {"name": commit.authors[0].name, "email": commit.authors[0].email},
            },
        },
        "protected": _is_protected(view, repository, name),
        "protection": {"enabled": name in repository.protections},
    }


def _is_protected(view: View, repository: Repository, branch: str) -> bool:
    return branch in repository.protections or bool(active(view, repository, branch))


def _repository(view: View, repository: Repository) -> Fields:
    return {
        "id": repository.id,
        "node_id": repository.node_id,
        "name": repository.name,
        "full_name": f"{view.state.login}/{repository.name}",
        "url": f"{view.api}/repos/{view.state.login}/{repository.name}",
        "owner": {"login": view.state.login, "type": "Organization"},
        "private": repository.private,
        "visibility": "private" if repository.private else "public",
        "archived": repository.archived,
        "disabled": False,
        "fork": repository.fork,
        "forks_count": repository.forks,
        "allow_forking": repository.allow_forking,
        "has_issues": repository.has_issues,
        "permissions": {role: ROLES.index(role) <= ROLES.index(view.viewer.role) for role in ROLES},
        "pushed_at": _pushed_at(repository),
        "default_branch": repository.default_branch,
        **_for_owners(view, repository),
    }


def _for_owners(view: View, repository: Repository) -> Fields:
    if not view.viewer.owns:
        return {}
    scanning = {name: {"status": status} for name, status in repository.scanning.items()}
    return {"security_and_analysis": scanning}


def _pushed_at(repository: Repository) -> str | None:
    """When somebody last pushed: the youngest commit, unless another moment is told."""
    moments = [repository.pushed_at] if repository.pushed_at else []
    if not moments and repository.commits:
        moments = [max(commit.at for commit in repository.commits.values())]
    return written(moments[0]) if moments else None


def branches(view: View, asked: Asked) -> Listing:
    """Every branch, with its head."""
    repository = view.repository(asked)
    return Listing(
        [
            {
                "name": name,
                "commit": {"sha": head},
                "protected": _is_protected(view, repository, name),
            }
            for name, head in sorted(repository.branches.items())
            if asked.get("protected") != "true" or _is_protected(view, repository, name)
        ]
    )


def activity(view: View, asked: Asked) -> Listing:
    """Every move of a branch, the youngest first."""
    repository = view.repository(asked)
    return Listing(
        [
            {
                "id": move.id,
                "node_id": f"PSH_{move.id}",
                "before": move.before,
                "after": move.after,
                "ref": f"refs/heads/{move.branch}",
                "timestamp": written(move.at),
                "activity_type": move.kind,
                "actor": {"login": move.by},
            }
            for move in reversed(repository.activity)
            if asked.get("ref") in {None, f"refs/heads/{move.branch}"}
        ],
        by_cursor=True,
    )


ROUTES: Mapping[str, Route] = {
    "GET /orgs/{org}/repos": repositories,
    REPOSITORY: repository,
    f"{REPOSITORY}/activity": activity,
    f"{REPOSITORY}/branches": branches,
    f"{REPOSITORY}/branches/{{branch}}": branch,
}
