"""Versions that AWS runs for the company, and until when it supports them."""

from typing import Literal

from collectors.evidence.record import Instant, Record, Unread


class ManagedVersion(Record, frozen=True, tag="aws.managed_version"):
    """A function with a managed runtime, or a Kubernetes cluster."""

    form: Literal["function", "cluster"]
    version: str | Unread
    """The runtime, such as `python3.14`, or the version of Kubernetes."""
    supported_until: Instant | Unread | None
    """When standard support of a cluster's version ends; `None` where no operation says."""
