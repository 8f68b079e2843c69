"""One cycle over an organization, as a program of its own: what it took for each account.

A machine that others use as well is now slower, now faster. So a fixed piece of work is done every
now and then while the cycle runs, and the processor's time is told in pieces of it as well.
"""

import hashlib
import json
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from agent.estate import Estate, Selection
from agent.plan import Plan
from agent.store import queries
from tests.canned.cost import estate, most_kilobytes

SOURCE = {"accounts": "organization", "role": "GapwatchReadOnly", "regions": "enabled"}
PIECES = 100
"""Of the fixed work, over the whole cycle."""
THING = {f"name {number}": [number, str(number), None, {"of": number}] for number in range(200)}


class Pace:
    """How fast the machine is while something runs: the least time a fixed piece of work took."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._told = 0
        self.times: list[float] = []

    def __call__(self, **_) -> None:
        """Told of one more snapshot; a piece of work is done with every so many of them."""
        self._told += 1
        if self._told % self._every == 0:
            began = time.thread_time()
            hashlib.sha256(json.dumps(json.loads(json.dumps(THING))).encode()).digest()
            self.times.append(time.thread_time() - began)


def only(plan: Plan, company: Estate, checks: list[str]) -> Plan:
    """What some checks need, out of what all of them do."""
    plans = [company.plan(Selection(check=check)) for check in checks]
    return replace(
        plan,
        checks={check.id: check for one in plans for check in one.checks.values()},
        collectors=_once(plan.collectors, [unit for one in plans for unit in one.collectors]),
        joins=_once(plan.joins, [unit for one in plans for unit in one.joins]),
    )


def _once(every, wanted):
    ids = {unit.id for unit in wanted}
    return tuple(unit for unit in every if unit.id in ids)


def cycle(folder: Path, url: str, snapshots: int, checks: list[str]) -> dict[str, object]:
    """One cycle over a store that may know earlier ones; `snapshots` is about how many to expect.

    No check at all stands for all of them.
    """
    company = estate(folder, url, **SOURCE)
    store = company.store(create=True)
    pace = Pace(max(1, snapshots // PIECES))
    start = partial(company.cycle, store, selection=Selection(), trigger="benchmark")
    running = start(progress=pace)
    if checks:
        running.plan = only(running.plan, company, checks)
    began = time.process_time()
    report = running.run()
    seconds = time.process_time() - began - sum(pace.times)
    with store.reading() as connection:
        events = queries.last_number(connection)
    store.close()
    return {
        "seconds": seconds,
        "pieces": seconds / sorted(pace.times)[len(pace.times) // 2],
        "most_kb": most_kilobytes(),
        "calls": report.calls,
        "snapshots": report.snapshots,
        "events": events,
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    }


def main(folder: str, url: str, snapshots: str, *checks: str) -> None:
    """Run one cycle in a folder; what it took is told on the last line."""
    sys.stdout.write(json.dumps(cycle(Path(folder), url, int(snapshots), list(checks))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
