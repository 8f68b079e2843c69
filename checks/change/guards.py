"""The layers of a default branch's protection, taken together as GitHub takes them."""

from collections.abc import Iterable, Sequence

from checks.contract import Verdict, not_applicable
from collectors.evidence.github.branches import DefaultBranch, Guard, PullRequestRule
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread


def settled(branch: DefaultBranch) -> Verdict | None:
    """Why nothing can be asked of the branch: nothing lands on it, or its plan has no guards."""
    if branch.archived is True:
        return not_applicable("the repository is archived")
    if branch.empty is True:
        return not_applicable("the repository has no commit yet")
    layers, gap = layers_of(branch)
    lacking = [part for part in (branch.classic, branch.rulesets) if isinstance(part, NotOffered)]
    if lacking and not layers and not gap:
        return not_applicable("not available on this plan", call=lacking[0].why)
    return None


def layers_of(branch: DefaultBranch) -> tuple[Sequence[Guard], Unread | None]:
    """Every layer that could be read, and why another could not."""
    classic, rulesets = branch.classic, branch.rulesets
    layers = [
        *([classic] if isinstance(classic, Guard) else ()),
        *(rulesets if isinstance(rulesets, tuple) else ()),
    ]
    return layers, first_unread((classic, rulesets))


def pull_request_rules(
    branch: DefaultBranch,
) -> tuple[Sequence[PullRequestRule], Unread | None]:
    """What every layer demands of a pull request, and why another layer could not be read."""
    layers, gap = layers_of(branch)
    return [layer.pull_request for layer in layers if layer.pull_request], gap


def first_unread(values: Iterable[object]) -> Unread | None:
    """The first of some properties that could not be read."""
    return next((value for value in values if isinstance(value, Unread)), None)
