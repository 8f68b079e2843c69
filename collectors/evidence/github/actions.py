"""What workflows may run, with which rights, on which machines, and with which secrets."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class ChosenActions(Fact, frozen=True, tag="github.chosen_actions"):
    """Which outside actions may run where not all may."""

    of_github: bool | Unread
    of_verified_creators: bool | Unread
    patterns: frozenset[str] | Unread


class ActionsPolicy(Record, frozen=True, tag="github.actions_policy"):
    """What workflows of an organisation, or of one repository, may do.

    A repository may be stricter than its organisation, never laxer: it has a record of its
    own where the organisation leaves something open, and where it is public.
    """

    enabled: bool | Unread
    allowed_actions: str | Unread
    """`all`, `local_only` or `selected`."""
    chosen: ChosenActions | Unread | None
    """`None` unless some are selected."""
    pins_required: bool | Unread
    """Whether every action has to be named by a full commit hash."""
    default_permission: str | Unread
    """`read` or `write`: what a workflow's token may do unless the workflow says less."""
    may_approve: bool | Unread
    outside_runs_approved_for: str | Unread | None
    """Whose runs need approval in public repositories; `None` for a private one."""
    forks_are_given: frozenset[str] | Unread
    """What runs from forks of private repositories get: `write tokens`, `secrets`."""


class RunnerGroup(Record, frozen=True, tag="github.runner_group"):
    """Machines of the company's own that run workflows, and who may use them."""

    runners: int | Unread
    visibility: str | Unread
    """`all`, `selected`, `private`, or `repository` for runners of one repository's own."""
    serves_public_repositories: bool | Unread
    workflows: frozenset[str] | Unread | None
    """The only workflows that may use it; `None` where all may."""


class ActionsSecret(Record, frozen=True, tag="github.actions_secret"):
    """A secret that workflows can read: its name and its age, never its value."""

    called: str
    updated_at: Instant | Unread


class Environment(Record, frozen=True, tag="github.environment"):
    """Where workflows deploy to, and what a deployment has to pass."""

    repository: str
    called: str
    has_reviewers: bool | Unread
    prevents_self_review: bool | Unread
    has_other_rules: bool | Unread
    """Whether an app of the company's choice decides as well."""
    branches: str | Unread | None
    """`protected` or `named`; `None` where every branch may be deployed."""
    patterns: frozenset[str] | Unread
    """The names that may be deployed, where they are named."""
    administrators_bypass: bool | Unread


class ActionUse(Record, frozen=True, tag="github.action_use"):
    """An action or workflow from outside the organisation that a workflow names."""

    workflow: str
    uses: str
    pinned: bool
    """By a full commit hash, or a container image by its digest."""
    pins_required: bool | Unread


class WorkflowFile(Record, frozen=True, tag="github.workflow"):
    """A workflow on the default branch, with what could be turned against the repository."""

    dangers: tuple[str, ...] | Unread
    """Each danger and the job in which it lies."""
