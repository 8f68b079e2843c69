"""Default branches with everything that guards them."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.evidence.github.branches import DefaultBranch, Guard
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread
from collectors.github.batches import of_each
from collectors.github.guards import GUARD_CALLS, classic, idle_rulesets, rulesets
from collectors.github.heads import DEFAULT_BRANCHES, has_head, is_ruled
from collectors.github.organisation import Answer, Organisation, field
from collectors.github.repositories import (
    BRANCH,
    LIST_REPOSITORIES,
    default_branch,
    repositories,
)
from collectors.github.settings import ORGANISATION
from collectors.github.surroundings import SURROUNDINGS, has_code_owners, reported_checks

NOT_ASKED = Unread(why="not asked: the repository is archived or empty")
Layers = tuple[Guard | NotOffered | Unread | None, tuple[Guard, ...] | NotOffered | Unread]


@collector(
    id="github.default-branches",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, DEFAULT_BRANCHES, BRANCH),
        *(*GUARD_CALLS, SURROUNDINGS),
    ),
)
def default_branches(organisation: Organisation) -> Iterator[DefaultBranch]:
    """The default branch of every repository, with every layer that guards it.

    GitHub itself works out which rules of repository, organisation and enterprise apply to
    the branch. It shows who may bypass a ruleset only to those who may edit it: to a
    credential that only reads, it is unread.
    """
    population = tuple(organisation.in_turn(repositories(organisation)))
    heads = of_each(organisation, DEFAULT_BRANCHES, population)
    seen = of_each(organisation, SURROUNDINGS, population)

    def describe(repository: Answer) -> DefaultBranch:
        archived = field(LIST_REPOSITORIES, repository, "archived", bool)
        head = heads[repository["node_id"]]
        empty = False if has_head(head) else _is_empty(organisation, repository)
        idle = archived is True or empty is True
        around = NOT_ASKED if idle else seen[repository["node_id"]]
        layers = (NOT_ASKED, NOT_ASKED) if idle else _layers(organisation, repository, head)
        return DefaultBranch(
            id=repository["node_id"],
            name=f"{repository['full_name']} {repository['default_branch']}",
            repository=repository["full_name"],
            branch=repository["default_branch"],
            archived=archived,
            empty=empty,
            classic=layers[0],
            rulesets=layers[1],
            idle_rulesets=()
            if idle or _guarded(layers)
            else idle_rulesets(organisation, repository),
            has_code_owners=has_code_owners(around),
            reported_checks=reported_checks(around, repository["default_branch"]),
        )

    yield from organisation.concurrently(describe, population)


def _is_empty(organisation: Organisation, repository: Answer) -> bool | Unread:
    branch = default_branch(organisation, repository)
    return branch if isinstance(branch, Unread) else branch is None


def _layers(organisation: Organisation, repository: Answer, head: Answer | Unread) -> Layers:
    of_classic = classic(organisation, repository, ruled=is_ruled(head))
    return of_classic, rulesets(organisation, repository)


def _guarded(layers: Layers) -> bool:
    """Whether a pull request is required already, so that nobody asks what does not count."""
    of_classic, of_rulesets = layers
    guards = [of_classic, *(of_rulesets if isinstance(of_rulesets, tuple) else ())]
    return any(isinstance(guard, Guard) and guard.pull_request for guard in guards)
