"""A cycle that is killed at any instant loses nothing, and nothing happens twice."""

import json
import os
import time
from collections import Counter
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from agent.demo.receiver import Receiver
from agent.demo.show import local_estate
from tests.journeys.company import Company

WHOLE_DOSE = os.environ.get("GAPWATCH_DOSE") == "whole"
NUMBERED = {"at", "cycle", "number", "gap"}
"""What two stores of one estate may differ in: times, and which gap came first."""
OF_THE_ESTATE = (
    *("finding_opened", "finding_reopened", "finding_closed"),
    *("gap_opened", "gap_reopened", "gap_closed", "control_drifted", "scope_left"),
)


class Instant(NamedTuple):
    """A share of all the snapshots that a cycle takes, or of all its writes to the database."""

    of: str
    share: float

    def __str__(self) -> str:
        return f"{self.share:.0%} of the {self.of}"


SOME = [Instant("snapshots", 0.5), Instant("writes", 0.3), Instant("writes", 0.9)]
MANY = [Instant(of, n / 25) for of in ("snapshots", "writes") for n in range(1, 26)]
INSTANTS = [*SOME, *(pytest.param(i, marks=pytest.mark.proof) for i in MANY)]


class Progress:
    """Counts what a running cycle has done."""

    def __init__(self, company, running):
        self._journal = company.folder / "gapwatch.db-wal"
        self._running = running
        self._last = None
        self._writes = 0

    def reached(self):
        mark = self._journal.stat().st_mtime_ns if self._journal.exists() else None
        self._writes += mark != self._last
        self._last = mark
        taken = sum(event["event"] == "snapshot_taken" for event in self._running.events)
        return {"snapshots": taken, "writes": self._writes}


def watched(company, until=None):
    """Run a cycle, killing it once it got so far; how far it got."""
    with company.running("run", "--json") as running:
        progress = Progress(company, running)
        reached = progress.reached()
        while running.alive:
            reached = progress.reached()
            if until and any(reached[of] >= most for of, most in until.items()):
                running.process.kill()
            time.sleep(0.001)
    return reached
