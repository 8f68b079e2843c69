"""Files of repositories, and what was tested on the newest changes, as trees of fields."""

import hashlib
from collections.abc import Sequence
from typing import Any

from agent.demo.github.graphql.changes import Changes
from agent.demo.github.graphql.world import Fields, Info
from agent.demo.github.rest.view import Refused, written
from agent.demo.github.things import CheckRun, Commit, PullRequest, Release, Repository


class Repositories(Changes):
    """Repositories by their ids, with their files."""

    def _node(self, node_id: str) -> Fields | None:
        for repository in self.state.repositories.values():
            if repository.node_id == node_id:
                return self._repository(self.state.login, repository.name)
        return super()._node(node_id)

    def _repository(self, owner: str, name: str) -> Fields:
        shown = super()._repository(owner, name)
        repository = self.state.repositories[name]
        by_oid = shown["object"]

        def git_object(info: Info, oid: str | None = None, expression: str = "") -> Fields | None:
            _, colon, path = expression.partition(":")
            return _file(repository, path) if colon else by_oid(info, oid=oid)

        def pull_requests(info: Info, states: Sequence[str] = (), **page: Any) -> Fields:
            page.pop("orderBy", None)
            base = page.pop("baseRefName", None)
            merged = [
                pull
                for pull in repository.pulls.values()
                if pull.merged_at and not pull.into and base in (None, pull.base)
            ]
            chosen = merged if "MERGED" in states else list(repository.pulls.values())
            newest = sorted(chosen, key=_moved, reverse=True)
            return self.paged(newest, lambda p: self._pull_request(repository, p))(info, **page)

        names = repository.languages
        hidden = isinstance(repository.pages.get("vulnerability-alerts"), Refused)
        return {
            **shown,
            "object": git_object,
            "pullRequests": pull_requests,
            "isSecurityPolicyEnabled": repository.has_security_policy,
            "hasVulnerabilityAlertsEnabled": self._viewer_owns and not hidden,
            "codeowners": {"errors": repository.owners_errors} if repository.files else None,
            "releases": self.paged(_newest(repository), _release),
            "deployments": self.paged(repository.deployments, lambda one: {"id": f"DE_{one.id}"}),
            "languages": self.paged(names, lambda name: {"id": f"LA_{name}", "name": name}),
        }

    def _pull_request(self, repository: Repository, pull: PullRequest) -> Fields:
        shown = super()._pull_request(repository, pull)
        every = shown["commits"]

        def commits(info: Info, last: int | None = None, **page: Any) -> Fields:
            if last is None:
                found: Fields = every(info, **page)
                return found
            newest = [repository.commits[sha] for sha in pull.commits[-last:]]
            return {"nodes": [{"commit": self._commit(repository, one)} for one in newest]}

        tip = repository.commits[pull.head]
        rollup = self._commit(repository, tip)["statusCheckRollup"]
        return {**shown, "commits": commits, "statusCheckRollup": rollup}

    def _commit(self, repository: Repository, commit: Commit) -> Fields:
        runs = [
            {
                "__typename": "CheckRun",
                "id": str(run.id),
                "name": run.name,
                "conclusion": run.conclusion.upper() if run.conclusion else None,
            }
            for run in repository.check_runs
            if run.sha == commit.sha
        ]
        statuses = [
            {
                "__typename": "StatusContext",
                "id": str(said.id),
                "context": said.context,
                "state": said.state.upper(),
            }
            for said in repository.statuses
            if said.sha == commit.sha
        ]
        reported: list[Fields] = [*runs, *statuses]
        rollup = {"contexts": self.paged(reported, lambda one: one)} if reported else None
        return {
            **super()._commit(repository, commit),
            "statusCheckRollup": rollup,
            "checkSuites": self.paged(_suites(repository, commit), self._suite),
            "status": _status(repository, commit),
        }

    def _suite(self, runs: Sequence[CheckRun]) -> Fields:
        def check_runs(info: Info, **page: Any) -> Fields:
            page.pop("filterBy", None)
            return self.paged(runs, _run)(info, **page)

        return {"checkRuns": check_runs}


def _suites(repository: Repository, commit: Commit) -> list[list[CheckRun]]:
    """The runs on one commit; whatever is called alike is in one suite."""
    suites: dict[str, list[CheckRun]] = {}
    for run in repository.check_runs:
        if run.sha == commit.sha:
            suites.setdefault(run.name, []).append(run)
    return list(suites.values())


def _run(run: CheckRun) -> Fields:
    done = run.conclusion is not None
    return {
        "id": str(run.id),
        "name": run.name,
        "status": "COMPLETED" if done else "IN_PROGRESS",
        "conclusion": run.conclusion.upper() if run.conclusion else None,
        "completedAt": written(run.at) if done else None,
    }


def _status(repository: Repository, commit: Commit) -> Fields | None:
    """The newest status of each name; `None` where none was ever reported."""
    newest = {
        said.context: said
        for said in sorted(repository.statuses, key=lambda said: said.at)
        if said.sha == commit.sha
    }
    contexts = [
        {
            "id": str(said.id),
            "context": said.context,
            "state": said.state.upper(),
            "createdAt": written(said.at),
        }
        for said in newest.values()
    ]
    return {"contexts": contexts} if contexts else None


def _newest(repository: Repository) -> list[Release]:
    return sorted(repository.releases, key=lambda one: one.at, reverse=True)


def _release(release: Release) -> Fields:
    rules = [{"id": f"RR_{kind}", "type": kind} for kind in release.tag_rules]
    page = {"hasNextPage": False, "endCursor": None}
    return {
        "id": f"RE_{release.id}",
        "tagName": release.tag,
        "tagCommit": {"__typename": "Commit", "oid": release.sha} if release.sha else None,
        "tag": {"rules": {"pageInfo": page, "nodes": rules}} if release.sha else None,
    }


def _moved(pull: PullRequest) -> float:
    return pull.merged_at.timestamp() if pull.merged_at else 0.0


def _file(repository: Repository, path: str) -> Fields | None:
    """A file, or a folder with what lies in it; `None` where there is neither."""
    if path in repository.files:
        text = repository.files[path]
        oid = _oid(text)
        return {"__typename": "Blob", "oid": oid, "text": text, "isTruncated": False}
    inside = sorted(
        {
            known.removeprefix(f"{path}/").partition("/")[0]
            for known in repository.files
            if known.startswith(f"{path}/")
        }
    )
    if not inside:
        return None
    entries = [_entry(repository, f"{path}/{name}", name) for name in inside]
    return {"__typename": "Tree", "oid": _oid(path), "entries": entries}


def _entry(repository: Repository, path: str, name: str) -> Fields:
    is_file = path in repository.files
    return {
        "name": name,
        "path": path,
        "type": "blob" if is_file else "tree",
        "object": lambda _: _file(repository, path),
    }


def _oid(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:40]
