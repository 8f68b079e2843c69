"""What all readers share: the declared calls, the transcript, and what could not be listed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from collectors.contract import ApiCall, CannotList, Collector, R
from collectors.evidence.record import Instant, Omission, Snapshot, Unread
from collectors.hands import mapped, shared_or_own
from collectors.transcript import Arguments, Recorder, Replay, Transcript

T = TypeVar("T")
S = TypeVar("S", bound="Reader")

NOTHING: Mapping[str, str] = {}


class Reader:
    """One scope of one source; over a `Recorder` it asks the vendor, over a `Replay` the past.

    A reader serves one collector for one snapshot: it knows the calls that collector
    declared, and gathers what it had to leave out.
    """

    def __init__(
        self,
        scope: str,
        answers: Recorder | Replay,
        calls: tuple[ApiCall, ...],
        *,
        since: Mapping[str, str] = NOTHING,
        given: Mapping[str, str] = NOTHING,
        threads: int = 1,
        hands: Executor | None = None,
    ) -> None:
        self.scope = scope
        self.given = given
        """What the connection knew before the first question, kept with the evidence."""
        self.since = since
        """Where the previous snapshot of a growing population had got to, by stretch."""
        self._answers = answers
        self._declared = frozenset(calls)
        self._threads = threads
        self._hands = hands
        self._omissions: list[Omission] = []
        self._reached = dict(since)

    @classmethod
    def remembers(cls, history: str, *, scope: str, subject: str) -> bool:  # noqa: ARG003 - for who divides otherwise
        """Whether the log of changes over `history` tells of a subject in another scope."""
        return history == scope

    @property
    def transcript(self) -> Transcript:
        """Every exchange the collector's records rest on."""
        return self._answers.transcript

    def concurrently(self, describe: Callable[[Any], T], population: Iterable[Any]) -> Iterator[T]:
        """Map over a population, a bounded number at once, in order.

        If the listing stops half-way, what was listed is still read. A member whose own
        population cannot be listed is an omission; the others are unharmed.
        """
        if self._threads == 1:
            yield from self._one_by_one(describe, population)
            return
        stopped: list[CannotList] = []
        describing = partial(self._described, describe)
        listed = _until_refused(population, stopped)
        with shared_or_own(self._hands, self._threads) as hands:
            for described in mapped(hands, describing, listed, at_once=self._threads):
                yield from self._kept(described)
        if stopped:
            raise stopped[0]

    def in_turn(self, *populations: Iterable[T]) -> Iterator[T]:
        """Several populations, one after the other.

        One that cannot be listed to its end is an omission; the others are unharmed.
        """
        for population in populations:
            try:
                yield from population
            except CannotList as refusal:
                self.omit(self.scope, refusal.why)

    def omit(self, where: str, why: str) -> None:
        """Record a part of the population that could not be listed."""
        self._omissions.append(Omission(where=where, why=why))

    def mark(self, stretch: str, position: str) -> None:
        """Say how far a growing population was read, so that the next snapshot goes on there."""
        self._reached[stretch] = position

    def _one_by_one(self, describe: Callable[[Any], T], population: Iterable[Any]) -> Iterator[T]:
        for member in population:
            yield from self._kept(self._described(describe, member))

    def _described(self, describe: Callable[[Any], T], member: Any) -> T | Omission:
        try:
            return describe(member)
        except CannotList as refusal:
            return Omission(where=self._called(member), why=refusal.why)

    def _kept(self, described: T | Omission) -> Iterator[T]:
        if isinstance(described, Omission):
            self._omissions.append(described)
        else:
            yield described

    def _called(self, member: Any) -> str:
        return f"{self.scope}/{member}" if isinstance(member, str) else self.scope

    def _ask(self, call: ApiCall, arguments: Arguments) -> tuple[Any, str | None]:
        """Ask one declared question: the response, and why it was refused if it was."""
        if replace(call, kept_headings=()) not in self._declared:
            message = f"{call} is not among the collector's declared calls"
            raise LookupError(message)
        exchange = self._answers(call, arguments)
        if exchange is None:
            return None, "not collected"
        return exchange.response, exchange.code

    def finish(self) -> tuple[tuple[Omission, ...], Mapping[str, str]]:
        """What had to be left out, and how far growing populations were read."""
        in_order = sorted(self._omissions, key=lambda omission: (omission.where, omission.why))
        return tuple(in_order), self._reached


def _until_refused(population: Iterable[T], stopped: list[CannotList]) -> Iterator[T]:
    try:
        yield from population
    except CannotList as refusal:
        stopped.append(refusal)


def unread(call: ApiCall, refusal: str) -> Unread:
    """The reason names the call and the vendor's code, never the vendor's message.

    Messages carry session names and request ids, and would make two equal cycles differ.
    """
    return Unread(why=f"{call}: {refusal}")


def take_snapshot(collector: Collector[S, R], reader: S, *, now: Instant) -> Snapshot[R]:
    """Run one collector over one scope; a population it cannot list becomes an omission.

    Raises:
        ValueError: two records have the same id, so their findings could not be told apart.
    """
    records: list[R] = []
    refused: tuple[Omission, ...] = ()
    try:
        for record in collector.pull(reader):
            records.append(record)  # noqa: PERF402 - what was listed before a refusal is kept
    except CannotList as refusal:
        refused = (Omission(where=reader.scope, why=refusal.why),)
    omissions, reached = reader.finish()
    for record_id, times in Counter(record.id for record in records).items():
        if times > 1:
            raise ValueError(f"{collector.id} yields {record_id} more than once")
    return Snapshot(
        collector=collector.id,
        scope=reader.scope,
        observed_at=now,
        transcripts=(),
        records=tuple(sorted(records, key=lambda record: record.id)),
        omissions=(*refused, *omissions),
        since=dict(reader.since),
        reached=reached,
    )
