"""From the company's configuration to what its store keeps, and for how long."""

import structlog

from agent.estate import Estate
from agent.gaps.events import HoldLifted, HoldPlaced
from agent.settings.store import Hold
from agent.store.retention import Retained, Retention
from agent.store.store import Store
from collectors.evidence.record import Instant

log = structlog.get_logger()


def retain(company: Estate, store: Store) -> Retained | None:
    """Remove the evidence that need not be kept any more; `None` if all of it is kept for good.

    Raises:
        BlobDamaged: evidence that is still needed cannot be read: nothing more is removed.
        KeyUnusable: the log could not be signed.
        MissingSecret: a reference leads nowhere.
        StoreUnusable: another process is writing, or something cannot be read or removed.
    """
    configured = company.settings.store.retention
    if configured is None:
        return None
    now = company.clock()
    retained = Retention(
        store=store,
        keep=configured.keep,
        declared=tuple(_declared(hold, now) for hold in configured.holds),
        signer=company.signer(store),
    ).apply(now)
    log.info(
        "evidence_retained",
        expired=retained.entries,
        removed=retained.removed,
        waiting=retained.waiting,
    )
    return retained


def _declared(hold: Hold, now: Instant) -> HoldPlaced | HoldLifted:
    if hold.lifted is None:
        return HoldPlaced(
            at=now,
            cycle=0,
            name=hold.name,
            reason=hold.reason,
            by=hold.by,
            start=hold.start,
            end=hold.end,
        )
    return HoldLifted(at=now, cycle=0, name=hold.name, reason=hold.lifted.reason, by=hold.lifted.by)
