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


@dataclass(frozen=True)
class IssueEvent:
    """One entry of an issue's timeline."""

    kind: str
    by: str
    at: datetime
    label: str = ""


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
    closed_at: datetime | None = None
    events: list[IssueEvent] = field(default_factory=list)


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
        known[number].events += [IssueEvent("labeled", author, at, label) for label in labels]
        return known[number]

    def comment(self, issue: Issue, author: str, body: str, *, at: datetime) -> Comment:
        """Say something about an issue."""
        comment = Comment(self._number(), author, body, at)
        issue.comments.append(comment)
        issue.updated_at = at
        return comment

    def close_issue(self, repository: str, number: int, *, at: datetime, by: str = "mia") -> None:
        """Somebody closes an issue."""
        issue = self.issues[repository][number]
        issue.state, issue.updated_at, issue.closed_at = "closed", at, at
        issue.events.append(IssueEvent("closed", by, at))

    def label_issue(self, issue: Issue, by: str, label: str, *, at: datetime) -> None:
        """Somebody gives an issue a label."""
        issue.labels = (*issue.labels, label)
        issue.events.append(IssueEvent("labeled", by, at, label))

    def rename_issue(self, issue: Issue, by: str, title: str, *, at: datetime) -> None:
        """Somebody changes an issue's title."""
        issue.title = title
        issue.events.append(IssueEvent("renamed", by, at))
