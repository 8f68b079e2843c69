"""Changes that landed on branches, without holes between one snapshot and the next."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from collectors.contract import collector
from collectors.evidence.github.changes import LandedChange, Override, PullRequest, RuleSuite
from collectors.evidence.record import Unread
from collectors.github.counting import COUNTED, MERGED, counted_again
from collectors.github.guards import (
    BRANCH_RULES,
    CLASSIC,
    PROTECTION,
    RULESETS,
    guarded_by,
    required_checks,
)
from collectors.github.heads import HEAD_CALLS, Branch, followed
from collectors.github.line import LANDED_COMMITS, Landing, Walked, walk
from collectors.github.moves import (
    MOVE_CALLS,
    MOVED,
    Move,
    by_landing,
    moves,
    overrides,
    rule_suites,
)
from collectors.github.organisation import Answer, Organisation, is_passing
from collectors.github.pulls import PULL_REQUEST_CALLS, pull_request
from collectors.github.repositories import BRANCH, LIST_REPOSITORIES
from collectors.github.settings import ORGANISATION

T = TypeVar("T")


@dataclass(frozen=True)
class Circumstances:
    """What is known of a whole stretch, beside its commits."""

    required_checks: frozenset[str] | Unread
    guards: frozenset[str] | Unread
    arrived: Mapping[str, Move]
    suites: Mapping[str, RuleSuite] | Unread
    overrides: Mapping[str, Override] | Unread


@collector(
    id="github.landed-changes",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, BRANCH, PROTECTION, BRANCH_RULES, *HEAD_CALLS),
        *(LANDED_COMMITS, MERGED, *MOVE_CALLS, *PULL_REQUEST_CALLS),
    ),
)
def landed_changes(organisation: Organisation) -> Iterator[LandedChange]:
    """Every change that reached a default or production branch since the previous snapshot.

    The population is the branch's own line of commits, so what nobody asked to merge is in
    it too, and it is counted again by the pull requests that were merged. A stretch with a
    change that could not be read is read again next time; of a history that was rewritten,
    the head that was taken away is named.
    """

    def land(branch: Branch) -> tuple[LandedChange, ...]:
        if isinstance(branch.head, Unread):
            organisation.omit(branch.where, branch.head.why)
            return ()
        return tuple(_landed(organisation, branch, branch.head))

    for changes in organisation.concurrently(land, followed(organisation)):
        yield from changes


def _landed(organisation: Organisation, branch: Branch, head: str) -> Iterator[LandedChange]:
    """What landed on one branch; one that points where it did may still have been elsewhere."""
    earlier = _earlier(organisation, branch)
    known = frozenset(earlier.values())
    steps = moves(organisation, branch)
    start = ", ".join(sorted(known)) or "the start of the window"
    if isinstance(steps, Unread):
        why = f"whether the history between {start} and {head} was rewritten is not known"
        organisation.omit(branch.where, f"{why}: {steps.why}")
    taken = () if isinstance(steps, Unread) else steps
    walked = _walked(organisation, branch, head, earlier, taken)
    if walked.broken_off:
        last = walked.landings[-1].parent if walked.landings else head
        why = f"what landed between {start} and {last} could not be read: {walked.broken_off.why}"
        organisation.omit(branch.where, why)
    changes = _changes(organisation, branch, walked.landings, taken)
    yield from changes
    yield from _rewritings(organisation, branch, head, taken, known if walked.rewritten else ())
    if walked.broken_off or isinstance(steps, Unread):
        return
    if all(map(_is_read, changes, walked.landings)):
        _reached(organisation, branch, head, walked.landings, taken)


def _walked(
    organisation: Organisation,
    branch: Branch,
    head: str,
    earlier: Mapping[str, str],
    steps: Sequence[Move],
) -> Walked:
    if head == earlier.get(branch.name):
        return Walked(())
    return walk(
        organisation,
        branch,
        head,
        known=frozenset(earlier.values()),
        names={branch.name, *earlier},
        moved_at={step.after: step.at for step in steps},
    )


def _reached(
    organisation: Organisation,
    branch: Branch,
    head: str,
    landings: Sequence[Landing],
    steps: Sequence[Move],
) -> None:
    """Remember how far the branch was read, unless it cannot be counted a second time."""
    if landings:
        counted = counted_again(organisation, branch, landings)
        if isinstance(counted, Unread):
            why = f"merged pull requests were not counted again: {counted.why}"
            organisation.omit(branch.where, why)
            return
        organisation.mark(f"{branch.stretch} {COUNTED}", counted)
    if steps:
        organisation.mark(f"{branch.stretch} {MOVED}", steps[0].number)
    organisation.mark(branch.stretch, head)


def _earlier(organisation: Organisation, branch: Branch) -> dict[str, str]:
    """Where earlier snapshots had got to, by the name that the branch had then.

    Under a new name the default branch goes on where it was under the old one.
    """
    prefix = f"{branch.repository['node_id']}/"
    positions = {
        stretch.removeprefix(prefix): position
        for stretch, position in organisation.since.items()
        if stretch.startswith(prefix) and " " not in stretch
    }
    if branch.name in positions:
        return {branch.name: positions[branch.name]}
    return positions if branch.name == branch.repository["default_branch"] else {}


def _changes(
    organisation: Organisation,
    branch: Branch,
    landings: Sequence[Landing],
    steps: Sequence[Move],
) -> list[LandedChange]:
    if not landings:
        return []
    about = _circumstances(organisation, branch, landings, steps)
    return [_change(organisation, branch, landing, about) for landing in landings]


def _circumstances(
    organisation: Organisation,
    branch: Branch,
    landings: Sequence[Landing],
    steps: Sequence[Move],
) -> Circumstances:
    at_branch: Answer = {**branch.repository, "default_branch": branch.name}
    guards = guarded_by(organisation, at_branch, ruled=branch.ruled)
    held = guards if isinstance(guards, frozenset) else frozenset({CLASSIC, RULESETS})
    return Circumstances(
        required_checks=required_checks(organisation, at_branch, ruled=branch.ruled),
        guards=guards,
        arrived=by_landing(landings, {move.after: move for move in steps}, lambda m: m.before),
        suites=rule_suites(organisation, branch, landings) if RULESETS in held else {},
        overrides=overrides(organisation, branch, landings) if CLASSIC in held else {},
    )


def _change(
    organisation: Organisation, branch: Branch, landing: Landing, about: Circumstances
) -> LandedChange:
    full_name, commit = branch.repository["full_name"], landing.commit
    arrived = about.arrived.get(commit)
    pushed = landing.number is None and arrived is not None
    return LandedChange(
        id=f"{branch.repository['node_id']}/{commit}",
        name=f"{full_name}#{landing.number}"
        if isinstance(landing.number, int)
        else f"{full_name}@{commit[:12]}",
        occurred_at=arrived.at if arrived and pushed else landing.at,
        repository=full_name,
        branch=branch.name,
        commit=commit,
        landed_by=arrived.by if arrived and pushed else landing.by,
        required_checks=about.required_checks,
        pull_request=_pull_request(organisation, branch, landing),
        checks=landing.checks,
        guards=about.guards,
        rule_suite=_of(about.suites, commit),
        override=_of(about.overrides, commit),
    )


def _of(by_commit: Mapping[str, T] | Unread, commit: str) -> T | Unread | None:
    return by_commit if isinstance(by_commit, Unread) else by_commit.get(commit)


def _pull_request(
    organisation: Organisation, branch: Branch, landing: Landing
) -> PullRequest | Unread | None:
    if not isinstance(landing.number, int):
        return landing.number
    return pull_request(
        organisation,
        owner=branch.place["owner"],
        name=branch.place["repo"],
        number=landing.number,
        landed_as=landing.commit,
        landed_at=landing.at,
    )


def _rewritings(
    organisation: Organisation,
    branch: Branch,
    head: str,
    steps: Sequence[Move],
    lost: AbstractSet[str] | tuple[()],
) -> Iterator[LandedChange]:
    """Each forced push, and a head that is gone though nobody is told to have forced it."""
    forced = [step for step in steps if step.forced]
    told = {step.before for step in forced}
    unseen = [
        Move(
            number="", before=gone, after=head, at=organisation.begins, by=NOBODY_TOLD, forced=True
        )
        for gone in sorted(lost)
        if not forced and gone not in told
    ]
    for step in [*forced, *unseen]:
        why = f"history between {step.before} and {step.after} was rewritten"
        organisation.omit(branch.where, why)
        yield _rewriting(branch, step)


NOBODY_TOLD = Unread(why="GitHub does not tell who rewrote the history")


def _rewriting(branch: Branch, step: Move) -> LandedChange:
    full_name = branch.repository["full_name"]
    nothing = Unread(why=f"the history between {step.before} and {step.after} was rewritten")
    return LandedChange(
        id=f"{branch.stretch}/{step.before}..{step.after}",
        name=f"{full_name}@{step.before[:12]}..{step.after[:12]}",
        occurred_at=step.at,
        repository=full_name,
        branch=branch.name,
        commit=step.after,
        landed_by=step.by,
        required_checks=nothing,
        pull_request=nothing,
        rewrote=step.before,
        checks=nothing,
        guards=nothing,
        rule_suite=nothing,
        override=nothing,
    )


def _is_read(change: LandedChange, landing: Landing) -> bool:
    """Whether nothing was refused; an author GitHub cannot name will not be known later either.

    What a credential may not see of the circumstances will be refused for good, and does not
    count; what was refused in passing is asked for again.
    """
    request = change.pull_request
    around = (change.required_checks, change.guards, change.rule_suite, change.override)
    if any(map(is_passing, around)):
        return False
    if isinstance(request, PullRequest):
        return not isinstance(request.reviews, Unread) and not isinstance(request.checks, Unread)
    return not isinstance(landing.number, int) and landing.settled
