"""Whatever keeps tickets, and how it says no."""

from dataclasses import dataclass
from typing import Protocol

from agent.tickets.writing import Document
from collectors.evidence.record import Instant


class NotTaken(Exception):
    """The tracker did not do what it was asked; the reason holds no address and no secret."""

    def __init__(self, why: str, *, nothing_works: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.nothing_works = nothing_works
        """Whether the next ticket would be refused as well: it is not asked then."""


@dataclass(frozen=True)
class Marker:
    """What tells our ticket of one gap from all others, and from those of another store."""

    gap: int
    store: str
    """Twelve digits of the hash of the log's first entry."""

    def __str__(self) -> str:
        return f"gapwatch gap={self.gap} store={self.store}"


@dataclass(frozen=True)
class Ticket:
    """One ticket as the tracker has it."""

    key: str
    url: str
    open: bool


class Tracker(Protocol):
    """Where tickets are kept."""

    @property
    def tells_its_end(self) -> bool:
        """Whether it was asked something, and says when a credential ends."""
        ...

    @property
    def expires_at(self) -> Instant | None:
        """When the credential ends, where that is told; `None` for one without an end."""
        ...

    def probe(self) -> str:
        """Look whether tickets could be kept, writing nothing; what was found, in a sentence.

        Raises:
            NotTaken: they could not.
        """
        ...

    def find(self, marker: Marker, since: Instant) -> list[Ticket]:
        """The tickets of ours with a marker, the oldest first; none is older than `since`."""
        ...

    def open(self, title: str, body: Document, marker: Marker) -> Ticket:
        """Make a new one."""
        ...

    def read(self, key: str) -> Ticket | None:
        """One ticket as it is now; `None` if it is there no more."""
        ...

    def rewrite(self, key: str, title: str, body: Document, marker: Marker) -> None:
        """Replace title and body."""
        ...

    def comment(self, key: str, text: Document, mark: str) -> None:
        """Say something once: not again where a comment of ours has the same mark."""
        ...

    def close(self, key: str) -> None:
        """Nothing is left to do."""
        ...

    def reopen(self, key: str) -> None:
        """Something is left to do again."""
        ...

    def closed_since(self, moment: Instant) -> set[str]:
        """The keys of tickets that are closed and were touched since."""
        ...
