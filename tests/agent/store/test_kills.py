"""A cycle killed at any instant: what it kept verifies, and the next one continues seamlessly."""

import os
import random
import select
import signal
import time
from collections import Counter

import msgspec
import pytest

from agent.gaps import events as e
from agent.store import queries
from agent.store.keys import SignerKey
from agent.store.outbox import Notice, Outbox, note
from agent.store.store import Store
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle
from tests.agent.store.held import (
    check_findings,
    check_gaps,
    check_rebuilt,
    entries,
    open_findings,
)
from tests.dose import dose
from tests.evidence import NOW
from tests.killer import Killer

SIGNER = SignerKey.generate("gapwatch.test")
ROUTE = "env:SLACK_URL"
OF_A_CYCLE = {
    *("at", "cycle", "began", "observed_at", "circumstances", "inputs"),
    *("causes", "same", "calls", "units", "incomplete", "origin"),
}
"""What differs between two cycles that find the same."""


def tell_all(writer, happened):
    note(writer, (Notice(number, ROUTE) for number, _ in happened))


class World:
    """A house and a company that change, and the cycles that watch them."""

    def __init__(self, store, clock=None):
        self.store = store
        self.clock = clock or Clock()
        self.home = Estate(doors={"front": "open", "back": "shut", "attic": "open"}, visits=[False])

    def watch(self):
        return cycle(self.store, self.home, clock=self.clock, announce=tell_all, signer=SIGNER)

    def change(self):
        """Something opens, closes, goes, comes, widens, crashes and happens."""
        self.home.doors = {"front": "shut", "back": "open", "cellar": "open", "roof": "on fire"}
        self.home.visits += [False, True, "house:AskVisitor: gone"]


def killed_at(moment, world, monkeypatch):
    """Whether the cycle was killed; it is not where it has fewer moments."""
    with Killer(moment).loose(monkeypatch):
        try:
            world.watch()
        except KeyboardInterrupt:
            return True
    return False


def undisturbed(store, *, before):
    world = World(store)
    for _ in range(before):
        world.watch()
    world.change()
    for _ in range(QUIET):
        world.watch()
    return world


QUIET = 3
"""After so many cycles without a change a growing population has nothing new to tell either."""


MOST_MOMENTS = 200
STEP = dose(small=8, whole=1)


@pytest.mark.proof
@pytest.mark.timeout(dose(small=300, whole=1800))
def test_a_cycle_killed_at_any_write_is_continued_as_if_nothing_had_been(stores, monkeypatch):
    expected = undisturbed(stores.new(), before=1)
    for moment in range(1, MOST_MOMENTS, STEP):
        world = World(stores.new())
        world.watch()
        world.change()
        if not killed_at(moment, world, monkeypatch):
            break
        assert list(verify(world.store)) == []
        for _ in range(QUIET):
            world.watch()
        same_as(world.store, expected.store)
    else:
        pytest.fail("the cycle has more moments than were tried")
    assert moment > 20


@pytest.mark.proof
def test_a_cycle_killed_again_and_again_is_continued_in_the_end(stores, monkeypatch):
    expected = undisturbed(stores.new(), before=QUIET)
    world = World(stores.new())
    for change in (lambda: None, world.change):
        change()
        moment = 1
        while killed_at(moment, world, monkeypatch):
            moment += dose(small=4, whole=1)
        for _ in range(QUIET):
            world.watch()
    same_as(world.store, expected.store)


def same_as(store, expected):
    """Nothing lost and nothing twice, but for the traces of the killed cycles themselves."""
    assert happened(store) == happened(expected)
    assert now(store) == now(expected)
    assert told(store) == Counter(range(1, len(entries(store)) + 1))
    check_findings(store)
    check_gaps(store)
    check_rebuilt(store)
    assert list(verify(store)) == []


def happened(store):
    """Every event, without what belongs to the one cycle that recorded it."""
    events = [
        event
        for event in entries(store)
        if not isinstance(event, e.CycleStarted | e.CycleFinished | e.EvidenceUnchanged)
    ]
    finished = entries(store, kind="cycle_finished")
    return (
        Counter(str(stable(event)) for event in events),
        Counter(number for event in finished for number in event.new_gaps),
        Counter(control for event in finished for control in event.drifted),
    )


def stable(event):
    return _stable(msgspec.to_builtins(event))


def _stable(told):
    if isinstance(told, list | tuple):
        return [_stable(member) for member in told]
    if isinstance(told, dict):
        return {name: _stable(value) for name, value in told.items() if name not in OF_A_CYCLE}
    return told


def now(store):
    """What is known in the end, but for when it came to be known."""
    with store.reading() as connection:
        return (
            {(f.id, f.state, f.times_opened, f.gap) for f in queries.findings(connection)},
            {(g.number, g.state, g.issue) for g in queries.gaps(connection)},
            {(name, known.state) for name, known in queries.controls(connection).items()},
            {(s.check, s.scope, s.conclusion) for s in queries.standing(connection)},
            {(t.kind, t.what, t.scope, t.why) for t in queries.troubles(connection)},
        )


def told(store):
    """How often each entry was put on its way."""
    return Counter(
        number
        for message in Outbox(store).claim(NOW)
        for number, _ in message.entries
        if number <= len(entries(store))
    )


# the real thing

CHECKED_EVERY = 10


@pytest.mark.proof
@pytest.mark.timeout(dose(small=300, whole=1800))
def test_a_process_killed_at_random_instants_loses_nothing(stores):
    """SIGKILL, which no process can prepare for."""
    store, chance = stores.new(), random.Random(20261123)
    started = time.monotonic()
    assert watched_in_a_process(store, 0, None)
    patience = (time.monotonic() - started) * 1.5
    kills = turn = 0
    while kills < dose(small=6, whole=500):
        turn += 1
        while not watched_in_a_process(store, turn, chance.uniform(0, patience)):
            kills += 1
            if kills % CHECKED_EVERY == 0:
                assert list(verify(store)) == []
    doors, visits = as_of(turn)
    assert open_findings(store, "test.door-shut") == {
        ("test:home", door) for door, state in doors.items() if state == "open"
    }
    assert open_findings(store, "test.visit-announced") == {
        ("test:home", str(number)) for number, told in enumerate(visits, 1) if not told
    }
    assert told(store) == Counter(range(1, len(entries(store)) + 1))
    check_findings(store)
    check_gaps(store)
    check_rebuilt(store)
    assert list(verify(store)) == []


def as_of(turn):
    """The house in its n-th turn: doors open and shut, come and go, and visits are made."""
    doors = {
        f"door {number}": "open" if (turn // (number + 1)) % 2 else "shut"
        for number in range(6)
        if (turn + number) % 4
    }
    return doors, [number % 3 != 0 for number in range(turn)]


def watched_in_a_process(store, turn, patience):
    """One cycle in a process of its own, killed when patience ends; whether it was not."""
    url, folder = store._engine.url.render_as_string(), store.blobs.folder
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            doors, visits = as_of(turn)
            world = World(Store.open(url, folder))
            world.home.doors, world.home.visits = doors, visits
            world.watch()
            status = 0
        finally:
            os._exit(status)
    ended, _, _ = select.select([os.pidfd_open(pid)], [], [], patience)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)
