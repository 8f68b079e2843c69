"""An estate in which nothing changes costs kilobytes a cycle, however much is asked of it."""

import uuid
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import msgspec
import pytest

from agent.store import queries
from tests.agent.house import Clock, Estate, cycle
from tests.agent.proof.auditor import SIGNER, look
from tests.evidence import NOW
from tests.stores import OnSQLite

DOORS = 2_000
MOST_BYTES = 64 * 1024
CYCLES = 8


class Busy(Estate):
    """A house whose answers come as a vendor's do: each with an id nobody could guess, in time."""

    def __init__(self, clock):
        super().__init__(doors={f"door {number:04}": "shut" for number in range(DOORS)})
        self.clock = clock
        self.asked = 0

    def _answer(self, call, arguments):
        answer = super()._answer(call, arguments)
        self.asked += 1
        started = self.clock.moment + timedelta(milliseconds=13 * self.asked % 97_001)
        took = timedelta(milliseconds=20 + uuid.uuid4().int % 180)
        return msgspec.structs.replace(
            answer,
            request_id=str(uuid.uuid4()),
            server_date=format_datetime(started, usegmt=True),
            started_at=started,
            ended_at=started + took,
        )


@pytest.fixture
def store(template_file, tmp_path):
    with closing(OnSQLite(tmp_path, template=template_file)) as stores:
        yield stores.new()


def size(store):
    """All that the store keeps on the disk, the database's journal written back."""
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = store.blobs.folder.parent
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_cycle_with_two_thousand_exchanges_and_nothing_new_adds_under_64_kilobytes(store):
    clock = Clock()
    busy = Busy(clock)
    cycle(store, busy, clock=clock, signer=SIGNER)
    sizes = [size(store)]
    for number in range(CYCLES):
        clock.moment = NOW + timedelta(hours=number + 1)
        report = cycle(store, busy, clock=clock, signer=SIGNER)
        assert report.calls > DOORS
        sizes.append(size(store))

    assert max(after - before for before, after in pairwise(sizes)) < MOST_BYTES
    with store.reading() as connection:
        again = list(queries.entries(connection, kind="evidence_unchanged"))
    assert len(again) == 2 * CYCLES
    assert look(store) == []
