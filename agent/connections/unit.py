"""How a source is divided into scopes that can be read on their own."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
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
        hands: Executor | None = None,
    ) -> Reader:
        """A reader that answers only the calls its collector declared."""
        return self.reads(
            self.scope,
            answers,
            calls,
            since=since,
            given=self.given,
            threads=threads,
            hands=hands,
        )


@dataclass(frozen=True, kw_only=True)
class Unreachable:
    """A part of a connection that could not even be divided into scopes."""

    scope: str
    reads: tuple[type[Reader], ...]
    why: str
    alone: bool = False
    """Whether nothing can be hidden by it but this scope and what lies in it."""


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


@dataclass(frozen=True)
class Division:
    """A part of a connection that is divided into units when its turn comes."""

    scope: str
    """What it is about: every scope in it is this one, or begins with it and a slash."""
    divide: Callable[[], Iterator[Unit | Unreachable]]

    def holds(self, scope: str) -> bool:
        """Whether a scope is in it."""
        return scope == self.scope or scope.startswith(f"{self.scope}/")


@runtime_checkable
class Divided(Protocol):
    """A connection so large that it is read part by part, and kept part by part."""

    def divisions(self) -> Iterator[Division]:
        """The parts, in an order that is the same in every cycle."""
        ...


@runtime_checkable
class KeepsHistory(Protocol):
    """A connection whose source keeps a log of who changed what."""

    def histories(self) -> Iterator[Unit]:
        """Every such log that may be asked; none where the source cannot be reached."""
        ...
