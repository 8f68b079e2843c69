"""Default branches with everything that guards them."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.evidence.github.branches import DefaultBranch
from collectors.evidence.record import Unread
from collectors.github.guards import BRANCH_RULES, PROTECTION, RULESET, classic, rulesets
from collectors.github.organisation import Answer, Organisation, field
from collectors.github.repositories import (
    BRANCH,
    LIST_REPOSITORIES,
    default_branch,
    repositories,
)
from collectors.github.settings import ORGANISATION

NOT_ASKED = Unread(why="not asked: the repository is archived or empty")


@collector(
    id="github.default-branches",
    calls=(LIST_REPOSITORIES, ORGANISATION, BRANCH, PROTECTION, BRANCH_RULES, RULESET),
)
def default_branches(organisation: Organisation) -> Iterator[DefaultBranch]:
    """The default branch of every repository, with every layer that guards it.

    GitHub shows who may bypass a ruleset only to those who may edit it: to a credential
    that only reads, it is unread.
    """

    def describe(repository: Answer) -> DefaultBranch:
        archived = field(LIST_REPOSITORIES, repository, "archived", bool)
        branch = default_branch(organisation, repository)
        idle = archived is True or branch is None
        return DefaultBranch(
            id=repository["node_id"],
            name=f"{repository['full_name']} {repository['default_branch']}",
            repository=repository["full_name"],
            branch=repository["default_branch"],
            archived=archived,
            empty=branch if isinstance(branch, Unread) else branch is None,
            classic=NOT_ASKED if idle else classic(organisation, repository),
            rulesets=NOT_ASKED if idle else rulesets(organisation, repository),
        )

    yield from organisation.concurrently(describe, repositories(organisation))
