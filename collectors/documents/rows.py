"""The registers that are read, and those of their fields that a check needs.

Every register and every field is described in `config/registers.yaml`.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

import msgspec

from collectors.documents.register import Address, Moment, Quarter, Row


class LoginCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one source calls a person."""

    source: str
    login: str


class DecisionCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reviewer decided on one identity."""

    identity: str
    decision: Literal["keep", "remove"]


class PersonRow(Row, frozen=True):
    """Somebody who works or worked for the company."""

    REGISTER: ClassVar = "people"
    KEY: ClassVar = ("person_id",)
    NOT_READ: ClassVar = ("role", "manager", "type", "background_check_date", "nda_date")

    person_id: str
    email: Address
    start_date: date
    end_date: date | None = None
    identities: tuple[LoginCell, ...] = ()


class TrainingRow(Row, frozen=True):
    """A course assigned to a person."""

    REGISTER: ClassVar = "training"
    KEY: ClassVar = ("person_id", "course", "completed")
    NOT_READ: ClassVar = ("assigned",)

    person_id: str
    course: str
    completed: date | None = None


class ScopeRow(Row, frozen=True):
    """A thing that is, or is not, part of what is assessed."""

    REGISTER: ClassVar = "scope"
    KEY: ClassVar = ("kind", "id")
    NOT_READ: ClassVar = ("declared_by",)

    kind: str
    id: str
    in_scope: bool
    since: date
    reason: str | None = None


class AccessReviewRow(Row, frozen=True):
    """One review of the access to one system."""

    REGISTER: ClassVar = "access_reviews"
    KEY: ClassVar = ("system", "period", "reviewer")

    system: str
    period: Quarter
    snapshot_id: str
    reviewer: Address
    completed_at: date | None = None
    decisions: tuple[DecisionCell, ...] = ()


class DataStoreRow(Row, frozen=True):
    """A place where data lies."""

    REGISTER: ClassVar = "data_stores"
    KEY: ClassVar = ("store",)
    NOT_READ: ClassVar = ("account", "classification", "owner", "backup", "encryption")

    store: str
    tier: int
    recovery_minutes: int | None = None


class RestoreTestRow(Row, frozen=True):
    """A backup that somebody tried to restore."""

    REGISTER: ClassVar = "restore_tests"
    KEY: ClassVar = ("store", "backup_id", "date")

    store: str
    backup_id: str
    date: date
    duration: int
    data_check: bool
    result: Literal["succeeded", "failed"]


class IncidentRow(Row, frozen=True):
    """Something that went wrong and was handled as an incident."""

    REGISTER: ClassVar = "incidents"
    KEY: ClassVar = ("id",)

    id: str
    detected: Moment
    severity: str
    security: bool
    privacy: bool
    declared: Moment | None = None
    owner: str | None = None
    contained: Moment | None = None
    resolved: Moment | None = None
    review_at: Moment | None = None
    notified: tuple[str, ...] = ()


class VendorRow(Row, frozen=True):
    """Another company that the service depends on."""

    REGISTER: ClassVar = "vendors"
    KEY: ClassVar = ("vendor",)

    vendor: str
    tier: int
    owner: str
    data: tuple[str, ...] = ()
    contract_date: date | None = None
    dpa: bool | None = None
    breach_notice_days: int | None = None
    report_type: str | None = None
    report_period_end: date | None = None
    bridged_until: date | None = None
    opinion: str | None = None
    exceptions: tuple[str, ...] = ()
    cuecs_mapped: bool | None = None
    reviewed_at: date | None = None


REGISTERS: Mapping[str, type[Row]] = {
    row.REGISTER: row
    for row in (
        *(PersonRow, TrainingRow, ScopeRow, AccessReviewRow, DataStoreRow, RestoreTestRow),
        *(IncidentRow, VendorRow),
    )
}
