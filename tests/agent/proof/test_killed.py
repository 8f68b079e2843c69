"""A cycle killed at any write: what it left proves, with every key, and so does what follows."""

from contextlib import contextmanager
from functools import wraps

import pytest

from agent.store import blobs
from agent.store.store import Store, Writer
from tests.agent.house import Clock, Estate, cycle
from tests.agent.proof.auditor import SIGNER, look
from tests.dose import dose

MOST_MOMENTS = 200
STEP = dose(small=9, whole=1)

pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=1800))]


class Killer:
    """Kills at the n-th of all moments at which something is about to be or was just written."""

    def __init__(self, moment):
        self.left = moment

    def pass_by(self):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def around(self, function):
        @wraps(function)
        def watched(*arguments, **options):
            self.pass_by()
            result = function(*arguments, **options)
            self.pass_by()
            return result

        return watched

    def around_transactions(self, transaction):
        @contextmanager
        def watched(store):
            with transaction(store) as writer:
                yield writer
                self.pass_by()
            self.pass_by()

        return watched

    @contextmanager
    def loose(self, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(blobs, "_write", self.around(blobs._write))
            patch.setattr(Writer, "append", self.around(Writer.append))
            patch.setattr(Store, "transaction", self.around_transactions(Store.transaction))
            yield


@pytest.mark.parametrize("before", [0, 1], ids=["the first cycle", "a later cycle"])
def test_whatever_a_killed_cycle_left_raises_no_alarm(stores, monkeypatch, before):
    for moment in range(1, MOST_MOMENTS, STEP):
        store, clock = stores.new(), Clock()
        estate = Estate(doors={"front": "open", "back": "shut"}, visits=[False])
        for _ in range(before):
            cycle(store, estate, clock=clock, signer=SIGNER)
        estate.doors = {"front": "shut", "cellar": "open", "roof": "on fire"}
        estate.visits += [False, True]
        try:
            with Killer(moment).loose(monkeypatch):
                cycle(store, estate, clock=clock, signer=SIGNER)
        except KeyboardInterrupt:
            assert look(store) == []
            assert look(store, trusted=()) == []
            cycle(store, estate, clock=clock, signer=SIGNER)
            assert look(store) == []
        else:
            break
    else:
        pytest.fail("the cycle has more moments than were tried")
    assert moment > 20
