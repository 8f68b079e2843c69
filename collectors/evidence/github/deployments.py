"""What was put into production, from where, and who let it through."""

from collectors.evidence.github.later import LATER
from collectors.evidence.record import Fact, Occurrence, Unread


class Approval(Fact, frozen=True, tag="github.deployment_approval"):
    """One word of a reviewer that let a run go on to an environment."""

    by: str | Unread
    is_person: bool


class DeployingRun(Fact, frozen=True, tag="github.deploying_run"):
    """The run of a workflow that deployed."""

    started_by: frozenset[str] | Unread
    """Who started it at first, and who started it again."""
    approvals: tuple[Approval, ...] | Unread
    """Those for this very environment; GitHub does not tell their moments."""


class Deployment(Occurrence, frozen=True, tag="github.deployment"):
    """One commit that was put into an environment of production."""

    repository: str
    environment: str
    commit: str
    created_by: str | Unread
    states: frozenset[str] | Unread
    """Every state that was ever reported of it, such as `pending`, `success`, `inactive`."""
    from_branch: str | Unread | None
    """The protected branch that held the commit when it was deployed; `None` if none did.

    Which branches are protected is as of the reading: GitHub does not tell since when.
    """
    run: DeployingRun | Unread | None
    """`None` where no workflow deployed."""
    authors: frozenset[str] | Unread
    """Who wrote what it brought since the deployment before it."""
    brought: frozenset[str] | Unread = LATER
    """The commits it brought: a landed change among them was let through by its approvals."""
