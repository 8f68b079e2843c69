"""What the matrix of operations asks of each: which collectors, over which account, to what end."""

from collections import defaultdict
from dataclasses import replace

import msgspec

from collectors.transcript import question
from tests.canned.estate import AWS, read

DECLARING = defaultdict(tuple)
"""The collectors of each operation."""
for one in AWS:
    for call in one.calls:
        DECLARING[str(call)] += (one,)
OPERATIONS = sorted(DECLARING)


class Remembering:
    """A reader's way to an account that is asked each question once, and remembers the answer."""

    def __init__(self, live):
        self._live = live
        self.known = {}

    def __call__(self, call, arguments):
        key = question(call, arguments)
        if key not in self.known:
            self.known[key] = self._live(call, arguments)
        return self.known[key]


class Remembered:
    """An account as the matrix reads it, again and again, with something between it and us."""

    def __init__(self, account):
        self.asked = account.asked
        self._units = [replace(unit, live=Remembering(unit.live)) for unit in account.units]
        self._whole = self.written(AWS)

    def written(self, collectors, between=lambda live: live):
        """What each collector says of each scope, as text."""
        return {
            (collector.id, snapshot.scope): encoded(snapshot)
            for unit in self._units
            for collector, snapshot, _ in read(replace(unit, live=between(unit.live)), collectors)
        }

    def text(self, collectors, between):
        """All of it in one piece, to look for words in."""
        return "".join(self.written(collectors, between).values())

    def whole(self, collectors):
        """What is written while nothing is between."""
        ids = {collector.id for collector in collectors}
        return {place: text for place, text in self._whole.items() if place[0] in ids}

    @property
    def refused(self):
        """The operations that were not answered."""
        known = (exchange for unit in self._units for exchange in unit.live.known.values())
        return sorted({f"{e.service}:{e.operation} {e.code}" for e in known if e.code})


def encoded(snapshot):
    return msgspec.json.encode((snapshot.records, snapshot.omissions)).decode()


class Watching:
    """Put between an account and us: a fault of one operation, and what comes of it."""

    def __init__(self, operation, fault):
        self._operation = operation
        self._fault = fault
        self.exchanges = []

    def __call__(self, live):
        answer = self._fault(live)

        def ask(call, arguments):
            exchange = answer(call, arguments)
            if str(call) == self._operation:
                self.exchanges.append(exchange)
            return exchange

        return ask
