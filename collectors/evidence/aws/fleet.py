"""Machines that Systems Manager looks after."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class WatchedInstance(Record, frozen=True, tag="aws.watched_instance"):
    """A machine that runs, or whose state is not known."""

    state: str | Unread
    is_node: bool
    """Whether its tags say that it is a node of a Kubernetes cluster."""
    heard_at: Instant | Unread | None
    """When its agent was last heard of; `None` if it never was."""


class Patches(Fact, frozen=True, tag="aws.patches"):
    """How a machine stands against its patch baseline."""

    missing: int
    failed: int
    waiting: int
    """Installed, and without effect until a restart."""
    looked_at: Instant


class PatchedMachine(Record, frozen=True, tag="aws.patched_machine"):
    """A machine that Systems Manager looks after."""

    patches: Patches | Unread | None
    """`None` where nobody ever looked for patches."""
