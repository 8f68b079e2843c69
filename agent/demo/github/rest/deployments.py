"""Deployments with their statuses, the runs that made them, and what lies between two commits."""

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
from agent.demo.github.things import Commit, Deployment, Repository


def deployments(view: View, asked: Asked) -> Listing:
    """Every deployment, the youngest first."""
    found = view.repository(asked).deployments
    return Listing([_deployment(one) for one in sorted(found, key=lambda d: d.at, reverse=True)])


def statuses(view: View, asked: Asked) -> Listing:
    """Every status of a deployment, the youngest first."""
    found = _asked_for(view, asked, "id", "deployment_id")
    return Listing([_status(view, asked, found, state) for state in reversed(found.states)])


def run(view: View, asked: Asked) -> Fields:
    """The run of a workflow, and who started it."""
    found = _asked_for(view, asked, "run", "run_id")
    first, last = found.started_by
    return {
        "id": found.run,
        "head_sha": found.sha,
        "actor": _person(first),
        "triggering_actor": _person(last),
    }


def approvals(view: View, asked: Asked) -> Listing:
    """What reviewers said of a run, all at once."""
    found = _asked_for(view, asked, "run", "run_id")
    return Listing(
        [
            {
                "state": state,
                "comment": "fine",
                "environments": [{"name": found.environment}],
                "user": _person(who),
            }
            for who, state in found.approvals
        ]
    )


def compare(view: View, asked: Asked) -> Listing:
    """The commits that one side has and the other has not."""
    repository = view.repository(asked)
    base, _, head = asked["basehead"].partition("...")
    old, new = _history(repository, base), _history(repository, head)
    ahead = [commit for sha, commit in reversed(new.items()) if sha not in old]
    behind = sum(sha not in new for sha in old)
    word = {(0, 0): "identical", (0, 1): "behind", (1, 0): "ahead", (1, 1): "diverged"}
    beside = {
        "status": word[bool(ahead), bool(behind)],
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
    }
    return Listing([_commit(one) for one in ahead], key="commits", beside=beside)


def _history(repository: Repository, name: str) -> dict[str, Commit]:
    head = repository.branches.get(name, name)
    if head not in repository.commits:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    return {commit.sha: commit for commit in repository.history(head)}


def _asked_for(view: View, asked: Asked, field: str, parameter: str) -> Deployment:
    for one in view.repository(asked).deployments:
        if str(getattr(one, field)) == asked[parameter]:
            return one
    raise Refused(HTTPStatus.NOT_FOUND, "Not Found")


def _deployment(one: Deployment) -> Fields:
    return {
        "id": one.id,
        "node_id": f"DE_{one.id}",
        "sha": one.sha,
        "ref": one.ref,
        "task": "deploy",
        "payload": {},
        "environment": one.environment,
        "description": "Take it there",
        "creator": {"login": one.creator},
        "created_at": written(one.at),
        "updated_at": written(one.at),
        "production_environment": False,
    }


def _status(view: View, asked: Asked, one: Deployment, state: str) -> Fields:
    where = f"https://github.test/{view.state.login}/{asked['repo']}/actions/runs/{one.run}/job/1"
    return {
        "state": state,
        "description": "",
        "created_at": written(one.at),
        "target_url": "https://github.test/log",
        "log_url": where if one.run else "",
    }


def _person(login: str) -> Fields:
    return {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}


def _commit(commit: Commit) -> Fields:
    author = commit.authors[0]
    return {
        "sha": commit.sha,
        "author": {"login": author.login} if author.login else None,
        "commit": {"message": commit.message},
    }


ROUTES: Mapping[str, Route] = {
    f"{REPOSITORY}/deployments": deployments,
    f"{REPOSITORY}/deployments/{{deployment_id}}/statuses": statuses,
    f"{REPOSITORY}/actions/runs/{{run_id}}": run,
    f"{REPOSITORY}/actions/runs/{{run_id}}/approvals": approvals,
    f"{REPOSITORY}/compare/{{basehead}}": compare,
}
