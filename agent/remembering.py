"""What earlier cycles know of a connection, looked up when it is asked."""

from collections.abc import Iterator, Mapping

from agent.gaps.events import EvidenceKept
from agent.store import earlier, queries
from agent.store.evidence import kept_transcripts
from agent.store.store import Store
from collectors.reader import NOTHING
from collectors.transcript import Transcript


class Remembered:
    """The newest snapshots of earlier cycles."""

    def __init__(self, store: Store, reached: Mapping[earlier.Place, Mapping[str, str]]) -> None:
        """Nothing is held but how far growing populations were read, which few are."""
        self._store = store
        self._reached = reached

    def scopes(self, connection: str, collector: str, *, within: str | None = None) -> list[str]:
        """The scopes this collector was last read in; all, or those in one part."""
        with self._store.reading() as database:
            return earlier.scopes(database, connection, collector, within=within)

    def reached(self, collector: str, scope: str) -> Mapping[str, str]:
        """How far the last snapshot of a growing population got."""
        return self._reached.get((collector, scope), NOTHING)

    def answers(self, collector: str, scope: str) -> Iterator[Transcript]:
        """What the last snapshot was made of, as far as it is still kept."""
        with self._store.reading() as database:
            rows = queries.snapshots(database, collector=collector, scope=scope, latest=True)
            kept = [queries.entry(database, row.number) for row in rows]
        for one in kept:
            for digest in one.answers if isinstance(one, EvidenceKept) else ():
                yield from kept_transcripts(self._store.blobs, digest)
