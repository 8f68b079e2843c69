"""Tickets follow gaps: one pass over what is due, after each cycle and now and then between."""

from collections.abc import Sequence

import structlog

from agent.announcing import announcer
from agent.connections.secrets import MissingSecret
from agent.connections.trackers import tracker
from agent.estate import Estate
from agent.gaps.events import OUTSIDE
from agent.gaps.lifecycle import Moment
from agent.gaps.watching import expiring, news
from agent.store import queries
from agent.store.store import Store
from agent.store.tickets import ClaimedTicket, TicketBox, store_id
from agent.tickets.desk import AT_ONCE, MOST_IN_A_PASS, Desk, Pass, Plan
from agent.tickets.tracker import NotTaken, Tracker

log = structlog.get_logger()


def keep_tickets(company: Estate, store: Store, kept_in: Tracker | None = None) -> Pass:
    """Bring every ticket that is due to where its gap is; what fails is due again later.

    Without `tickets:` in the configuration nothing happens.
    """
    settings = company.settings.tickets
    if settings is None:
        return Pass()
    now = company.clock()
    box = TicketBox(store, settings.tracker, announce=announcer(company))
    try:
        kept_in = kept_in or tracker(settings, company.resolve)
    except MissingSecret as problem:
        box.failing(now, str(problem))
        return Pass()
    desk = Desk(box=box, tracker=kept_in, closed_by_hand=settings.closed_by_hand)
    with store.reading() as connection:
        still_open = queries.gaps(connection, state="open")
    box.follow((gap.number for gap in still_open if settings.follows(gap.severity)), now)
    try:
        desk.look(now)
    except NotTaken as refusal:
        box.failing(now, refusal.why)
    _work(company, store, desk)
    _tell_of_its_end(company, store, kept_in)
    if desk.done.failed:
        log.warning("tickets_not_written", tracker=settings.tracker, failed=len(desk.done.failed))
    return desk.done


def _work(company: Estate, store: Store, desk: Desk) -> None:
    for _ in range(MOST_IN_A_PASS // AT_ONCE):
        now = company.clock()
        claimed = desk.box.claim(now, most=AT_ONCE)
        if not claimed or not desk.work(claimed, _plan(company, store, claimed), now):
            return


def _tell_of_its_end(company: Estate, store: Store, kept_in: Tracker) -> None:
    """The credential of the tracker ends as well: told in time, as for those that read."""
    settings = company.settings
    if settings.tickets is None or not kept_in.tells_its_end:
        return
    what = f"{settings.tickets.tracker} credential"
    moment = Moment(at=company.clock(), cycle=OUTSIDE)
    ends = {what: kept_in.expires_at} if kept_in.expires_at else {}
    symptoms = expiring(ends, soon=settings.watching.expiry, moment=moment)
    with store.transaction() as writer:
        known = {(trouble.kind, trouble.what) for trouble in queries.troubles(writer.connection)}
        looked_at = [("credential_expiring", what)]
        events = list(news(symptoms, known=known, looked_at=looked_at, moment=moment))
        numbers = writer.append(events)
        announcer(company)(writer, list(zip(numbers, events, strict=True)))


def _plan(company: Estate, store: Store, claimed: Sequence[ClaimedTicket]) -> Plan:
    """As much of the action plan as the claimed tickets tell of."""
    reading, of = company.reading(store), {one.gap for one in claimed}
    with store.reading() as connection:
        identity = store_id(connection)
    return Plan(
        gaps={gap.number: gap for gap in reading.gaps(of=of)},
        findings={finding.id: finding for finding in reading.findings(of=of)},
        controls={control.id: control.title for control in company.catalogue.controls.values()},
        link=company.settings.web.public_url,
        store=identity,
    )
