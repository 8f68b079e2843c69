"""Registers that people keep as labelled issues: what the host itself says of each row."""

from collectors.evidence.github.later import LATER
from collectors.evidence.record import Fact, Instant, Occurrence, Record, Unread


class RegisterIssue(Record, frozen=True, tag="github.register_issue"):
    """An issue that serves as a register's row."""

    register: str
    gone: bool
    """Whether it was a row before and is none now: deleted, transferred, or without its label."""
    closed_at: Instant | Unread | None
    renamed_at: Instant | Unread | None
    """When its title was last changed; `None` if it never was."""
    opened_at: Instant | Unread = LATER
    answers: tuple["FormAnswer", ...] = ()
    """The fields that the configuration names, and nothing else of the text."""


class Labelled(Fact, frozen=True, tag="github.labelled"):
    """A label that the issue has, and who gave it last."""

    label: str
    by: str | Unread
    at: Instant


class FormAnswer(Fact, frozen=True, tag="github.register_answer"):
    """What somebody wrote into one field of a register's form."""

    field: str
    """The register's own name for it."""
    said: str | Unread | None
    """`None` where the form has no such field, or nobody answered."""


class RegisteredChange(Occurrence, frozen=True, tag="github.registered_change"):
    """A change that was registered as an issue, with moments and people as the host tells them."""

    register: str
    opened_by: str | Unread
    closed_at: Instant | Unread | None
    closed_by: str | Unread | None
    labels: tuple[Labelled, ...] | Unread
    answers: tuple[FormAnswer, ...] = ()
    """The fields that the configuration names, and nothing else of the text."""
