"""What was tested of a pull request before it landed."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from collectors.contract import ApiCall
from collectors.evidence.github.changes import CheckResult
from collectors.evidence.record import Instant, Unread
from collectors.github.landed_request import LANDED_PULL_REQUEST
from collectors.github.organisation import Answer, Organisation, field, moment, whole

CHECK_RUNS = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    "checks:read",
    redact=(
        "body.check_runs.output",
        "body.check_runs.details_url",
        "body.check_runs.external_id",
    ),
)
STATUSES = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
    "statuses:read",
    redact=("body.description", "body.target_url"),
)
TEST_CALLS = (LANDED_PULL_REQUEST, CHECK_RUNS, STATUSES)
WAITING = {"PENDING", "EXPECTED"}
"""States of a status that is no result yet."""


def results_on(
    organisation: Organisation,
    commits: Iterable[str | Unread],
    told: Mapping[str, tuple[CheckResult, ...]],
    *,
    owner: str,
    repo: str,
) -> tuple[CheckResult, ...] | Unread:
    """What every finished run and every status said of these commits, re-runs included.

    `told` are the commits of which all that counts is known already.
    """
    results: list[CheckResult | Unread] = []
    for commit in commits:
        if isinstance(commit, Unread):
            return commit
        if commit in told:
            results += told[commit]
            continue
        where: dict[str, Any] = {"owner": owner, "repo": repo, "ref": commit}
        runs = organisation.listed(CHECK_RUNS, "check_runs", filter="all", **where)
        if isinstance(runs, Unread):
            return runs
        statuses = organisation.listed(STATUSES, **where)
        if isinstance(statuses, Unread):
            return statuses
        results += [_run(run, commit) for run in runs if run.get("status") == "completed"]
        results += [_status(said, commit) for said in statuses if said.get("state") != "pending"]
    return whole(results)


def told_at_once(answer: Answer, landed_at: Instant) -> Mapping[str, tuple[CheckResult, ...]]:
    """The results on the last commit, by the commit; nothing where they may not be all that count.

    Of the statuses of one name only the newest is told: it is the one that counts unless it
    came after the landing or is not a result yet.
    """
    nodes = field(LANDED_PULL_REQUEST, answer, "tip.nodes", list)
    tip = nodes[0] if isinstance(nodes, list) and nodes else {}
    commit = field(LANDED_PULL_REQUEST, tip, "commit.oid", str)
    runs, statuses = _runs_at_once(tip), _statuses_at_once(tip)
    if isinstance(commit, Unread) or runs is None or statuses is None:
        return {}
    finished = (_of_graphql(run, "name", "conclusion", "completedAt", commit) for run in runs)
    said = [_of_graphql(one, "context", "state", "createdAt", commit) for one in statuses]
    results = whole(chain(finished, said))
    newest = whole(said)
    if isinstance(results, Unread) or isinstance(newest, Unread):
        return {}
    return {} if any(one.completed_at > landed_at for one in newest) else {commit: results}


def _runs_at_once(tip: Answer) -> list[Answer] | None:
    """Every finished run of every suite; `None` if there are more than were answered."""
    found: list[Answer] = []
    suites = _all_of(tip, "commit.checkSuites")
    for suite in suites or ():
        runs = _all_of(suite, "checkRuns")
        if runs is None:
            return None
        found += [run for run in runs if run.get("status") == "COMPLETED"]
    return None if suites is None else found


def _all_of(answer: Answer, path: str) -> list[Answer] | None:
    """The members of a connection that has no second page, none of them null."""
    more = field(LANDED_PULL_REQUEST, answer, f"{path}.pageInfo.hasNextPage", bool)
    nodes = field(LANDED_PULL_REQUEST, answer, f"{path}.nodes", list)
    if more is not False or isinstance(nodes, Unread):
        return None
    return nodes if all(isinstance(node, Mapping) for node in nodes) else None


def _statuses_at_once(tip: Answer) -> list[Answer] | None:
    """The newest status of each name; `None` while one of them is no result yet."""
    commit = field(LANDED_PULL_REQUEST, tip, "commit", dict)
    if isinstance(commit, dict) and commit.get("status", False) is None:
        return []
    contexts = field(LANDED_PULL_REQUEST, commit, "status.contexts", list)
    if isinstance(contexts, Unread):
        return None
    return None if any(said.get("state") in WAITING for said in contexts) else contexts


def _of_graphql(
    said: Answer, name: str, conclusion: str, moment_of: str, commit: str
) -> CheckResult | Unread:
    result = _result(
        LANDED_PULL_REQUEST, said, commit, name=name, conclusion=conclusion, moment_of=moment_of
    )
    if isinstance(result, Unread):
        return result
    return msgspec.structs.replace(result, conclusion=result.conclusion.lower())


def _run(run: Answer, commit: str) -> CheckResult | Unread:
    return _result(
        CHECK_RUNS, run, commit, name="name", conclusion="conclusion", moment_of="completed_at"
    )


def _status(status: Answer, commit: str) -> CheckResult | Unread:
    return _result(
        STATUSES, status, commit, name="context", conclusion="state", moment_of="created_at"
    )


def _result(
    call: ApiCall, answer: Answer, commit: str, *, name: str, conclusion: str, moment_of: str
) -> CheckResult | Unread:
    called = field(call, answer, name, str)
    said = field(call, answer, conclusion, str)
    completed_at = moment(call, answer, moment_of)
    if isinstance(called, Unread):
        return called
    if isinstance(said, Unread):
        return said
    if isinstance(completed_at, Unread):
        return completed_at
    return CheckResult(name=called, commit=commit, conclusion=said, completed_at=completed_at)
