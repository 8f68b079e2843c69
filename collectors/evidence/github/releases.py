"""What was released, and whether it stays what it was."""

from collectors.evidence.record import Occurrence, Unread


class Release(Occurrence, frozen=True, tag="github.release"):
    """One release of a repository; its moment is when it was published."""

    repository: str
    tag: str
    commit: str | Unread | None
    """What the tag points to; `None` where it points to nothing any more."""
    has_notes: bool | Unread
    immutable: bool | Unread
    """Whether GitHub lets nobody change it."""
    tag_rules: frozenset[str] | Unread | None
    """What rulesets forbid of its tag, in GitHub's words; `None` where the tag is gone."""
    from_branch: str | Unread | None
    """The protected branch that held the commit when it was published; `None` if none did."""
