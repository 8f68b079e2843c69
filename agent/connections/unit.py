"""How a source is divided into scopes that can be read on their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from collectors.contract import ApiCall
from collectors.reader import Reader
from collectors.transcript import Live, Recorder, Replay


class OpensReader(Protocol):
    """Makes the reader of one scope for one collector."""

    def __call__(
        self,
        answers: Recorder | Replay,
        calls: tuple[ApiCall, ...],
        *,
        since: Mapping[str, str],
        threads: int,
    ) -> Reader:
        """A reader that answers only the calls its collector declared."""
        ...


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One scope of one connection, ready to be read."""

    scope: str
    reads: type[Reader]
    """Collectors over this type of reader run in this unit."""
    identity: str
    """Who the source says we are: evidence of where the records came from."""
    live: Live
    open: OpensReader


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
