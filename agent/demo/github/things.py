"""What changes are made of: commits, reviews, pull requests, and what was run on them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Literal

from agent.demo.github.pages import Pages
from agent.demo.github.people import Signature
from agent.demo.github.protections import Protection

Method = Literal["squash", "merge", "rebase"]


@dataclass(frozen=True)
class Commit:
    """One commit, as git has it."""

    sha: str
    parents: tuple[str, ...]
    authors: tuple[Signature, ...]
    committer: Signature
    at: datetime
    message: str


@dataclass
class Review:
    """What a reviewer said; a dismissal overwrites the state, as on GitHub."""

    id: str
    author: str | None
    state: str
    at: datetime
    commit: str


@dataclass(frozen=True)
class Event:
    """One entry of a pull request's timeline."""

    kind: str
    at: datetime
    review: str = ""
    previous_state: str = ""


@dataclass(frozen=True)
class Activity:
    """One move of a branch's head."""

    id: int
    branch: str
    before: str
    after: str
    by: str
    at: datetime
    kind: str


@dataclass(frozen=True)
class RuleSuite:
    """How the rulesets were evaluated when a push arrived."""

    id: int
    branch: str
    before: str
    after: str
    actor: str
    at: datetime
    result: str


@dataclass
class PullRequest:
    """A request to land some commits."""

    number: int
    author: str
    base: str
    commits: list[str]
    reviews: list[Review] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    merged_at: datetime | None = None
    merged_by: str | None = None
    landed: tuple[str, ...] = ()
    """What reached the base branch of it; the last is the merge commit."""
    title: str = "Improve"
    text: str = ""
    head_name: str = "change"
    closes: tuple[int, ...] = ()
    """Numbers of issues in the same repository."""
    into: str | None = None
    """The node id of another repository it was merged in, such as a fork's source."""

    @property
    def head(self) -> str:
        """Its last commit."""
        return self.commits[-1]


@dataclass(frozen=True)
class CheckRun:
    """One run of one check."""

    id: int
    name: str
    sha: str
    conclusion: str | None
    """`None` while it runs."""
    at: datetime


@dataclass(frozen=True)
class Status:
    """One commit status, as older services report it."""

    id: int
    context: str
    sha: str
    state: str
    at: datetime


@dataclass
class Deployment:
    """One commit on its way to an environment, and the run that takes it there, if one does."""

    id: int
    environment: str
    sha: str
    ref: str
    creator: str
    at: datetime
    run: int | None
    started_by: tuple[str, str]
    """Who started the run at first, and who last."""
    states: list[str] = field(default_factory=list)
    approvals: list[tuple[str, str]] = field(default_factory=list)
    """Who said what: `approved` or `rejected`."""


@dataclass
class Release:
    """One published state of a repository."""

    id: int
    tag: str
    sha: str | None
    """What the tag points to; `None` where the tag is gone."""
    at: datetime
    notes: str
    immutable: bool
    tag_rules: tuple[str, ...]
    """What rulesets forbid of the tag."""
    draft: bool


@dataclass
class Repository:
    """A repository with its branches, commits and pull requests."""

    name: str
    id: int
    node_id: str
    private: bool
    default_branch: str
    archived: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    protections: dict[str, Protection] = field(default_factory=dict)
    check_runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    activity: list[Activity] = field(default_factory=list)
    rule_suites: list[RuleSuite] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """What lies on the default branch, by path."""
    owners_errors: list[dict[str, Any]] = field(default_factory=list)
    """What is wrong with the code owners file."""
    deployments: list[Deployment] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    touched: dict[str, list[str]] = field(default_factory=dict)
    """The commits that changed a file, the youngest first, by path."""
    pages: Pages = field(default_factory=dict)
    """Settings that are not as usual."""
    languages: tuple[str, ...] = ("Python",)
    has_security_policy: bool = True
    pushed_at: datetime | None = None
    fork: bool = False
    forks: int = 0
    allow_forking: bool = False
    has_issues: bool = True
    scanning: dict[str, str] = field(
        default_factory=lambda: {
            "secret_scanning": "enabled",
            "secret_scanning_push_protection": "enabled",
        }
    )

    def keep(self, commit: Commit) -> str:
        """Take in a commit, on no branch yet."""
        self.commits[commit.sha] = commit
        return commit.sha

    def history(self, head: str) -> Iterator[Commit]:
        """The head and all its ancestors, the youngest first and none before its child."""
        children = self._children(head)
        ready: list[tuple[float, str]] = []
        heappush(ready, (-self.commits[head].at.timestamp(), head))
        while ready:
            _, sha = heappop(ready)
            commit = self.commits[sha]
            yield commit
            for parent in commit.parents:
                children[parent] -= 1
                if not children[parent]:
                    heappush(ready, (-self.commits[parent].at.timestamp(), parent))

    def _children(self, head: str) -> dict[str, int]:
        children = {head: 0}
        waiting = [head]
        while waiting:
            for parent in self.commits[waiting.pop()].parents:
                if parent not in children:
                    waiting.append(parent)
                children[parent] = children.get(parent, 0) + 1
        return children

    def introduced_by(self, sha: str) -> list[PullRequest]:
        """The merged pull requests that brought a commit."""
        return [
            pull
            for pull in self.pulls.values()
            if pull.merged_at and sha in {*pull.landed, *pull.commits}
        ]
