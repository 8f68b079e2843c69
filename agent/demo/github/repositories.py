"""The organisation's repositories, and the commits that reach them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agent.demo.github.people import People, Signature
from agent.demo.github.things import Commit, Repository


class Repositories(People):
    """The repositories of one organisation, and what is pushed to them."""

    def __init__(self, login: str, *, seed: int) -> None:
        super().__init__(login, seed=seed)
        self.repositories: dict[str, Repository] = {}

    def add_repository(
        self,
        name: str,
        *,
        at: datetime | None = None,
        private: bool = True,
        default_branch: str = "main",
    ) -> Repository:
        """A repository; with a moment it has a first commit, without one it is empty."""
        repository = Repository(
            name, self._number(), self._node_id("R"), private=private, default_branch=default_branch
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
        self, repository: str, author: str, message: str, *, at: datetime, **names: Any
    ) -> str:
        """Put a commit straight on the default branch."""
        place = self.repositories[repository]
        sha = self._commit(place, self._tip(place), author, message, at=at, **names)
        place.branches[place.default_branch] = sha
        return sha

    def rewrite(self, repository: str, author: str, message: str, *, at: datetime) -> str:
        """Replace the head of the default branch by another commit: a forced push."""
        place = self.repositories[repository]
        parents = place.commits[place.branches[place.default_branch]].parents
        sha = self._commit(place, parents, author, message, at=at)
        place.branches[place.default_branch] = sha
        return sha

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
