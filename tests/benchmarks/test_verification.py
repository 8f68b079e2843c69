"""What a proof costs: time for each entry, and memory that does not grow with the log.

The clock on a shared machine lies, so time is the processor's, and `make test` compares it with
a bare loop over the same bytes in the same run; `make proofs` takes it at its word.
"""

import hashlib
import os
import resource
import time
import tracemalloc
from contextlib import closing

import msgspec
import pytest
from sqlalchemy import select

from agent.store import schema
from agent.store.verification import verify
from tests.agent.proof.auditor import TRUE_KEY, look
from tests.benchmarks.generated import grow
from tests.dose import dose
from tests.stores import OnSQLite

ENTRIES = dose(small=20_000, whole=1_000_000)
ROUNDS = dose(small=3, whole=1)
SHORT = 10_000
"""Longer than whatever is taken at a time."""
A_SECOND = 20_000
"""Entries that are proved in one second at least, whatever is asked of them."""
BARE_LOOPS = 35
"""To hash and decode an entry's bytes takes 1.4 microseconds where 50 are what a proof may take."""
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE

pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=3600))]


@pytest.fixture(scope="module")
def stores(template_file, tmp_path_factory):
    with closing(OnSQLite(tmp_path_factory.mktemp("long"), template=template_file)) as made:
        yield made


@pytest.fixture(scope="module")
def long(stores):
    store = stores.new()
    grow(store, ENTRIES)
    return store


@pytest.fixture(scope="module")
def short(stores):
    store = stores.new()
    grow(store, SHORT)
    return store


def processor_time(work):
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize(
    "prove",
    [
        pytest.param(lambda store: list(verify(store, trusted=(TRUE_KEY,))), id="verify"),
        pytest.param(look, id="whole proof"),
    ],
)
def test_a_proof_takes_less_than_so_many_bare_loops_over_the_same_bytes(long, prove):
    with long.reading() as connection:
        bodies = [body.encode() for body in connection.scalars(select(schema.log.c.body))]

    def bare():
        for body in bodies:
            hashlib.sha256(b"\x00" + body).digest()
            msgspec.json.decode(body)

    told = []
    took = min(processor_time(lambda: told.extend(prove(long))) for _ in range(ROUNDS))
    assert told == []
    assert took / min(processor_time(bare) for _ in range(3)) < BARE_LOOPS
    if dose(small=False, whole=True):
        assert len(bodies) / took > A_SECOND


def test_a_proof_of_a_longer_log_needs_no_more_memory(short, long):
    """To be exact, a few kilobytes: one number for each checkpoint."""
    look(short)  # whatever is loaded once
    peaks = {}
    for name, store in (("short", short), ("long", long)):
        tracemalloc.start()
        look(store)
        peaks[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peaks["long"] - peaks["short"] < 2 * MEGABYTE


def test_the_process_that_proves_stays_small(long):
    """What Python does not count is counted too: the database's own memory."""
    assert grown_by(lambda: look(long)) < 48 * MEGABYTE


def grown_by(work):
    """How much larger a process of its own ever was while it worked."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        os.write(writing, str(after - before).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        grown = int(told.read())
    os.waitpid(pid, 0)
    return grown * KILOBYTE
