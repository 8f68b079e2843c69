"""GitHub's REST answers, in small: what each route says of the local organisation."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from agent.demo.github_state import (
    CheckRun,
    GithubState,
    Protection,
    Repository,
    Ruleset,
    Status,
)

Fields = dict[str, Any]
Asked = Mapping[str, str]
"""Path parameters and query parameters by name."""


class Refused(Exception):
    """GitHub answers with a status and a message instead of what was asked for."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


@dataclass(frozen=True)
class Listing:
    """A list that is answered page by page; with a key it lies in an object beside its count."""

    members: Sequence[Fields]
    key: str | None = None


@dataclass(frozen=True)
class Viewer:
    """Whose token it is, and what it may see."""

    login: str = "gapwatch-reader"
    owns: bool = True
    """An owner sees settings that GitHub hides from everybody else."""
    is_app: bool = False
    sees: frozenset[str] | None = None
    """The repositories an app is installed on; `None` stands for all."""


class Rest:
    """Every route there is, over one organisation as one viewer sees it."""

    def __init__(self, state: GithubState, viewer: Viewer) -> None:
        self._state = state
        self._viewer = viewer

    def answer(self, route: str, asked: Asked) -> Fields | Listing:
        """What GitHub says to one question.

        Raises:
            Refused: it says no.
        """
        return ROUTES[route](self, asked)

    def user(self, _: Asked) -> Fields:
        """Who the token belongs to."""
        if self._viewer.is_app:
            raise Refused(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")
        return {"login": self._viewer.login, "type": "User"}

    def organisation(self, asked: Asked) -> Fields:
        """The organisation, with what only owners see left out or null for others."""
        state = self._named(asked)
        owns = self._viewer.owns
        public = sum(not repository.private for repository in state.repositories.values())
        shown: Fields = {
            "login": state.login,
            "id": state.id,
            "node_id": state.node_id,
            "type": "Organization",
            "public_repos": public,
            "two_factor_requirement_enabled": state.two_factor_required if owns else None,
        }
        if owns:
            shown["total_private_repos"] = len(state.repositories) - public
            shown["billing_email"] = f"billing@{state.login}.test"
        return shown

    def members(self, asked: Asked) -> Listing:
        """Members, all or by role or without a second factor."""
        state = self._named(asked)
        role = asked.get("role", "all")
        logins = [login for login, held in state.members.items() if role in {"all", held}]
        return self._people(logins, asked)

    def outside_collaborators(self, asked: Asked) -> Listing:
        """People with access to a repository who are no members."""
        return self._people(self._named(asked).outside_collaborators, asked)

    def repositories(self, asked: Asked) -> Listing:
        """The repositories the viewer may see."""
        state, sees = self._named(asked), self._viewer.sees
        shown = (r for r in state.repositories.values() if sees is None or r.name in sees)
        return Listing([self._repository(repository) for repository in shown])

    def repository(self, asked: Asked) -> Fields:
        """One repository."""
        return self._repository(self._at(asked))

    def branch(self, asked: Asked) -> Fields:
        """A branch, its head, and whether anything protects it."""
        repository = self._at(asked)
        name = asked["branch"]
        head = repository.branches.get(name)
        if head is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Branch not found")
        commit = repository.commits[head]
        is_default = name == repository.default_branch
        return {
            "name": name,
            "commit": {
                "sha": head,
                "commit": {
                    "message": commit.message,
                    "author": {"name": commit.authors[0].name, "email": commit.authors[0].email},
                },
            },
            "protected": name in repository.protections
            or (is_default and bool(self._active(repository))),
        }

    def protection(self, asked: Asked) -> Fields:
        """Classic protection; to whoever may not administer, as if there were nothing."""
        repository = self._at(asked)
        if not self._viewer.owns:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        protection = repository.protections.get(asked["branch"])
        if protection is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Branch not protected")
        return _protection(protection)

    def branch_rules(self, asked: Asked) -> Listing:
        """The rules of every active ruleset that applies to the branch."""
        repository = self._at(asked)
        if asked["branch"] != repository.default_branch:
            return Listing([])
        return Listing(
            [
                {
                    **rule,
                    "ruleset_source_type": ruleset.source_type,
                    "ruleset_source": ruleset.source,
                    "ruleset_id": ruleset.id,
                }
                for ruleset in self._active(repository)
                for rule in ruleset.rules
            ]
        )

    def ruleset(self, asked: Asked) -> Fields:
        """One ruleset; who may bypass it is shown to those only who may edit it."""
        repository = self._at(asked)
        for ruleset in self._state.rulesets_of(repository.name):
            if str(ruleset.id) == asked["ruleset_id"]:
                return self._ruleset(ruleset)
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def check_runs(self, asked: Asked) -> Listing:
        """Runs on a commit: the latest of each name, or with `filter=all` every one."""
        runs = [run for run in self._at(asked).check_runs if run.sha == asked["ref"]]
        latest = {run.name: run for run in sorted(runs, key=lambda run: run.at)}
        shown = runs if asked.get("filter") == "all" else list(latest.values())
        return Listing([_check_run(run) for run in shown], key="check_runs")

    def statuses(self, asked: Asked) -> Listing:
        """Every status ever reported of a commit, the youngest first."""
        found = [status for status in self._at(asked).statuses if status.sha == asked["ref"]]
        return Listing([_status(status) for status in sorted(found, key=lambda s: s.at)[::-1]])

    def _named(self, asked: Asked) -> GithubState:
        if asked["org"].casefold() != self._state.login.casefold():
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        return self._state

    def _at(self, asked: Asked) -> Repository:
        repository = self._state.repositories.get(asked["repo"])
        sees = self._viewer.sees
        hidden = sees is not None and asked["repo"] not in sees
        if repository is None or hidden or asked["owner"] != self._state.login:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        return repository

    def _people(self, logins: Sequence[str], asked: Asked) -> Listing:
        accounts = [self._state.accounts[login] for login in logins]
        if asked.get("filter") == "2fa_disabled":
            if not self._viewer.owns:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Only owners can use this filter.")
            accounts = [account for account in accounts if not account.two_factor]
        return Listing(
            [{"login": a.login, "id": a.id, "node_id": a.node_id, "type": a.type} for a in accounts]
        )

    def _repository(self, repository: Repository) -> Fields:
        return {
            "id": repository.id,
            "node_id": repository.node_id,
            "name": repository.name,
            "full_name": f"{self._state.login}/{repository.name}",
            "owner": {"login": self._state.login, "type": "Organization"},
            "private": repository.private,
            "visibility": "private" if repository.private else "public",
            "archived": repository.archived,
            "disabled": False,
            "fork": False,
            "default_branch": repository.default_branch,
        }

    def _active(self, repository: Repository) -> list[Ruleset]:
        rulesets = self._state.rulesets_of(repository.name)
        return [ruleset for ruleset in rulesets if ruleset.enforcement == "active"]

    def _ruleset(self, ruleset: Ruleset) -> Fields:
        shown: Fields = {
            "id": ruleset.id,
            "name": ruleset.name,
            "target": "branch",
            "source_type": ruleset.source_type,
            "source": ruleset.source,
            "enforcement": ruleset.enforcement,
            "rules": list(ruleset.rules),
        }
        if self._viewer.owns:
            shown["bypass_actors"] = list(ruleset.bypass_actors)
        return shown


def route_of(verb: str, path: str) -> tuple[str, Fields] | None:
    """The route a path belongs to, with its path parameters; `None` where none is offered."""
    for route, pattern in PATTERNS.items():
        found = pattern.fullmatch(f"{verb} {path}")
        if found:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def _protection(protection: Protection) -> Fields:
    shown: Fields = {
        "enforce_admins": {"enabled": protection.enforce_admins},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    }
    if protection.approvals is not None:
        reviews: Fields = {
            "required_approving_review_count": protection.approvals,
            "dismiss_stale_reviews": protection.dismiss_stale,
            "require_code_owner_reviews": False,
            "require_last_push_approval": protection.last_push,
        }
        if protection.bypass_users or protection.bypass_teams:
            reviews["bypass_pull_request_allowances"] = {
                "users": [{"login": login} for login in protection.bypass_users],
                "teams": [{"slug": slug} for slug in protection.bypass_teams],
                "apps": [],
            }
        shown["required_pull_request_reviews"] = reviews
    if protection.checks:
        shown["required_status_checks"] = {
            "strict": False,
            "contexts": list(protection.checks),
            "checks": [{"context": name, "app_id": None} for name in protection.checks],
        }
    return shown


def _check_run(run: CheckRun) -> Fields:
    finished = run.conclusion is not None
    return {
        "id": run.id,
        "name": run.name,
        "head_sha": run.sha,
        "status": "completed" if finished else "in_progress",
        "conclusion": run.conclusion,
        "started_at": written(run.at),
        "completed_at": written(run.at) if finished else None,
        "output": {"title": None, "summary": None, "text": None},
    }


def _status(status: Status) -> Fields:
    return {
        "id": status.id,
        "context": status.context,
        "state": status.state,
        "description": None,
        "target_url": None,
        "created_at": written(status.at),
        "updated_at": written(status.at),
    }


def written(at: datetime) -> str:
    """A moment as GitHub writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


REPOSITORY = "GET /repos/{owner}/{repo}"
ROUTES: Mapping[str, Callable[[Rest, Asked], Fields | Listing]] = {
    "GET /user": Rest.user,
    "GET /orgs/{org}": Rest.organisation,
    "GET /orgs/{org}/members": Rest.members,
    "GET /orgs/{org}/outside_collaborators": Rest.outside_collaborators,
    "GET /orgs/{org}/repos": Rest.repositories,
    REPOSITORY: Rest.repository,
    f"{REPOSITORY}/branches/{{branch}}": Rest.branch,
    f"{REPOSITORY}/branches/{{branch}}/protection": Rest.protection,
    f"{REPOSITORY}/rules/branches/{{branch}}": Rest.branch_rules,
    f"{REPOSITORY}/rulesets/{{ruleset_id}}": Rest.ruleset,
    f"{REPOSITORY}/commits/{{ref}}/check-runs": Rest.check_runs,
    f"{REPOSITORY}/commits/{{ref}}/statuses": Rest.statuses,
}
PATTERNS = {route: re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route)) for route in ROUTES}
