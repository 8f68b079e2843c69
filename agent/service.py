"""What the command, the schedule and the demo have in common: a cycle, and its alerts."""

from functools import partial

import structlog

from agent.alerts.delivery import DeliveryReport, deliver
from agent.announcing import describe, outbox, reach
from agent.console import progress
from agent.cycle import Report
from agent.estate import Estate, Selection
from agent.open_files import allow_many
from agent.stamping import stamp_newest
from agent.store.store import Store
from agent.watching import heartbeat

log = structlog.get_logger()


def run_cycle(company: Estate, store: Store, selection: Selection, *, trigger: str) -> Report:
    """One pass over what is selected, shown while it runs; the signed log is then stamped.

    A time-stamp authority that cannot be reached spoils no cycle: the next one asks again.

    Raises:
        MissingSecret: a reference leads nowhere.
        NothingSelected: no check is left.
        StoreUnusable: another process is writing.
    """
    allow_many()
    with progress("reading") as told:
        cycle = company.cycle(store, selection=selection, progress=told, trigger=trigger)
        report = cycle.run()
    not_stamped = stamp_newest(company, store)
    if not_stamped is not None:
        log.warning("checkpoint_not_stamped", why=not_stamped)
    heartbeat(company)
    return report


def announce(company: Estate, store: Store) -> DeliveryReport:
    """Send every alert that is due; what fails is due again later."""
    report = deliver(
        outbox(company, store),
        reach(company),
        partial(describe, company, store),
        now=company.clock(),
    )
    if report.failed or report.dead:
        log.warning("alerts_not_delivered", failed=len(report.failed), given_up=len(report.dead))
    return report
