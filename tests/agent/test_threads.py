"""However many connections are configured, a cycle takes only so many threads."""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from tests.agent.house import Estate, cycle


@dataclass
class Busy(Estate):
    """A house whose answers take a while; it counts how many are asked of all houses at once."""

    counted: ClassVar[Counter] = Counter()
    lock: ClassVar[threading.Lock] = threading.Lock()

    def _answer(self, call, arguments):
        with self.lock:
            self.counted["now"] += 1
            self.counted["most"] = max(self.counted["most"], self.counted["now"])
        time.sleep(0.01)
        with self.lock:
            self.counted["now"] -= 1
        return super()._answer(call, arguments)


def test_however_many_connections_there_are_they_share_their_threads(store, monkeypatch):
    monkeypatch.setattr("agent.cycle.MOST", 3)
    houses = [Busy(name=f"house-{n}", rooms=("hall", "attic", "cellar")) for n in range(10)]
    report = cycle(store, *houses)

    assert report.snapshots == 10 * 3 * 2 + 1
    assert 3 < Busy.counted["most"] <= 10 + 3, "one thread for each, and three for all"
