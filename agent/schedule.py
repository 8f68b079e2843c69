"""The scheduled service: every source in its own interval, one cycle at a time."""

import gc
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from agent.estate import Estate, Selection
from agent.retaining import retain
from agent.service import announce, run_cycle
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.ticketing import keep_tickets
from agent.watching import watch

log = structlog.get_logger()

JITTER_SHARE = 0.1
"""Cycles of many installations do not start in the same second."""
ALERTS_EVERY = timedelta(seconds=30)
WATCHES_EVERY = timedelta(minutes=1)
TICKETS_EVERY = timedelta(minutes=5)
RETAINS_EVERY = timedelta(days=1)
DUTIES_EVERY = timedelta(minutes=10)
"""Acceptances end with the day, and not with the next cycle."""
FINISH_WITHIN_SECONDS = 10
"""What a running cycle gets when the service stops; what it leaves, the next one reads."""


def scheduled(company: Estate, store: Store, stop: threading.Event) -> BackgroundScheduler:
    """A scheduler with one job for each configured source, ready to start.

    It begins with one cycle over everything: judged by its first source alone, a company would
    seem to have no evidence of what the others are about to give. From then on each source has
    its interval.

    Cycles never overlap: they share one worker. A turn that was missed, by a long cycle or a
    sleeping machine, is made up for once and not for each missed one. None begins after `stop`.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={name: ThreadPoolExecutor(1) for name in ("default", "alerts", "watch")},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(cycle_of(company, store, None, stop), id="everything")
    for source in sorted({connection.source for connection in company.connections()}):
        interval = company.settings.interval(source)
        scheduler.add_job(
            cycle_of(company, store, source, stop),
            IntervalTrigger(
                seconds=round(interval.total_seconds()),
                jitter=round(interval.total_seconds() * JITTER_SHARE),
            ),
            id=source,
        )
    if company.settings.store.retention is not None:
        scheduler.add_job(
            retention_of(company, store, stop),
            IntervalTrigger(seconds=round(RETAINS_EVERY.total_seconds())),
            id="retention",
            next_run_time=company.clock(),
        )
    if company.settings.tickets is not None:
        scheduler.add_job(
            lambda: keep_tickets(company, store),
            IntervalTrigger(seconds=round(TICKETS_EVERY.total_seconds())),
            id="tickets",
            executor="alerts",
            next_run_time=company.clock(),
        )
    scheduler.add_job(
        duties_of(company, store, stop),
        IntervalTrigger(seconds=round(DUTIES_EVERY.total_seconds())),
        id="duties",
    )
    scheduler.add_job(
        watch_of(company, store),
        IntervalTrigger(seconds=round(WATCHES_EVERY.total_seconds())),
        id="watch",
        executor="watch",
    )
    scheduler.add_job(
        lambda: announce(company, store),
        IntervalTrigger(seconds=round(ALERTS_EVERY.total_seconds())),
        id="alerts",
        executor="alerts",
    )
    return scheduler


def cycle_of(
    company: Estate, store: Store, source: str | None, stop: threading.Event
) -> Callable[[], None]:
    """A pass over one source, or over all; if it fails that is logged, and the next turn comes."""

    def run() -> None:
        if stop.is_set():
            return
        try:
            report = run_cycle(company, store, Selection(source=source), trigger="schedule")
            announce(company, store)
            keep_tickets(company, store)
        except StoreUnusable as problem:
            log.warning("cycle_skipped", source=source, why=str(problem))
        except Exception:
            log.exception("cycle_failed", source=source)
        else:
            log.info("cycle_done", source=source, new_gaps=report.new_gaps, drifted=report.drifted)
        finally:
            gc.collect()  # clients hold each other, and the next cycle never looks at them again

    return run


def retention_of(company: Estate, store: Store, stop: threading.Event) -> Callable[[], None]:
    """Remove what need not be kept; if it fails that is logged, and tomorrow is another day."""

    def run() -> None:
        if stop.is_set():
            return
        try:
            retain(company, store)
        except StoreUnusable as problem:
            log.warning("retention_skipped", why=str(problem))
        except Exception:
            log.exception("retention_failed")

    return run


def duties_of(company: Estate, store: Store, stop: threading.Event) -> Callable[[], None]:
    """Let time pass between cycles; if it fails that is logged, and the next turn comes."""

    def run() -> None:
        if stop.is_set():
            return
        try:
            company.let_time_pass(store)
        except StoreUnusable as problem:
            log.warning("duties_skipped", why=str(problem))
        except Exception:
            log.exception("duties_failed")

    return run


def watch_of(company: Estate, store: Store) -> Callable[[], None]:
    """Look whether cycles come when they are due, in a thread that no cycle holds up."""
    since = company.clock()

    def run() -> None:
        try:
            watch(company, store, since=since)
        except StoreUnusable as problem:
            log.warning("watch_skipped", why=str(problem))
        except Exception:
            log.exception("watch_failed")

    return run


def serve(company: Estate, *, ready: Callable[[str], Any] = lambda _: None) -> bool:
    """Run until SIGTERM or SIGINT; whether a cycle that was running then could be finished.

    Args:
        company: What to read, and when.
        ready: Told the page's address once it answers.
    """
    from agent.web.server import Page  # noqa: PLC0415 - only the service shows the page

    store = company.store(create=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = scheduled(company, store, stop)
    with Page(company, store) as page:
        scheduler.start()
        log.info("serving", page=page.address)
        ready(page.address)
        stop.wait()
        log.info("stopping")
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(FINISH_WITHIN_SECONDS)
    if ending.is_alive():
        log.warning("cycle_abandoned", seconds=FINISH_WITHIN_SECONDS)
    return not ending.is_alive()
