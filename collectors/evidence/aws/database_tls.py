"""Databases and warehouses, and whether they refuse connections that are not encrypted."""

from typing import Literal

from collectors.evidence.record import Fact, Record, Unread


class Parameter(Fact, frozen=True, tag="aws.database_parameter"):
    """One setting of a group of parameters."""

    name: str
    value: str | None
    """`None` where the group leaves it to the engine."""


class DatabaseTls(Record, frozen=True, tag="aws.database_tls"):
    """A database or warehouse, with the parameter that refuses plain connections."""

    form: Literal["instance", "cluster", "warehouse"]
    engine: str | Unread
    version: str | Unread
    member_of: str | None
    """The cluster whose parameters hold for it."""
    parameter: Parameter | Unread | None
    """`None` where the engine has no such parameter, or the cluster's is asked."""
    pending: bool
    """Whether changes of its parameters wait for a restart."""
