"""Issues, and what people say and do about them."""

from dataclasses import dataclass, field
from datetime import datetime

from agent.demo.github.repositories import Repositories


@dataclass
class Comment:
    """Something somebody said about an issue."""

    id: int
    author: str
    body: str
    at: datetime


@dataclass
class Issue:
    """One issue of a repository."""

    number: int
    author: str
    title: str
    body: str
    labels: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    comments: list[Comment] = field(default_factory=list)


class Issues(Repositories):
    """The issues of one organisation."""

    def __init__(self, login: str, *, seed: int) -> None:
        super().__init__(login, seed=seed)
        self.issues: dict[str, dict[int, Issue]] = {}
        """By repository and number."""

    def open_issue(
        self,
        repository: str,
        author: str,
        title: str,
        body: str,
        *,
        at: datetime,
        labels: tuple[str, ...] = (),
    ) -> Issue:
        """Make an issue."""
        known = self.issues.setdefault(repository, {})
        number = len(known) + 1
        known[number] = Issue(number, author, title, body, labels, at, at)
        return known[number]

    def comment(self, issue: Issue, author: str, body: str, *, at: datetime) -> Comment:
        """Say something about an issue."""
        comment = Comment(self._number(), author, body, at)
        issue.comments.append(comment)
        issue.updated_at = at
        return comment

    def close_issue(self, repository: str, number: int, *, at: datetime) -> None:
        """Somebody closes an issue."""
        issue = self.issues[repository][number]
        issue.state, issue.updated_at = "closed", at
