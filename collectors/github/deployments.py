"""Deployments to production since the previous snapshot, and who let each one through."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.contract import ApiCall, collector
from collectors.evidence.github.deployments import Approval, DeployingRun, Deployment
from collectors.evidence.record import Unread
from collectors.github.comparing import authors_between, commits_between
from collectors.github.counts import COUNTS, counting_none
from collectors.github.organisation import (
    Answer,
    Organisation,
    field,
    needed_moment,
    whole,
)
from collectors.github.protected import PROTECTED_CALLS, protected_branch_with
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION
from collectors.reader import unread

IN_REPOSITORY = "GET /repos/{owner}/{repo}"
DEPLOYMENTS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/deployments",
    "deployments:read",
    redact=("body.payload", "body.description"),
)
DEPLOYMENT_STATUSES = ApiCall(
    "github",
    f"{IN_REPOSITORY}/deployments/{{deployment_id}}/statuses",
    "deployments:read",
    redact=("body.description", "body.target_url", "body.environment_url"),
)
RUN = ApiCall(
    "github",
    f"{IN_REPOSITORY}/actions/runs/{{run_id}}",
    "actions:read",
    redact=("body.head_commit", "body.display_title", "body.pull_requests"),
)
APPROVALS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/actions/runs/{{run_id}}/approvals",
    "actions:read",
    redact=("body.comment",),
)
PRODUCTION = ("production", "prod")
"""What environments of production are called, unless the configuration names them."""
FINAL = frozenset({"success", "failure", "error", "inactive"})
"""States after which nothing more is decided of a deployment."""
WORKFLOWS = "github-actions[bot]"
RUN_IN_ADDRESS = re.compile(r"/actions/runs/(\d+)(?:/|$)")


@dataclass(frozen=True)
class Found:
    """One deployment as it is listed, with the one before it in the same environment."""

    answer: Answer
    before: str | Unread
    """The commit that the environment had until then."""


@collector(
    id="github.deployments",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, COUNTS),
        *(DEPLOYMENTS, DEPLOYMENT_STATUSES, RUN, APPROVALS),
        *PROTECTED_CALLS,
    ),
)
def deployments(organisation: Organisation) -> Iterator[Deployment]:
    """Every deployment to production since the last one that is known to be settled.

    One that still waits or runs, or that could not be read whole, is read again next time.
    Preview and staging environments are left out: production is what the configuration, or
    whoever deploys, calls so.
    """
    population = tuple(organisation.in_turn(repositories(organisation)))
    without = _without_any(organisation, population)

    def read(repository: Answer) -> tuple[Deployment, ...]:
        return tuple(_of_repository(organisation, repository))

    asked = (one for one in population if one["node_id"] not in without)
    for found in organisation.concurrently(read, asked):
        yield from found


def _without_any(organisation: Organisation, population: Sequence[Answer]) -> frozenset[str]:
    if not population:
        return frozenset()
    first = _listed(organisation, population[0])
    return counting_none(organisation, population, "deployments", of_the_first=first)


def _of_repository(organisation: Organisation, repository: Answer) -> Iterator[Deployment]:
    place = _place(repository)
    listed = _listed(organisation, repository)
    if isinstance(listed, Unread):
        organisation.omit(repository["full_name"], listed.why)
        return
    settled = True
    for found in listed:
        deployment = _deployment(organisation, repository, place, found)
        settled = settled and _is_settled(deployment)
        if settled:
            organisation.mark(_stretch(repository), deployment.id)
        yield deployment


def _place(repository: Answer) -> dict[str, str]:
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name}


def _stretch(repository: Answer) -> str:
    return f"{repository['node_id']}/deployments"


def _listed(organisation: Organisation, repository: Answer) -> tuple[Found, ...] | Unread:
    """Those to production that are new, the oldest first; the last known one precedes them."""
    place = _place(repository)
    known = organisation.since.get(_stretch(repository))
    names = _production(organisation)
    new: list[Answer] = []
    earlier: tuple[Answer, ...] = ()
    needs = ("node_id", "sha", "environment", "created_at")
    for one in organisation.until_refused(organisation.each(DEPLOYMENTS, needs=needs, **place)):
        if isinstance(one, Unread):
            return one
        past = needed_moment(DEPLOYMENTS, one, "created_at") < organisation.begins
        if not _is_production(one, names) and not past:
            continue
        if past or one["node_id"] == known:
            earlier = (one,)
            break
        new.append(one)
    return tuple(_each_after_the_one_before([*earlier, *reversed(new)]))[len(earlier) :]


def _each_after_the_one_before(oldest_first: Sequence[Answer]) -> Iterator[Found]:
    latest: dict[str, str] = {}
    first = unread(DEPLOYMENTS, "no deployment to the environment before it was read")
    for one in oldest_first:
        yield Found(one, latest.get(one["environment"], first))
        latest[one["environment"]] = one["sha"]


def _production(organisation: Organisation) -> frozenset[str]:
    configured = organisation.given.get("production", "").splitlines()
    return frozenset(name.casefold() for name in configured or PRODUCTION)


def _is_production(found: Answer, names: frozenset[str]) -> bool:
    environment: str = found["environment"]
    return found.get("production_environment") is True or environment.casefold() in names


def _deployment(
    organisation: Organisation, repository: Answer, place: dict[str, str], found: Found
) -> Deployment:
    answer = found.answer
    at = needed_moment(DEPLOYMENTS, answer, "created_at")
    by = field(DEPLOYMENTS, answer, "creator.login", str)
    where = {**place, "deployment_id": str(answer.get("id"))}
    statuses = organisation.listed(DEPLOYMENT_STATUSES, needs=("state",), **where)
    commit, before = answer["sha"], found.before
    return Deployment(
        id=answer["node_id"],
        name=f"{repository['full_name']}@{commit[:12]} to {answer['environment']}",
        occurred_at=at,
        repository=repository["full_name"],
        environment=answer["environment"],
        commit=commit,
        created_by=by,
        states=statuses
        if isinstance(statuses, Unread)
        else frozenset(status["state"] for status in statuses),
        from_branch=protected_branch_with(organisation, place, commit, at=at),
        run=_run(organisation, place, answer["environment"], by, statuses),
        authors=before
        if isinstance(before, Unread)
        else authors_between(organisation, place, before, commit),
        brought=before
        if isinstance(before, Unread)
        else commits_between(organisation, place, before, commit),
    )


def _run(
    organisation: Organisation,
    place: dict[str, str],
    environment: str,
    created_by: str | Unread,
    statuses: tuple[Answer, ...] | Unread,
) -> DeployingRun | Unread | None:
    """The run that the statuses link to; only Actions deploy by one."""
    if isinstance(statuses, Unread):
        return statuses
    linked = (RUN_IN_ADDRESS.search(str(status.get("log_url") or "")) for status in statuses)
    numbers = [link[1] for link in linked if link]
    if not numbers:
        if isinstance(created_by, str) and created_by != WORKFLOWS:
            return None
        return unread(DEPLOYMENT_STATUSES, "no status says which run deployed")
    where = {**place, "run_id": numbers[0]}
    return DeployingRun(
        started_by=_started_by(organisation.at(where, RUN)),
        approvals=_approvals(organisation.at(where, APPROVALS), environment),
    )


def _started_by(run: Answer | Unread) -> frozenset[str] | Unread:
    people = whole(field(RUN, run, f"{who}.login", str) for who in ("actor", "triggering_actor"))
    return people if isinstance(people, Unread) else frozenset(people)


def _approvals(said: Any, environment: str) -> tuple[Approval, ...] | Unread:
    """Who let the run go on to the environment; GitHub answers all of them at once."""
    if isinstance(said, Unread):
        return said
    if not isinstance(said, list):
        return unread(APPROVALS, "the answer has no list")
    read = whole(_approval(one) for one in said if one.get("state") == "approved")
    if isinstance(read, Unread):
        return read
    return tuple(approval for places, approval in read if environment in places)


def _approval(said: Answer) -> tuple[frozenset[str], Approval] | Unread:
    """One approval, and the environments it is for."""
    places = field(APPROVALS, said, "environments", list)
    if isinstance(places, Unread):
        return places
    kind = field(APPROVALS, said, "user.type", str)
    by = field(APPROVALS, said, "user.login", str)
    names = frozenset(str(place.get("name")) for place in places)
    return names, Approval(by=by, is_person=kind == "User" or isinstance(kind, Unread))


def _is_settled(deployment: Deployment) -> bool:
    """Whether nothing of it can change or was refused, so that it needs no second reading.

    An unknown author, or the lack of an earlier deployment, is not better known later.
    """
    run = deployment.run
    parts = (deployment.states, deployment.from_branch, run)
    of_run = (run.started_by, run.approvals) if isinstance(run, DeployingRun) else ()
    if any(isinstance(part, Unread) for part in (*parts, *of_run)):
        return False
    return isinstance(deployment.states, frozenset) and bool(deployment.states & FINAL)
