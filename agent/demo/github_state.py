"""What the local GitHub knows: one organisation, and everything people do to it.

Shas, node ids and numbers follow from a seed and from the order of what is done, so the
same story always gives the same estate. The things and what people do to them stand in one
module, because each deed is a few lines that touch several of them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Literal

Role = Literal["admin", "member"]
Method = Literal["squash", "merge", "rebase"]
WEB_FLOW = "web-flow"


@dataclass
class Account:
    """A person or an app."""

    login: str
    id: int
    node_id: str
    type: str = "User"
    email: str | None = None
    """What the account shows to everybody."""
    two_factor: bool = True


@dataclass(frozen=True)
class Signature:
    """Whom a commit names; `login` is the account GitHub knows by the address, if any."""

    name: str
    email: str
    login: str | None


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
class Protection:
    """Classic protection of one branch."""

    approvals: int | None = 1
    """`None` requires no pull request."""
    dismiss_stale: bool = True
    last_push: bool = False
    enforce_admins: bool = True
    checks: tuple[str, ...] = ()
    bypass_users: tuple[str, ...] = ()
    bypass_teams: tuple[str, ...] = ()


@dataclass
class Ruleset:
    """Rules for the default branch of one repository, or of all."""

    id: int
    name: str
    source_type: str
    source: str
    rules: tuple[dict[str, Any], ...]
    bypass_actors: tuple[dict[str, Any], ...]
    enforcement: str
    repositories: frozenset[str] | None
    """`None` stands for all of the organisation."""


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


class GithubState:
    """The organisation; its methods are what people do, each at a moment that is handed in."""

    def __init__(self, login: str, *, seed: int = 0) -> None:
        self.login = login
        self.two_factor_required = True
        self.accounts: dict[str, Account] = {}
        self.members: dict[str, Role] = {}
        self.outside_collaborators: list[str] = []
        self.repositories: dict[str, Repository] = {}
        self.rulesets: list[Ruleset] = []
        self.single_sign_on: dict[str, str] | None = None
        """Addresses by login; `None` where the organisation has no identity provider."""
        self._seed = seed
        self._count = 0
        self.id = self._number()
        self.node_id = self._node_id("O")
        self.add_account(WEB_FLOW)

    def add_account(
        self, login: str, *, type: str = "User", email: str | None = None, two_factor: bool = True
    ) -> Account:
        """An account that belongs to no organisation yet."""
        account = Account(login, self._number(), self._node_id("U"), type, email, two_factor)
        self.accounts[login] = account
        return account

    def add_member(self, login: str, role: Role = "member", **account: Any) -> None:
        """A new account that is a member."""
        self.add_account(login, **account)
        self.members[login] = role

    def add_outside_collaborator(self, login: str, **account: Any) -> None:
        """A new account that may reach a repository without being a member."""
        self.add_account(login, **account)
        self.outside_collaborators.append(login)

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

    def protect(self, repository: str, **settings: Any) -> Protection:
        """Turn on classic protection of the default branch."""
        place = self.repositories[repository]
        protection = Protection(**settings)
        place.protections[place.default_branch] = protection
        return protection

    def remove_protection(self, repository: str) -> None:
        """Turn off classic protection of the default branch."""
        place = self.repositories[repository]
        del place.protections[place.default_branch]

    def add_ruleset(
        self,
        name: str,
        *,
        repositories: Iterable[str] | None = None,
        approvals: int | None = 1,
        dismiss_stale: bool = True,
        last_push: bool = False,
        checks: Sequence[str] = (),
        bypass: Sequence[dict[str, Any]] = (),
        enforcement: str = "active",
        of_organisation: bool = True,
    ) -> Ruleset:
        """Rules for default branches; `approvals=None` requires no pull request."""
        named = None if repositories is None else frozenset(repositories)
        source = self.login if of_organisation else f"{self.login}/{min(named or {name})}"
        ruleset = Ruleset(
            id=self._number(),
            name=name,
            source_type="Organization" if of_organisation else "Repository",
            source=source,
            rules=tuple(_rules(approvals, checks, stale=dismiss_stale, last_push=last_push)),
            bypass_actors=tuple(bypass),
            enforcement=enforcement,
            repositories=named,
        )
        self.rulesets.append(ruleset)
        return ruleset

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

    def open_pull_request(
        self, repository: str, author: str, message: str, *, at: datetime, **names: Any
    ) -> PullRequest:
        """Ask for one commit to land on the default branch."""
        place = self.repositories[repository]
        sha = self._commit(place, self._tip(place), author, message, at=at, **names)
        pull = PullRequest(len(place.pulls) + 1, author, place.default_branch, [sha])
        place.pulls[pull.number] = pull
        return pull

    def add_commit(
        self,
        repository: str,
        pull: PullRequest,
        author: str,
        message: str,
        *,
        at: datetime,
        **names: Any,
    ) -> str:
        """Push another commit to a pull request."""
        place = self.repositories[repository]
        sha = self._commit(place, (pull.head,), author, message, at=at, **names)
        pull.commits.append(sha)
        return sha

    def review(
        self, pull: PullRequest, reviewer: str | None, state: str = "APPROVED", *, at: datetime
    ) -> Review:
        """Say something of a pull request's last commit; `None` is an account that is gone."""
        review = Review(self._node_id("PRR"), reviewer, state, at, pull.head)
        pull.reviews.append(review)
        return review

    def dismiss(self, pull: PullRequest, review: Review, *, at: datetime) -> None:
        """Take a review away: its state is overwritten, the timeline remembers."""
        pull.events.append(Event("ReviewDismissedEvent", at, review.id, review.state))
        review.state = "DISMISSED"

    def queue(self, pull: PullRequest, *, at: datetime) -> None:
        """Hand a pull request to the merge queue."""
        pull.events.append(Event("AddedToMergeQueueEvent", at))

    def run_check(
        self,
        repository: str,
        sha: str,
        name: str,
        conclusion: str | None = "success",
        *,
        at: datetime,
    ) -> None:
        """Report a check of a commit."""
        run = CheckRun(self._number(), name, sha, conclusion, at)
        self.repositories[repository].check_runs.append(run)

    def report_status(
        self, repository: str, sha: str, context: str, state: str = "success", *, at: datetime
    ) -> None:
        """Report a commit status."""
        status = Status(self._number(), context, sha, state, at)
        self.repositories[repository].statuses.append(status)

    def merge(
        self,
        repository: str,
        pull: PullRequest,
        by: str,
        *,
        at: datetime,
        method: Method = "squash",
    ) -> str:
        """Land a pull request: the commit the base branch then points to."""
        place = self.repositories[repository]
        commits = [place.commits[sha] for sha in pull.commits]
        if method == "merge":
            parents = (*self._tip(place, pull.base), pull.head)
            landed = [self._land(place, parents, (self.sign(by),), pull, at)]
        elif method == "squash":
            authors = tuple(dict.fromkeys(a for commit in commits for a in commit.authors))
            landed = [self._land(place, self._tip(place, pull.base), authors, pull, at)]
        else:
            landed = [
                self._land(place, self._tip(place, pull.base), commit.authors, pull, at)
                for commit in commits
            ]
        pull.landed = tuple(landed)
        pull.merged_at, pull.merged_by = at, by
        return landed[-1]

    def sign(self, login: str) -> Signature:
        """How an account signs its commits."""
        if login == WEB_FLOW:
            return Signature("GitHub", "noreply@github.com", WEB_FLOW)
        account = self.accounts.get(login)
        number = account.id if account else 0
        is_bot = account is not None and account.type == "Bot"
        written = f"{login}[bot]" if is_bot else login
        address = f"{number}+{written}@users.noreply.github.com"
        return Signature(written, address, login if account and not is_bot else None)

    def rulesets_of(self, repository: str) -> list[Ruleset]:
        """Every ruleset that names the repository, whatever its enforcement."""
        return [
            ruleset
            for ruleset in self.rulesets
            if ruleset.repositories is None or repository in ruleset.repositories
        ]

    def _land(
        self,
        place: Repository,
        parents: tuple[str, ...],
        authors: tuple[Signature, ...],
        pull: PullRequest,
        at: datetime,
    ) -> str:
        message = f"Land #{pull.number}"
        commit = Commit(self._sha(), parents, authors, self.sign(WEB_FLOW), at, message)
        sha = place.keep(commit)
        place.branches[pull.base] = sha
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

    def _number(self) -> int:
        self._count += 1
        return 1000 + self._count

    def _sha(self) -> str:
        return self._digest("commit")[:40]

    def _node_id(self, prefix: str) -> str:
        return f"{prefix}_kgDO{self._digest(prefix)[:12]}"

    def _digest(self, kind: str) -> str:
        self._count += 1
        return hashlib.sha256(f"{self._seed} {kind} {self._count}".encode()).hexdigest()


def _rules(
    approvals: int | None, checks: Sequence[str], *, stale: bool, last_push: bool
) -> Iterator[dict[str, Any]]:
    yield {"type": "deletion"}
    if approvals is not None:
        yield {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": approvals,
                "dismiss_stale_reviews_on_push": stale,
                "require_code_owner_review": False,
                "require_last_push_approval": last_push,
                "required_review_thread_resolution": False,
            },
        }
    if checks:
        yield {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": name} for name in checks],
            },
        }
