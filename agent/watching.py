"""Whether the tool itself works, as far as no cycle can see it; and the sign that it does."""

from collections.abc import Iterator
from datetime import timedelta

import structlog

from agent.announcing import announcer
from agent.connections.secrets import MissingSecret
from agent.estate import Estate
from agent.gaps.events import Event, StoreMeasured
from agent.gaps.lifecycle import Moment
from agent.gaps.watching import (
    SPAN,
    Named,
    Symptom,
    expiring,
    filling,
    missed_schedules,
    news,
)
from agent.store import queries
from agent.store.size import size_of
from agent.store.store import Store, Writer
from collectors.evidence.record import Instant

log = structlog.get_logger()

MEASURED_EVERY = timedelta(days=1)
REFUSED = 300


def watch(company: Estate, store: Store, *, since: Instant) -> None:
    """Look at what no cycle sees: missed schedules, certificates, the room that is left.

    Args:
        company: Whose schedule.
        store: Where it is written down, and told.
        since: When the service began.
    """
    moment = Moment(at=company.clock(), cycle=0)
    measured = _measured(store, moment)
    ends = _certificates(company)
    with store.transaction() as writer:
        intervals = {name: company.settings.interval(name) for name in company.configured_sources}
        last_read = queries.last_read(writer.connection, set(intervals))
        symptoms: list[Symptom] = [
            *missed_schedules(last_read, intervals, since=since, moment=moment),
            *expiring(ends, soon=company.settings.watching.expiry, moment=moment),
        ]
        looked_at = [("schedule_missed", source) for source in intervals]
        looked_at += [("credential_expiring", what) for what in ends]
        events: list[Event] = []
        if measured is not None:
            events.append(measured)
            earlier = _earlier(writer, moment)
            symptoms += filling(measured.size, measured.free, earlier, moment)
            looked_at.append(("store_filling", "store"))
        events += news(symptoms, known=_known(writer), looked_at=looked_at, moment=moment)
        numbers = writer.append(events)
        announcer(company)(writer, list(zip(numbers, events, strict=True)))


def _known(writer: Writer) -> set[Named]:
    return {(trouble.kind, trouble.what) for trouble in queries.troubles(writer.connection)}


def _measured(store: Store, moment: Moment) -> StoreMeasured | None:
    """The store's size, once a day: it is measured before anybody is kept waiting."""
    with store.reading() as connection:
        newest = next(queries.newest_entries(connection, kind="store_measured"), None)
    if newest is not None and moment.at - newest[1].at < MEASURED_EVERY:
        return None
    size = size_of(store)
    return StoreMeasured(at=moment.at, cycle=moment.cycle, size=size.used, free=size.free)


def _earlier(writer: Writer, moment: Moment) -> Iterator[tuple[Instant, int]]:
    for _, event in queries.newest_entries(writer.connection, kind="store_measured"):
        if not isinstance(event, StoreMeasured) or moment.at - event.at > SPAN:
            return
        yield event.at, event.size


def _certificates(company: Estate) -> dict[str, Instant]:
    """The ends of the certificates that vouch for our time stamps."""
    stamps = company.settings.store.timestamps
    if stamps is None:
        return {}
    from agent.connections.authority import (  # noqa: PLC0415 - only where there is an authority
        ends_of_roots,
    )

    return ends_of_roots(stamps.roots)


def heartbeat(company: Estate) -> None:
    """Tell whoever waits for it that a cycle came to its end; if that fails it is logged.

    A heartbeat that is missed is noticed where it is waited for: that is what it is for.
    """
    address = company.settings.watching.heartbeat
    if address is None:
        return
    from agent.connections.posting import post  # noqa: PLC0415 - only where there is a heartbeat

    try:
        status = post(company.resolve(address), b"", {})
    except (MissingSecret, OSError) as fault:
        log.warning("heartbeat_not_taken", why=str(fault))
        return
    if status >= REFUSED:
        log.warning("heartbeat_not_taken", why=f"it answered {status}")
