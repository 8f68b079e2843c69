"""The company's own limits, applied by the service once a day."""

import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from agent.estate import Estate
from agent.gaps import events as e
from agent.registry import all_checks
from agent.retaining import retain
from agent.schedule import RETAINS_EVERY, retention_of, scheduled
from agent.settings.loading import load_settings
from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.store.tree import checkpoints
from agent.store.verification import verify
from tests.agent.house import Clock, cycle
from tests.agent.house import Estate as House
from tests.evidence import NOW

SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
"""
KEEP = "retention: {keep: 400d}"
HOLD = "{name: case-17, reason: asked for, by: alice, start: 2026-01-01}"
LIFTED = "{name: case-17, reason: asked for, by: alice, lifted: {by: bob, reason: settled}}"


@pytest.fixture
def company(tmp_path):
    """The company with this in its `store:`, as it looks some days after the first cycle."""

    def company(store, *, day=0):
        path = tmp_path / "gapwatch.yaml"
        path.write_text(f"{SMALLEST}store: {{{store}}}\n")
        settings = load_settings(path, all_checks())
        now = NOW + timedelta(days=day)
        return Estate(settings=settings, environment={}, clock=lambda: now)

    return company


@pytest.fixture
def watched(company):
    """Its store after two cycles, between which something changed."""
    here = company(KEEP)
    store = here.store(create=True)
    house, clock = House(), Clock()
    cycle(store, house, clock=clock, signer=here.signer(store))
    house.doors["front"] = "open"
    cycle(store, house, clock=clock, signer=here.signer(store))
    return store


def happened(store, kind):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, kind=kind)]


def test_without_a_limit_everything_is_kept_for_good(company, watched):
    before = set(watched.blobs.digests())
    assert retain(company("url: 'sqlite:///gapwatch.db'", day=10_000), watched) is None
    assert set(watched.blobs.digests()) == before


def test_the_configured_limit_is_applied_and_signed(company, watched):
    assert retain(company(KEEP, day=400), watched).entries == 0
    retained = retain(company(KEEP, day=402), watched)
    assert retained.removed > 0
    (tombstone,) = happened(watched, "evidence_expired")
    assert (tombstone.keep_days, tombstone.at) == (400, NOW + timedelta(days=402))
    with watched.reading() as connection:
        assert queries.last_entry(connection, "evidence_removed") in checkpoints(connection)
    assert list(verify(watched)) == []


def test_the_configured_holds_are_placed_and_lifted_by_name(company, watched):
    held = f"retention: {{keep: 400d, holds: [{HOLD}]}}"
    assert retain(company(held, day=1000), watched).entries == 0
    (placed,) = happened(watched, "hold_placed")
    assert (placed.name, placed.by, str(placed.start)) == ("case-17", "alice", "2026-01-01")
    assert retain(company(KEEP, day=1001), watched).entries == 0
    lifting = f"retention: {{keep: 400d, holds: [{LIFTED}]}}"
    assert retain(company(lifting, day=1002), watched).entries > 0
    (over,) = happened(watched, "hold_lifted")
    assert isinstance(over, e.HoldLifted)
    assert (over.name, over.by, over.reason) == ("case-17", "bob", "settled")


def test_the_service_retains_once_a_day_if_it_is_to(company, watched):
    def jobs(store):
        scheduler = scheduled(company(store), watched, threading.Event())
        return {job.id: job for job in scheduler.get_jobs()}

    assert "retention" not in jobs("url: 'sqlite:///gapwatch.db'")
    assert jobs(KEEP)["retention"].trigger.interval == RETAINS_EVERY == timedelta(days=1)


@pytest.mark.parametrize(
    ("fault", "logged"),
    [
        (StoreUnusable("another gapwatch is writing"), "retention_skipped"),
        (RuntimeError("a fault of ours"), "retention_failed"),
    ],
)
def test_a_pass_that_fails_is_logged_and_comes_again(company, watched, monkeypatch, fault, logged):
    def fail(*_):
        raise fault

    monkeypatch.setattr("agent.schedule.retain", fail)
    with capture_logs() as logs:
        retention_of(company(KEEP), watched, threading.Event())()
    assert [entry["event"] for entry in logs] == [logged]


def test_no_pass_begins_when_the_service_stops(company, watched, monkeypatch):
    monkeypatch.setattr("agent.schedule.retain", lambda *_: pytest.fail("began"))
    stop = threading.Event()
    stop.set()
    retention_of(company(KEEP, day=1000), watched, stop)()
