"""How a branch's head moved: who pushed what, and which rules were gone around."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from collectors.contract import ApiCall
from collectors.evidence.github.changes import Override, RuleSuite
from collectors.evidence.record import Instant, Unread
from collectors.github.audit_calls import AUDIT_LOG
from collectors.github.heads import Branch
from collectors.github.line import Landing
from collectors.github.organisation import Answer, Organisation, field, moment

ACTIVITY = ApiCall("github", "GET /repos/{owner}/{repo}/activity", "contents:read")
RULE_SUITES = ApiCall(
    "github", "GET /repos/{owner}/{repo}/rulesets/rule-suites", "administration:read"
)
MOVE_CALLS = (ACTIVITY, RULE_SUITES, AUDIT_LOG)

MOVED = "moved"
FORCED = "force_push"
OVERRIDDEN = "protected_branch.policy_override"

T = TypeVar("T")


@dataclass(frozen=True)
class Move:
    """One step of a branch's head."""

    number: str
    before: str
    after: str
    at: Instant
    by: str | Unread
    forced: bool


def moves(organisation: Organisation, branch: Branch) -> tuple[Move, ...] | Unread:
    """Every step since the last one that is known, or since the window's start, youngest first."""
    where = branch.place
    known = organisation.since.get(f"{branch.stretch} {MOVED}")
    steps: list[Move] = []
    activity = organisation.each(
        ACTIVITY,
        needs=("before", "after", "timestamp"),
        owner=where["owner"],
        repo=where["repo"],
        ref=f"refs/heads/{branch.name}",
    )
    for step in organisation.until_refused(activity):
        if isinstance(step, Unread):
            return step
        at = datetime.fromisoformat(step["timestamp"])
        number = str(step.get("id"))
        if number == known or at < organisation.begins:
            break
        steps.append(
            Move(
                number=number,
                before=step["before"],
                after=step["after"],
                at=at,
                by=field(ACTIVITY, step, "actor.login", str),
                forced=step.get("activity_type") == FORCED,
            )
        )
    return tuple(steps)


def by_landing(
    landings: Iterable[Landing], ends: Mapping[str, T], starts: Callable[[T], str]
) -> dict[str, T]:
    """By which push each commit arrived: a push brings all from its end back to its start."""
    arrived: dict[str, T] = {}
    push: T | None = None
    for landing in landings:
        if landing.commit in ends:
            push = ends[landing.commit]
        elif push is not None and landing.commit == starts(push):
            push = None
        if push is not None:
            arrived[landing.commit] = push
    return arrived


def rule_suites(
    organisation: Organisation, branch: Branch, landings: Iterable[Landing]
) -> Mapping[str, RuleSuite] | Unread:
    """What became of each commit under the rulesets, as long as GitHub keeps it: a month."""
    listed = organisation.listed(
        RULE_SUITES,
        needs=("before_sha", "after_sha", "result"),
        owner=branch.place["owner"],
        repo=branch.place["repo"],
        ref=f"refs/heads/{branch.name}",
        time_period="month",
        rule_suite_result="all",
    )
    if isinstance(listed, Unread):
        return listed
    ends = {suite["after_sha"]: suite for suite in listed}
    arrived = by_landing(landings, ends, lambda suite: str(suite["before_sha"]))
    read = {commit: _suite(suite) for commit, suite in arrived.items()}
    return {commit: suite for commit, suite in read.items() if suite is not None}


def _suite(suite: Answer) -> RuleSuite | None:
    pushed_at = moment(RULE_SUITES, suite, "pushed_at")
    if isinstance(pushed_at, Unread):
        return None
    actor = field(RULE_SUITES, suite, "actor_name", str)
    return RuleSuite(result=suite["result"], actor=actor, pushed_at=pushed_at)


def overrides(
    organisation: Organisation, branch: Branch, landings: Iterable[Landing]
) -> Mapping[str, Override] | Unread:
    """The commits for which the audit log says that classic protection was overridden."""
    phrase = f"action:{OVERRIDDEN} created:>={organisation.begins:%Y-%m-%d}"
    listed = organisation.listed(
        AUDIT_LOG, org=organisation.login, phrase=phrase, include="all", order="desc"
    )
    if isinstance(listed, Unread):
        return listed
    ends = dict(_of_branch(listed, branch))
    arrived = by_landing(landings, ends, lambda event: str(event.get("before")))
    return {
        commit: Override(
            actor=field(AUDIT_LOG, event, "actor", str),
            at=datetime.fromtimestamp(event["created_at"] / 1000, UTC),
        )
        for commit, event in arrived.items()
    }


def _of_branch(events: Iterable[Answer], branch: Branch) -> Iterator[tuple[str, Answer]]:
    for event in events:
        same = event.get("repo") == branch.repository["full_name"]
        if same and event.get("branch") in {branch.name, f"refs/heads/{branch.name}"}:
            yield str(event.get("after")), event
