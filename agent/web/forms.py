"""What people write into forms, and what it means."""

from collections.abc import Mapping
from datetime import date

import msgspec

from agent.deciding import CannotDecide
from agent.gaps.acceptances import Declared
from agent.gaps.events import Covered

WHOLE_GAP = "gap"
PATTERN = "pattern"
NOBODY_YET = ""
"""Who approves what is only asked for."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was refused: it is shown again as it was filled in, with the reason beside it."""

    form: str
    why: str
    given: Mapping[str, str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to be tolerated."""

    covers: str = WHOLE_GAP
    """`gap`, `pattern`, or the id of a finding."""
    scope: str = ""
    subject: str = ""
    reason: str = ""
    compensating: str = ""
    until: str = ""

    def declared(self, gap: int, check: str | None, *, by: str) -> Declared:
        """The same as an acceptance that nobody has approved yet.

        Args:
            gap: On whose page it was filled in.
            check: Of that gap; `None` if no check is asked about it.
            by: Who is signed in.

        Raises:
            CannotDecide: something is missing, or the day is none.
        """
        return Declared(
            covers=self._covered(gap, check),
            by=by,
            approver=NOBODY_YET,
            reason=said("the reason", self.reason),
            compensating=said("what limits the risk meanwhile", self.compensating),
            until=_day("the last day", self.until),
        )

    def _covered(self, gap: int, check: str | None) -> Covered:
        if self.covers == WHOLE_GAP:
            return Covered(gap=gap)
        if self.covers != PATTERN:
            return Covered(finding=self.covers)
        if check is None:
            raise CannotDecide("no check is asked about this gap: accept the gap as a whole")
        return Covered(check=check, scope=_given(self.scope), subject=_given(self.subject))


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a gap, by when, and how far it is; what is left empty stays as it is."""

    owner: str = ""
    due: str = ""
    note: str = ""

    @property
    def day(self) -> date | None:
        """The agreed day.

        Raises:
            CannotDecide: it is none.
        """
        return _day("the due date", self.due) if _given(self.due) else None

    @property
    def person(self) -> str | None:
        """The new owner."""
        return _given(self.owner)

    @property
    def progress(self) -> str | None:
        """What is said of it."""
        return _given(self.note)


class Reasoned(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is refused or withdrawn."""

    reason: str = ""


def said(what: str, text: str) -> str:
    """A text that must be there, in one line.

    Raises:
        CannotDecide: it is empty.
    """
    given = _given(text)
    if given is None:
        raise CannotDecide(f"{what} must not be empty")
    return given


def one_line(text: str) -> str:
    """A text without the breaks and blanks that only lay it out."""
    return " ".join(text.split())


def _given(text: str) -> str | None:
    return one_line(text) or None


def _day(what: str, text: str) -> date:
    try:
        return date.fromisoformat(said(what, text))
    except ValueError:
        raise CannotDecide(f"{what} must be a day such as 2026-12-31") from None
