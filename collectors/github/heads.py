"""The branches that are followed, default and declared ones, and where each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from collectors.contract import ApiCall
from collectors.evidence.record import Unread
from collectors.github.batches import of_each
from collectors.github.organisation import LARGEST_PAGE, Answer, Organisation, Query, field, needed
from collectors.github.repositories import repositories

DEFAULT_BRANCHES = Query(
    "graphql",
    "DefaultBranches",
    "contents:read, metadata:read",
    text="""
query DefaultBranches($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      isEmpty
      defaultBranchRef { name target { oid } branchProtectionRule { id } }
    }
  }
  rateLimit { cost }
}
""",
)
LIST_BRANCHES = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/branches",
    "contents:read",
)
HEAD_CALLS = (DEFAULT_BRANCHES, LIST_BRANCHES)


@dataclass(frozen=True)
class Branch:
    """One branch that is followed, with the commit it points to."""

    repository: Answer
    name: str
    head: str | Unread
    ruled: bool = False
    """Whether GitHub ties a rule of classic protection to it; if not, there may be one."""

    @property
    def stretch(self) -> str:
        """What its position is remembered under: a rename of the repository changes nothing."""
        return f"{self.repository['node_id']}/{self.name}"

    @property
    def where(self) -> str:
        """What people call it."""
        return f"{self.repository['full_name']} {self.name}"

    @property
    def place(self) -> dict[str, str]:
        """The path parameters that lead to it."""
        owner, _, name = self.repository["full_name"].partition("/")
        return {"owner": owner, "repo": name, "branch": self.name}


def followed(organisation: Organisation) -> Iterator[Branch]:
    """Each repository's default branch, and every other that the configuration declares.

    A hundred repositories are asked about at once; an empty one has no branch yet.
    """
    for some in organisation.together(repositories(organisation), LARGEST_PAGE):
        answered = of_each(organisation, DEFAULT_BRANCHES, some)
        for repository in some:
            yield from _default(repository, answered[repository["node_id"]])
            yield from _declared(organisation, repository)


def has_head(answered: Answer | Unread) -> bool:
    """Whether the default branch is known to point to a commit."""
    return isinstance(field(DEFAULT_BRANCHES, answered, "defaultBranchRef.target.oid", str), str)


def is_ruled(answered: Answer | Unread) -> bool:
    """Whether a rule of classic protection is known to be about the default branch.

    GitHub answers null for "none" and for "not for you" alike, so `False` says nothing.
    """
    rule = field(DEFAULT_BRANCHES, answered, "defaultBranchRef.branchProtectionRule.id", str)
    return isinstance(rule, str)


def _default(repository: Answer, answered: Answer | Unread) -> Iterator[Branch]:
    if field(DEFAULT_BRANCHES, answered, "isEmpty", bool) is True:
        return
    name = field(DEFAULT_BRANCHES, answered, "defaultBranchRef.name", str)
    head = field(DEFAULT_BRANCHES, answered, "defaultBranchRef.target.oid", str)
    yield Branch(
        repository,
        repository["default_branch"] if isinstance(name, Unread) else name,
        head,
        is_ruled(answered),
    )


def _declared(organisation: Organisation, repository: Answer) -> Iterator[Branch]:
    """The branches besides the default one that changes reach production by."""
    patterns = organisation.given.get("branches", "").split()
    if not patterns:
        return
    owner, _, name = repository["full_name"].partition("/")
    listed = organisation.each(LIST_BRANCHES, needs=("name",), owner=owner, repo=name)
    for branch in organisation.until_refused(listed):
        if isinstance(branch, Unread):
            yield Branch(repository, " ".join(patterns), branch)
        elif branch["name"] != repository["default_branch"] and any(
            fnmatchcase(branch["name"], pattern) for pattern in patterns
        ):
            yield Branch(
                repository, branch["name"], needed(LIST_BRANCHES, branch, "commit.sha", str)
            )
