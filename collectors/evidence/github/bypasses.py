"""Changes that went around a rule, beside the records that people made of them."""

from collectors.evidence.record import Occurrence, Unread


class RecordedBypass(Occurrence, frozen=True, tag="github.recorded_bypass"):
    """A bypass, a direct push or a forced one; or an emergency record that names no change."""

    how: str | Unread
    """What was gone around; unread where it is not known whether anything was."""
    records: tuple[str, ...]
    """The emergency records that name it, as people call them."""
    unclear: tuple[str, ...] = ()
    """Emergency records whose change could not be read: any of them may name it."""
    names_nothing: bool = False
    """Whether it is a record, and no change that landed is named in it."""
