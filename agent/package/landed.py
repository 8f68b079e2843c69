"""The landed changes of the window, each with what an auditor asks of it beside its population."""

from collections.abc import Iterator
from typing import Any

import msgspec

from agent.landed import landed, unlisted
from agent.package.history import History
from agent.package.populations import Population, populations
from collectors.evidence.github.changes import LandedChange
from collectors.evidence.github.deployments import Deployment
from collectors.evidence.record import Record

LANDED = (
    *("item_id", "repository", "branch", "commit", "landed_at", "landed_by", "pull_request"),
    *("authors", "approvers", "check_results", "issues", "deployments", "not_read"),
)


def has_landed(history: History) -> bool:
    """Whether anybody looked at landed changes in the window."""
    return any(_of(history, LandedChange))


def landed_rows(history: History) -> Iterator[tuple[Any, ...]]:
    """Every landed change of the window, by the deployments that the window knows."""
    deploying = list(_of(history, Deployment))
    omissions = [
        omission
        for population in deploying
        for _, event in list(population.events())[-1:]
        for omission in event.omissions
    ]
    known = landed(
        (
            one
            for population in _of(history, LandedChange)
            for one in _items(population, LandedChange)
        ),
        (one for population in deploying for one in _items(population, Deployment)),
        unlisted(omissions, read=bool(deploying)),
    )
    for change in known:
        yield (
            *(change.id, change.repository, change.branch, change.commit, change.landed_at),
            *(change.landed_by, change.pull_request, change.authors, change.approvers),
            *(change.checks, change.issues, change.deployments, change.not_read),
        )


def _of(history: History, kind: type[Record]) -> Iterator[Population]:
    for population in populations(history):
        collector = history.source.collectors.get(population.collector)
        if collector is not None and collector.yields is kind:
            yield population


def _items(population: Population, kind: Any) -> Iterator[Any]:
    for item in population.items().values():
        yield msgspec.convert(item.record, kind)
