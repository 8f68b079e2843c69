"""From a company's store to a package in an auditor's hands: frozen, logged, signed, written."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import Connection

from agent.estate import Estate
from agent.gaps.events import Event, EvidenceAccessed, PopulationsFrozen, SeedGiven
from agent.gaps.lifecycle import Moment
from agent.package.contents import Contents
from agent.package.history import History, Source
from agent.package.lint import Doubt
from agent.package.populations import populations
from agent.package.redaction import Redaction
from agent.package.request_list import RequestList
from agent.package.window import Window
from agent.registry import all_joins, all_that_read
from agent.stamping import stamp_newest
from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.store.keys import SignerKey
from agent.store.store import Store
from agent.store.tree import introduce, sign
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant


class NothingToHand(Exception):
    """There is no package to be made of this window; the message says why."""


class Logged(NamedTuple):
    """What the log was told of a package before it was written."""

    size: int
    """Of the log, as it was signed then."""
    at: Instant
    frozen: tuple[int, PopulationsFrozen]
    seed: tuple[int, SeedGiven] | None


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One package, and how it came about."""

    company: Estate
    store: Store
    window: Window
    by: str
    seed: str | None = None
    redacted: bool = False
    asked: RequestList | None = None
    """The auditor's own list of requests."""
    collectors: Mapping[str, Collector[Any, Any]] = field(default_factory=all_that_read)
    joins: Mapping[str, Derived[Any]] = field(default_factory=all_joins)

    def hand(self, path: Path) -> list[Doubt]:
        """Write the package; returns what an auditor may send it back for.

        That it was made is an entry of the log, signed before the first byte is written. No cycle
        runs meanwhile.

        Raises:
            KeyUnusable: the log cannot be signed.
            NothingToHand: the window has no evidence, or its days are not in order.
            StoreUnusable: a cycle is running, or the file cannot be written.
            TooLarge: one file would be more than an archive in the usual form holds.
        """
        if self.window.end < self.window.start:
            raise NothingToHand(f"--to {self.window.end} is before --from {self.window.start}")
        key = self.company.signer(self.store)
        with self.store.exclusive(), _appearing(path) as file:
            logged = self.log(key, path.name)
            stamp_newest(self.company, self.store)
            with self.store.reading() as connection:
                return self.contents(connection, key, logged).write(file)

    def contents(self, connection: Connection, key: SignerKey, logged: Logged) -> Contents:
        """The package as of the checkpoint that says it was made."""
        return Contents(
            history=self._history(connection, logged.size, logged.at),
            reading=self.company.reading(self.store, as_of=logged.at),
            key=key,
            frozen=logged.frozen,
            seed=logged.seed,
            redaction=Redaction(self.store.blobs.redaction_key()),
            full=not self.redacted,
            asked=self.asked,
        )

    def _history(self, connection: Connection, size: int, at: Instant) -> History:
        source = Source(
            connection=connection,
            blobs=self.store.blobs,
            size=size,
            at=at,
            checks=self.company.checks,
            collectors=self.collectors,
            joins=self.joins,
        )
        return History.read(source, self.window)

    def log(self, key: SignerKey, name: str) -> Logged:
        """Freeze, take the seed, say that a package was made, and sign all of it."""
        at = self.company.clock()
        with self.store.transaction() as writer:
            first = introduce(writer.connection, key, Moment(at=at, cycle=0))
            writer.append([first] if first else [])
            frozen = self._frozen(writer.connection, at)
            number = frozen[0] or writer.append([frozen[1]])[0]
            seed = self._seed(writer.connection, number, at)
            if seed is not None and not seed[0]:
                seed = (writer.append([seed[1]])[0], seed[1])
            edition = "redacted package" if self.redacted else "package"
            what = f"{edition} {name} of {self.window}"
            if self.asked is not None:
                what += f", answering {len(self.asked.requests)} requests"
            told: list[Event] = [
                EvidenceAccessed(at=at, cycle=0, action="exported", what=what, by=self.by)
            ]
            writer.append(told)
            size = sign(writer.connection, key, at).size
        return Logged(size, at, (number, frozen[1]), seed)

    def _frozen(self, connection: Connection, at: Instant) -> tuple[int, PopulationsFrozen]:
        """The populations as they are; under the entry that froze them, if one did already."""
        history = self._history(connection, queries.last_number(connection), at)
        found = tuple(population.frozen() for population in populations(history))
        if not found:
            raise NothingToHand(
                f"no evidence was seen from {self.window}: `gapwatch evidence` tells of which days "
                "there is any"
            )
        start, end = self.window.start, self.window.end
        for number, event in queries.newest_entries(connection, kind="populations_frozen"):
            if isinstance(event, PopulationsFrozen) and (
                (event.start, event.end, event.populations) == (start, end, found)
            ):
                return number, event
        return 0, PopulationsFrozen(at=at, cycle=0, start=start, end=end, populations=found)

    def _seed(
        self, connection: Connection, frozen: int, at: Instant
    ) -> tuple[int, SeedGiven] | None:
        """The auditor's seed, under the entry that accepted it, if one did already."""
        if self.seed is None:
            return None
        for number, event in queries.entries(connection, after=frozen, kind="seed_given"):
            if isinstance(event, SeedGiven) and (event.frozen, event.seed) == (frozen, self.seed):
                return number, event
        return 0, SeedGiven(at=at, cycle=0, frozen=frozen, seed=self.seed, by=self.by)


def window_of(start: date | None, end: date | None, company: Estate) -> Window:
    """The days that were asked for, or those of the configured window."""
    configured = company.settings.assessment.window
    return Window(start or configured.start, end or configured.end)


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears whole or not at all, readable by its owner only.

    Raises:
        StoreUnusable: it cannot be written.
    """
    try:
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(new).replace(path)
        finally:
            Path(new).unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): name another place with --out"
        raise StoreUnusable(message) from error
