"""How a source is divided into scopes that can be read on their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.reader import NOTHING, Reader
from collectors.transcript import Conditional, Live, Recorder, Replay


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One scope of one connection, ready to be read."""

    scope: str
    reads: type[Reader]
    """Collectors over this type of reader run in this unit."""
    identity: str
    """Who the source says we are: evidence of where the records came from."""
    live: Live
    unless: Conditional | None = None
    """Where the vendor says that an answer still holds: how it is asked."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What the reader knows before the first question; kept, so that a replay knows it too."""
    expires_at: Instant | None = None
    """When the credential ends, as far as the source says it."""

    def open(
        self,
        answers: Recorder | Replay,
        calls: tuple[ApiCall, ...],
        *,
        since: Mapping[str, str] = NOTHING,
        threads: int = 1,
    ) -> Reader:
        """A reader that answers only the calls its collector declared."""
        return self.reads(
            self.scope, answers, calls, since=since, given=self.given, threads=threads
        )


@dataclass(frozen=True, kw_only=True)
class Unreachable:
    """A part of a connection that could not even be divided into scopes."""

    scope: str
    reads: tuple[type[Reader], ...]
    why: str


class Connection(Protocol):
    """One configured entry under `sources:`."""

    @property
    def source(self) -> str:
        """The vendor: `aws`, `gcp`, `github` or `documents`."""
        ...

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        ...

    def units(self) -> Iterator[Unit | Unreachable]:
        """Every scope there is to read, asked for and not assumed."""
        ...


@runtime_checkable
class KeepsHistory(Protocol):
    """A connection whose source keeps a log of who changed what."""

    def histories(self) -> Iterator[Unit]:
        """Every such log that may be asked; none where the source cannot be reached."""
        ...
