"""From events to the people who should hear of them: noted with the event, sent after it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy

from agent.action_plan import asked
from agent.alerts.channels import AppriseChannel, Channel, NotDelivered
from agent.alerts.context import Affected, Context, KnownGap, gap_numbers
from agent.alerts.delivery import Reach
from agent.alerts.pagerduty import PagerDuty
from agent.alerts.routing import ALERTS, destinations
from agent.alerts.webhook import SignedWebhook
from agent.connections.secrets import MissingSecret
from agent.gaps.deadlines import due
from agent.gaps.events import ControlDrifted, Event, GapOpened
from agent.gaps.origins import Origins
from agent.gaps.owners import by_what_fails
from agent.gaps.states import LEFT, Finding, Gap
from agent.settings.alerts import PAGERDUTY, Route
from agent.settings.tickets import TicketSettings
from agent.store import queries
from agent.store.log import kind
from agent.store.outbox import Notice, Outbox, note
from agent.store.store import Store, Writer
from agent.store.tickets import want
from collectors.evidence.record import Instant

if TYPE_CHECKING:
    from agent.action_plan import ActionPlan
    from agent.cycle import Announce
    from agent.estate import Estate

DIGESTS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
}
MOST_SUBJECTS = 500
"""Of one gap that are looked at: a message names ten, and an owner answers for all or for some."""
NONE = 0


def announcer(company: "Estate") -> "Announce":
    """Note every event for the routes that want to hear of it, in its own transaction."""
    routes = company.settings.alerts
    asked = any(route.owners for route in routes)
    most = MOST_SUBJECTS if asked and by_what_fails(company.settings.owners) else NONE

    def tell(writer: Writer, entries: Sequence[tuple[int, Event]]) -> None:
        want_tickets(company.settings.tickets, writer, entries)
        events = [(number, event) for number, event in entries if kind(event) in ALERTS]
        if not events or not routes:
            return
        told = [event for _, event in events]
        context = _context(company, writer.connection, told, most=most, owned=asked)
        note(
            writer,
            (
                Notice(number, wanted.route, wanted.urgent)
                for number, event in events
                for wanted in destinations(event, routes, context)
            ),
        )

    return tell


def outbox(company: "Estate", store: Store) -> Outbox:
    """The company's messages on their way, by the habits of its routes."""
    routes = by_label(company)
    quiet_hours = {label: route.quiet_hours for label, route in routes.items()}

    def quiet(label: str, now: Instant) -> bool:
        hours = quiet_hours.get(label)
        return hours is not None and hours.at(now)

    digests = {label: DIGESTS[route.digest] for label, route in routes.items() if route.digest}
    return Outbox(store, digests=digests, quiet=quiet, announce=announcer(company))


def want_tickets(
    tickets: TicketSettings | None, writer: Writer, entries: Sequence[tuple[int, Event]]
) -> None:
    """Note whose ticket has to follow, in the transaction of the events."""
    if tickets is not None:
        want(writer, tickets.tracker, entries, tickets.follows)


def by_label(company: "Estate") -> dict[str, Route]:
    """The routes by what the log calls them; of entries of one name the first."""
    routes: dict[str, Route] = {}
    for route in company.settings.alerts:
        routes.setdefault(route.label, route)
    return routes


def reach(company: "Estate") -> Reach:
    """The way to a route, with its secrets looked up when it is gone and not before."""
    routes = by_label(company)

    def reached(label: str) -> tuple[Channel, str]:
        route = routes.get(label)
        if route is None:
            raise NotDelivered("no route of this name is configured any more")
        return channel_of(company, route), address_of(company, route.to)

    return reached


def channel_of(company: "Estate", route: Route) -> Channel:
    """What sends to a route.

    Raises:
        NotDelivered: the key of its signature is missing.
    """
    from agent.connections.posting import post  # noqa: PLC0415 - only when something is sent

    match route.by:
        case "webhook":
            keys = tuple(address_of(company, key) for key in route.signing_keys)
            return SignedWebhook(post=post, keys=keys, clock=company.clock)
        case "pagerduty":
            return PagerDuty(post=post, endpoint=route.endpoint_url or PAGERDUTY)
        case _:
            return AppriseChannel()


def address_of(company: "Estate", reference: str) -> str:
    """The address or the secret behind a reference.

    Raises:
        NotDelivered: it leads nowhere.
    """
    try:
        return company.resolve(reference)
    except MissingSecret as missing:  # names the reference and never holds the secret
        raise NotDelivered(str(missing)) from None


def describe(company: "Estate", store: Store, events: Sequence[Event]) -> Context:
    """What a message about some events may say of controls, checks and gaps."""
    with store.reading() as connection:
        return _context(company, connection, events, most=MOST_SUBJECTS, owned=True)


def _context(
    company: "Estate",
    connection: sqlalchemy.Connection,
    events: Iterable[Event],
    *,
    most: int,
    owned: bool,
) -> Context:
    """The gaps and controls that the events name.

    Args:
        company: Whose.
        connection: Its store.
        events: What is to be told.
        most: So many subjects of each gap are looked at.
        owned: Whether anybody asks who answers for a control that drifted.
    """
    told = list(events)
    gaps = {g.number: g for g in queries.gaps_numbered(connection, gap_numbers(told))}
    controls = {gap.control for gap in gaps.values()}
    controls |= {event.control for event in told if isinstance(event, ControlDrifted | GapOpened)}
    drifted = {event.control for event in told if isinstance(event, ControlDrifted)}
    about_controls = queries.gaps(connection, control=drifted, state="open") if owned else []
    left = _left(connection, {*gaps, *(gap.number for gap in about_controls)}, most)
    plan = company.action_plan
    origins = queries.origins_of(connection, [one for few in left.values() for one in few])
    owners: dict[str, set[str | None]] = {}
    for gap in about_controls:
        owners.setdefault(gap.control, set()).add(plan.duties.owner(gap, left.get(gap.number, ())))
    for name in controls:
        control = company.catalogue.controls.get(name)
        owners.setdefault(name, set()).add(company.settings.owner(control) if control else None)
    return Context(
        company=company.settings.company.name,
        link=company.settings.web.public_url,
        controls=company.catalogue.controls,
        checks=company.checks,
        gaps={n: _known(company, plan, gap, left.get(n, ()), origins) for n, gap in gaps.items()},
        criteria={name: known.title for name, known in company.catalogue.criteria.items()},
        owners={name: frozenset(filter(None, found)) for name, found in owners.items()},
        states={name: known.state for name, known in queries.controls(connection).items()},
        troubles=frozenset((t.kind, t.what, t.scope) for t in queries.troubles(connection)),
    )


def _left(
    connection: sqlalchemy.Connection, numbers: set[int], most: int
) -> dict[int, list[Finding]]:
    if not most:
        return {}
    left: dict[int, list[Finding]] = {}
    for finding in queries.findings_of(connection, numbers, states=LEFT, most=most):
        left.setdefault(finding.gap, []).append(finding)
    return left


def _known(
    company: "Estate",
    plan: "ActionPlan",
    gap: Gap,
    left: Sequence[Finding],
    origins: Origins,
) -> KnownGap:
    control = company.catalogue.controls.get(gap.control)
    check: Any = company.checks.get(gap.check or "")
    return KnownGap(
        number=gap.number,
        control=gap.control,
        scope=gap.scope,
        issue=gap.issue,
        subjects=tuple(
            Affected(
                subject=finding.subject,
                name=finding.name,
                verdict=finding.verdict,
                origin=origins.get((finding.check, finding.scope, finding.subject)),
            )
            for finding in left
        ),
        severity=gap.severity,
        owner=plan.duties.owner(gap, left),
        due=due(gap, company.settings.deadlines),
        recommended_action=asked(
            gap, check, control, company.settings.plan.lines
        ).recommended_action,
    )
