"""Where something may run: accounts, regions and services, read or not, declared or not."""

from datetime import date
from typing import Literal

from collectors.evidence.record import Record


class Place(Record, frozen=True, tag="places.place"):
    """An account, or a region of it, as the source enumerates them."""

    what: Literal["account", "region", "service"]
    called: tuple[str, ...]
    """By which names a register may declare it, the narrowest first."""
    is_read: bool
    """Whether this configuration reads it."""
    closed: str | None = None
    """Why nobody can read it, in the source's word: a suspended account lets nobody in.

    Nor does a region that the account is not opted in to.
    """


class ServiceInUse(Record, frozen=True, tag="places.service_in_use"):
    """A service of which something lies in a region, and that no collector asks anything.

    It is called as IAM calls it: `sagemaker`.
    """

    called: tuple[str, ...]
    """By which names a register may declare it, the narrowest first."""


class DeclaredPlace(Record, frozen=True, tag="places.declared"):
    """A line of the register of what is assessed and what is not."""

    what: str
    called: str
    in_scope: bool
    reason: str | None
    since: date


class ReviewedPlace(Record, frozen=True, tag="places.reviewed"):
    """A place that was seen, and what the register says of it."""

    what: Literal["account", "region", "service"]
    is_read: bool
    closed: str | None
    declared: DeclaredPlace | None


class ReviewedService(Record, frozen=True, tag="places.reviewed_service"):
    """A service in use that no collector asks, and what the register says of it."""

    declared: DeclaredPlace | None
