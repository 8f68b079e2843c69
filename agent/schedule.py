"""The scheduled service: every source in its own interval, one cycle at a time."""

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
from agent.service import announce, run_cycle
from agent.store.faults import StoreUnusable
from agent.store.store import Store

log = structlog.get_logger()

JITTER_SHARE = 0.1
"""Cycles of many installations do not start in the same second."""
ALERTS_EVERY = timedelta(seconds=30)


def scheduled(company: Estate, store: Store) -> BackgroundScheduler:
    """A scheduler with one job for each configured source, ready to start.

    Cycles never overlap: they share one worker. A turn that was missed, by a long cycle or a
    sleeping machine, is made up for once and not for each missed one.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(1), "alerts": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    sources = sorted({connection.source for connection in company.connections()})
    for source in sources:
        interval = company.settings.interval(source)
        scheduler.add_job(
            cycle_of(company, store, source),
            IntervalTrigger(
                seconds=round(interval.total_seconds()),
                jitter=round(interval.total_seconds() * JITTER_SHARE),
            ),
            id=source,
            next_run_time=company.clock(),
        )
    scheduler.add_job(
        lambda: announce(company, store),
        IntervalTrigger(seconds=round(ALERTS_EVERY.total_seconds())),
        id="alerts",
        executor="alerts",
    )
    return scheduler


def cycle_of(company: Estate, store: Store, source: str) -> Callable[[], None]:
    """A pass over one source; whatever goes wrong is logged, and the next turn comes."""

    def run() -> None:
        try:
            report = run_cycle(company, store, Selection(source=source), trigger="schedule")
            announce(company, store)
        except StoreUnusable as problem:
            log.warning("cycle_skipped", source=source, why=str(problem))
        except Exception:
            log.exception("cycle_failed", source=source)
        else:
            log.info("cycle_done", source=source, new_gaps=report.new_gaps, drifted=report.drifted)

    return run


def serve(company: Estate, *, ready: Callable[[str], Any] = lambda _: None) -> None:
    """Run until SIGTERM or SIGINT; a running cycle is finished first.

    Args:
        company: What to read, and when.
        ready: Told the page's address once it answers.
    """
    from agent.web.server import Page  # noqa: PLC0415 - only the service shows the page

    store = company.store(create=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = scheduled(company, store)
    with Page(company, store) as page:
        scheduler.start()
        log.info("serving", page=page.address)
        ready(page.address)
        stop.wait()
        log.info("stopping")
        scheduler.shutdown(wait=True)
