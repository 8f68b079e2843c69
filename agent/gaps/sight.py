"""For how much of a window nobody could look: a fold over the evidence that was kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from agent.gaps.events import Event, EvidenceKept, EvidenceUnchanged, ScopeLeft
from collectors.evidence.record import Instant

Stream = tuple[str, str]
"""A collector and a scope."""
NO_TIME = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """How well a window could be seen."""

    blind: timedelta
    """Of all streams together."""
    whole: timedelta
    shares: Mapping[Stream, float] = field(default_factory=dict)
    """The blind share of each stream, from 0 to 1."""

    @property
    def blind_share(self) -> float:
        """From 0 to 1; a window of which nothing was looked at was blind altogether."""
        return self.blind / self.whole if self.whole else 1.0


def sight(
    entries: Iterable[tuple[int, Event]],
    *,
    start: Instant,
    end: Instant,
    patience: Callable[[str], timedelta],
) -> Sight:
    """Follow every collector and scope through the window.

    A snapshot that listed everything is good until the next one, though for no longer than
    its evidence may get old; one with omissions is good for nothing. Before the first cycle of
    all everything was blind. A scope that came later counts from its first snapshot, since
    nobody knows whether it was there before, and one that left counts until then.

    Args:
        entries: The log from its beginning; only entries of evidence are looked at.
        start: Of the window.
        end: Of the window, or now if that is earlier.
        patience: How old a collector's evidence may get.
    """
    streams: dict[Stream, _Followed] = {}
    numbered: dict[int, Stream] = {}
    first_cycle: int | None = None
    for number, event in entries:
        match event:
            case EvidenceKept():
                stream = numbered[number] = (event.collector, event.scope)
                first_cycle = event.cycle if first_cycle is None else first_cycle
                if stream not in streams:
                    at = event.observed_at
                    since = min(start, at) if event.cycle == first_cycle else at
                    streams[stream] = _Followed(start, end, patience(event.collector), since)
                streams[stream].look(event.observed_at, whole=event.complete)
            case EvidenceUnchanged():
                for kept, at in event.moments:
                    followed = streams[numbered[kept]]
                    followed.look(at, whole=followed.whole)
            case ScopeLeft() if (event.collector, event.scope) in streams:
                streams[event.collector, event.scope].leave(event.at)
    return _summed(streams)


@dataclass
class _Followed:
    """One stream on its way through the window."""

    start: Instant
    end: Instant
    patience: timedelta
    at: Instant
    """Up to where it was followed."""
    whole: bool = False
    """Whether the newest snapshot listed everything."""
    here: bool = True
    counted: timedelta = NO_TIME
    sighted: timedelta = NO_TIME

    def look(self, at: Instant, *, whole: bool) -> None:
        """Follow it to a snapshot."""
        self._go_to(at)
        self.whole, self.here = whole, True

    def leave(self, at: Instant) -> None:
        """Follow it to its end."""
        self._go_to(at)
        self.whole = self.here = False

    def finish(self) -> None:
        """Follow it to the end of the window."""
        self._go_to(self.end)

    def _go_to(self, at: Instant) -> None:
        if self.here:
            self.counted += self._within(self.at, at)
        if self.whole:
            self.sighted += self._within(self.at, min(at, self.at + self.patience))
        self.at = max(self.at, at)

    def _within(self, began: Instant, ended: Instant) -> timedelta:
        return max(NO_TIME, min(ended, self.end) - max(began, self.start))


def _summed(streams: Mapping[Stream, _Followed]) -> Sight:
    for followed in streams.values():
        followed.finish()
    counted = {stream: followed for stream, followed in streams.items() if followed.counted}
    return Sight(
        blind=sum((one.counted - one.sighted for one in counted.values()), NO_TIME),
        whole=sum((one.counted for one in counted.values()), NO_TIME),
        shares={stream: 1 - one.sighted / one.counted for stream, one in counted.items()},
    )
