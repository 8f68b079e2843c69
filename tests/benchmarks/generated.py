"""A log as years of cycles leave it, in minutes: one real cycle, and many that only look so."""

from datetime import timedelta

from agent.gaps import events as e
from agent.gaps.lifecycle import finding_id
from agent.store import queries
from agent.store.tree import sign
from checks.contract import Severity, failed, passed
from tests.agent.house import Estate, cycle
from tests.agent.proof.auditor import SIGNER
from tests.evidence import NOW

IN_A_CYCLE = 500
"""Doors that open in one cycle and shut in the next."""
ELSEWHERE = "test:elsewhere"
SHUT = passed("all four hinges are oiled, and it is shut")
OPEN = failed("2 of 4 bolts are drawn", off=("upper_bolt", "lower_bolt"), seen="open")


def grow(store, entries):
    """Let a store grow to so many entries at least."""
    cycle(store, Estate(), signer=SIGNER)
    with store.reading() as connection:
        (started,) = (event for _, event in queries.entries(connection, kind="cycle_started"))
        kept = [number for number, _ in queries.entries(connection, kind="evidence_kept")]
    cycles = range(2, 3 + entries // IN_A_CYCLE)
    for number in cycles:
        at = NOW + timedelta(hours=number)
        when = {"at": at, "cycle": number}
        same = tuple((entry, 0) for entry in kept)
        happened = [
            e.CycleStarted(
                **when, trigger="schedule", sources=("test",), versions=started.versions
            ),
            e.EvidenceUnchanged(**when, circumstances="", began=at, same=same),
            *(finding(f"door {n:04}", when, number) for n in range(IN_A_CYCLE)),
            e.CycleFinished(**when, calls=4, units=3, new_gaps=(), drifted=(), incomplete=0),
        ]
        with store.transaction() as writer:
            writer.append(happened)
            sign(writer.connection, SIGNER, at)


def finding(subject, when, number):
    """What happens to one door in one cycle."""
    about = {
        **when,
        "finding": finding_id("test.door-shut", ELSEWHERE, subject),
        "check": "test.door-shut",
        "scope": ELSEWHERE,
        "subject": subject,
        "name": subject,
    }
    failing = {"severity": Severity.HIGH, "before": SHUT, "verdict": OPEN, "gap": 1}
    if number % 2:
        return e.FindingClosed(**about, how="passed", verdict=SHUT)
    if number == 2:
        return e.FindingOpened(**about, lasting="condition", **failing)
    return e.FindingReopened(**about, **failing)
