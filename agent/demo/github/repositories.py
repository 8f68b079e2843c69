"""The organisation's repositories, and the commits that reach them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agent.demo.github.people import People, Signature
from agent.demo.github.things import Activity, Commit, Repository, RuleSuite

NO_COMMIT = "0" * 40
"""What GitHub calls the head of a branch that was not there."""


class Repositories(People):
    """The repositories of one organisation, and what is pushed to them."""

    def __init__(self, login: str, *, seed: int) -> None:
        super().__init__(login, seed=seed)
        self.repositories: dict[str, Repository] = {}
        self.overrides: list[dict[str, Any]] = []
        """What the audit log says of classic protection that was gone around."""

    def add_repository(
        self,
        name: str,
        *,
        at: datetime | None = None,
        private: bool = True,
        default_branch: str = "main",
        fork: bool = False,
    ) -> Repository:
        """A repository; with a moment it has a first commit, without one it is empty."""
        repository = Repository(
            name,
            self._number(),
            self._node_id("R"),
            private=private,
            default_branch=default_branch,
            fork=fork,
        )
        self.repositories[name] = repository
        if at:
            first = next(login for login, role in self.members.items() if role == "admin")
            self.push(name, first, "Start", at=at)
        return repository

    def archive(self, repository: str) -> None:
        """Make a repository read-only."""
        self.repositories[repository].archived = True

    def push(
        self,
        repository: str,
        author: str,
        message: str,
        *,
        at: datetime,
        branch: str | None = None,
        pushed_by: str | None = None,
        bypass: bool = False,
        **names: Any,
    ) -> str:
        """Put a commit straight on a branch, the default one unless another is named."""
        place = self.repositories[repository]
        to = branch or place.default_branch
        sha = self._commit(place, self._tip(place, to), author, message, at=at, **names)
        self._move(place, to, sha, by=pushed_by or author, at=at, kind="push", bypass=bypass)
        return sha

    def rewrite(self, repository: str, author: str, message: str, *, at: datetime) -> str:
        """Replace the head of the default branch by another commit: a forced push."""
        place = self.repositories[repository]
        parents = place.commits[place.branches[place.default_branch]].parents
        sha = self._commit(place, parents, author, message, at=at)
        self._move(place, place.default_branch, sha, by=author, at=at, kind="force_push")
        return sha

    def reset(self, repository: str, by: str, sha: str, *, at: datetime) -> None:
        """Force the default branch back to an earlier commit."""
        place = self.repositories[repository]
        self._move(place, place.default_branch, sha, by=by, at=at, kind="force_push")

    def rename_branch(self, repository: str, to: str) -> None:
        """Call the default branch otherwise; merged pull requests keep the old name."""
        place = self.repositories[repository]
        place.branches[to] = place.branches.pop(place.default_branch)
        place.default_branch = to

    def add_branch(self, repository: str, name: str) -> None:
        """A branch that begins where the default one is."""
        place = self.repositories[repository]
        place.branches[name] = place.branches[place.default_branch]

    def leave(self, repository: str) -> Repository:
        """Take a repository out of the organisation: deleted, or transferred away."""
        return self.repositories.pop(repository)

    def _move(
        self,
        place: Repository,
        branch: str,
        sha: str,
        *,
        by: str,
        at: datetime,
        kind: str,
        bypass: bool = False,
    ) -> None:
        """Let a branch point elsewhere; GitHub keeps a trace of it in up to three places."""
        before = place.branches.get(branch, NO_COMMIT)
        place.branches[branch] = sha
        number = self._number()
        place.activity.append(Activity(number, branch, before, sha, by, at, kind))
        result = "bypass" if bypass else "pass"
        place.rule_suites.append(RuleSuite(number, branch, before, sha, by, at, result))
        if bypass and branch in place.protections:
            event = {"action": "protected_branch.policy_override", "actor": by}
            moment = {"created_at": int(at.timestamp() * 1000), "before": before, "after": sha}
            where = {"repo": f"{self.login}/{place.name}", "branch": f"refs/heads/{branch}"}
            self.overrides.append({**event, **moment, **where})

    def _commit(
        self,
        place: Repository,
        parents: tuple[str, ...],
        author: str,
        message: str,
        *,
        at: datetime,
        co_authors: Sequence[str] = (),
        committer: str | None = None,
        dated: datetime | None = None,
        signed_by: Signature | None = None,
    ) -> str:
        authors = (signed_by or self.sign(author), *(self.sign(login) for login in co_authors))
        signed = authors[0] if committer is None else self.sign(committer)
        return place.keep(Commit(self._sha(), parents, authors, signed, dated or at, message))

    def _tip(self, place: Repository, branch: str | None = None) -> tuple[str, ...]:
        head = place.branches.get(branch or place.default_branch)
        return (head,) if head else ()
