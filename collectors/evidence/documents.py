"""Documents, their approvals, and what registers say was done."""

from datetime import date
from typing import Literal

from collectors.evidence.people import Employment
from collectors.evidence.record import Fact, Instant, Occurrence, Record, Unread


class Approval(Fact, frozen=True, tag="documents.approval"):
    """Somebody's yes to one revision of a document."""

    approver: str
    approved_on: date
    version: str | None
    """The version it is of; `None` when it names none."""
    body_sha256: str | None
    """The text it is of; `None` when it names none."""


class History(Fact, frozen=True, tag="documents.history"):
    """What the folder's own history says of a file."""

    commit: str
    """The last change to it."""
    changed_at: Instant
    authors: frozenset[str]
    """Everyone who ever committed a change to it, by address."""


class Revision(Fact, frozen=True, tag="documents.revision"):
    """One document as it lies in the folder."""

    path: str
    title: str | None
    sort: Literal["policy", "record"]
    """A policy is renewed; a record (minutes, a report) is of its day."""
    serves: tuple[str, ...]
    """The required documents it says it is."""
    owner: str | None
    version: str | None
    review: str | None
    """How often it says it is due again."""
    authors: frozenset[str]
    """Who wrote it by its own word, by address."""
    body_sha256: str
    """Of the text alone, without what stands before it about approvals."""
    approval: Approval | None
    history: History | Unread | None
    """`None` when the folder keeps no history."""


class RequiredDocument(Record, frozen=True, tag="documents.required"):
    """A document that a control asks for, with every file that says it is this document."""

    control: str
    cadence: str
    """How often it is due again: `continuous`, `monthly`, `quarterly`, `annual` or `event`."""
    found: tuple[Revision, ...]
    unseen: Unread | None
    """Set when a file, or the folder, could not be read: the document may be there."""


class Policy(Record, frozen=True, tag="documents.policy"):
    """A document that binds people until it is renewed."""

    revision: Revision | Unread
    owner_employment: Employment | Unread | None
    """`None` when its owner is not in the register of people."""


class SystemQuarter(Record, frozen=True, tag="documents.system_quarter"):
    """A system in scope, and a quarter in which its access was to be reviewed."""

    system: str
    quarter: str
    ends_at: Instant
    """The last second of the quarter."""
    out_of_scope: str | None
    """Why it need not be reviewed, in the company's words."""


class AccessReview(Record, frozen=True, tag="documents.access_review"):
    """One reviewer's decisions on the access to one system in one quarter."""

    system: str
    quarter: str
    snapshot: str
    """The list of identities that was reviewed."""
    reviewer: str
    completed_on: date | None
    """`None` while the review is going on."""
    decided: tuple[str, ...]
    """The identities that were decided on."""


class CompletedReview(Fact, frozen=True, tag="documents.completed_review"):
    """An access review as it counts for its quarter."""

    reviewer: str
    reviewer_known: bool
    """Whether the reviewer is in the register of people."""
    completed_on: date
    snapshot: str
    decided: tuple[str, ...]
    own: tuple[str, ...]
    """Those of the identities that are the reviewer's."""


class ReviewedQuarter(Occurrence, frozen=True, tag="documents.reviewed_quarter"):
    """A system and a quarter that has ended or runs, with every completed review of the two."""

    system: str
    quarter: str
    out_of_scope: str | None
    reviews: tuple[CompletedReview, ...]


class Restore(Fact, frozen=True, tag="documents.restore"):
    """A backup that somebody tried to restore."""

    restored_on: date
    backup: str
    minutes: int
    data_checked: bool
    succeeded: bool


class CriticalStore(Record, frozen=True, tag="documents.critical_store"):
    """A store without which the service stops, with every restore that was tried."""

    recovery_minutes: int | None
    """How long a restore may take; `None` when nobody said."""
    restores: tuple[Restore, ...] | Unread


class Incident(Occurrence, frozen=True, tag="documents.incident"):
    """Something that went wrong; it happened when it was noticed."""

    severity: str
    """By the company's own scale."""
    security: bool
    privacy: bool
    """Whether personal data was touched."""
    owner: str | None
    declared_at: Instant | None
    contained_at: Instant | None
    resolved_at: Instant | None
    """`None` while it goes on."""
    reviewed_at: Instant | None
    """When the lessons were written down."""
    notified: tuple[str, ...]
    """Who outside was told."""


class VendorReport(Fact, frozen=True, tag="documents.vendor_report"):
    """What the register says of a vendor's assurance report."""

    report: str | None
    """Of which type it is; `None` when none is on file."""
    period_end: date | None
    bridged_until: date | None
    """The last day for which a letter of the vendor covers the time since."""
    opinion: str | None
    exceptions: tuple[str, ...]
    user_controls_mapped: bool | None


class Vendor(Record, frozen=True, tag="documents.vendor"):
    """Another company that the service depends on."""

    tier: int
    """1 is the most critical."""
    owner: str
    data: tuple[str, ...]
    """Which kinds of data it holds."""
    contract_date: date | None
    data_terms: bool | None
    """Whether data protection is agreed; `None` when the register does not say."""
    breach_notice_days: int | None
    reviewed_on: date | None
    report: VendorReport
