"""A cycle killed at any write: what it left proves, with every key, and so does what follows."""

import pytest

from tests.agent.house import Clock, Estate, cycle
from tests.agent.proof.auditor import SIGNER, look
from tests.dose import dose
from tests.killer import Killer

MOST_MOMENTS = 200
STEP = dose(small=9, whole=1)

pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=1800))]


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
