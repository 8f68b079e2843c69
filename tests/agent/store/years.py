"""A house that is watched for years, and what of its evidence is kept."""

from datetime import timedelta

from agent.gaps import events as e
from agent.store import queries
from agent.store.evidence import pages, rests_on
from agent.store.retention import Retention
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

KEEP = timedelta(days=400)


class Years:
    """A house that is watched from time to time, over years."""

    def __init__(self, store):
        self.store = store
        self.clock = Clock()
        self.home = Estate(doors={"front": "open", "back": "shut"}, visits=[True])

    def watch(self, *, day=None, signer=None, **doors):
        if day is not None:
            self.clock.moment = NOW + timedelta(days=day)
        self.home.doors |= doors
        return cycle(self.store, self.home, clock=self.clock, signer=signer)

    def retain(self, *, day, holds=(), keep=KEEP, signer=None):
        retention = Retention(store=self.store, keep=keep, declared=holds, signer=signer)
        return retention.apply(NOW + timedelta(days=day))

    @property
    def blobs(self):
        return set(self.store.blobs.digests())

    def events(self, *kinds):
        with self.store.reading() as connection:
            return dict(queries.entries(connection, kind=kinds))

    @property
    def tombstones(self):
        return self.events("evidence_expired")

    @property
    def buried(self):
        return {digest for tombstone in self.tombstones.values() for digest in tombstone.blobs}

    def evidence_of(self, number):
        """The blobs an entry rests on, those of its transcripts included."""
        with self.store.reading() as connection:
            event = queries.entry(connection, number)
        answers = event.answers if isinstance(event, e.EvidenceKept) else ()
        inside = (digest for one in answers for digest in pages(self.store.blobs, one))
        return {*rests_on(event), *inside}

    def kept(self, collector):
        events = self.events("evidence_kept")
        return [number for number, event in events.items() if event.collector == collector]


def whole(store):
    """What verification says, a line each."""
    return [f"{damage.entry}: {damage.why}" for damage in verify(store)]
