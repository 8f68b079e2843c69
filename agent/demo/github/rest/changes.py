"""What was run on commits."""

from collections.abc import Mapping

from agent.demo.github.rest.view import REPOSITORY, Asked, Fields, Listing, Route, View, written
from agent.demo.github.things import CheckRun, Status


def check_runs(view: View, asked: Asked) -> Listing:
    """Runs on a commit: the latest of each name, or with `filter=all` every one."""
    runs = [run for run in view.repository(asked).check_runs if run.sha == asked["ref"]]
    latest = {run.name: run for run in sorted(runs, key=lambda run: run.at)}
    shown = runs if asked.get("filter") == "all" else list(latest.values())
    return Listing([_check_run(run) for run in shown], key="check_runs")


def statuses(view: View, asked: Asked) -> Listing:
    """Every status ever reported of a commit, the youngest first."""
    found = [status for status in view.repository(asked).statuses if status.sha == asked["ref"]]
    return Listing([_status(status) for status in sorted(found, key=lambda s: s.at)[::-1]])


def _check_run(run: CheckRun) -> Fields:
    finished = run.conclusion is not None
    return {
        "id": run.id,
        "name": run.name,
        "head_sha": run.sha,
        "status": "completed" if finished else "in_progress",
        "conclusion": run.conclusion,
        "started_at": written(run.at),
        "completed_at": written(run.at) if finished else None,
        "output": {"title": None, "summary": None, "text": None},
    }


def _status(status: Status) -> Fields:
    return {
        "id": status.id,
        "context": status.context,
        "state": status.state,
        "description": None,
        "target_url": None,
        "created_at": written(status.at),
        "updated_at": written(status.at),
    }


ROUTES: Mapping[str, Route] = {
    f"{REPOSITORY}/commits/{{ref}}/check-runs": check_runs,
    f"{REPOSITORY}/commits/{{ref}}/statuses": statuses,
}
