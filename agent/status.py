"""The state of the tool itself, in one look."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection

from agent.alerts.changes import change
from agent.announcing import describe
from agent.estate import Estate
from agent.gaps.events import ControlState, StoreMeasured
from agent.gaps.sight import Sight, sight
from agent.gaps.states import STALE_AFTER_INTERVALS
from agent.gaps.watching import SPAN, growth
from agent.store import queries
from agent.store.store import Store
from agent.store.tree import known_keys, unstamped_since
from collectors.evidence.record import Instant


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What the service last did, and what does not work."""

    company: str
    last_cycle: int | None
    last_finished_at: Instant | None
    open_gaps: int
    accepted_gaps: int
    """Of which a named person tolerates all that is left."""
    overdue_gaps: int
    new_gaps: tuple[str, ...]
    controls: dict[str, int]
    """How many controls are in each state."""
    blind: tuple[str, ...]
    """What could not be read, with the call that was refused."""
    accepted: tuple[str, ...]
    asked: tuple[str, ...]
    """What somebody asks to be accepted, and nobody has answered."""
    """What is tolerated now, by whom and until when."""
    troubles: tuple[str, ...]
    """Collectors and checks that fail, evidence that is too old."""
    blind_share: float
    """Of the window until now, over all collectors and scopes: for how much nobody could look."""
    blindest: tuple[str, ...]
    """Where that was worst, each with its own share."""
    alerts_waiting: int
    alerts_given_up: tuple[str, ...]
    """The newest messages that no attempt delivered, and what they told."""
    store_size: int | None
    """Bytes as they were last measured, once a day by the service."""
    store_daily_growth: int | None
    """Bytes a day over the last week."""
    log_key: str | None
    """The public key that signs the log: whoever keeps it elsewhere can prove the store by it."""
    log_size: int
    unstamped_since: Instant | None
    """Of what was signed since then no time-stamp authority has said when; if one is configured."""


MOST_GIVEN_UP = 20
MOST_TOLD = 3
BLINDEST = 5


def status_of(company: Estate, store: Store) -> Status:
    """Look at everything once."""
    reading = company.reading(store)
    gaps = reading.gaps()
    states = [control.state for control in reading.controls()]
    with store.reading() as connection:
        messages = queries.messages(connection)
        last = next((row for row in queries.cycles(connection) if row.finished_at), None)
        keys = known_keys(connection)
        log_size = queries.last_number(connection)
        unstamped = unstamped_since(connection) if company.settings.store.timestamps else None
        measured = list(_measured(connection))
    seen = sight_of(company, store)
    dead = [message for message in messages if message.state == "dead"]
    return Status(
        company=company.settings.company.name,
        last_cycle=last.cycle if last else None,
        last_finished_at=last.finished_at if last else None,
        open_gaps=sum(gap.state == "open" for gap in gaps),
        accepted_gaps=sum(gap.state == "accepted" for gap in gaps),
        overdue_gaps=sum(gap.overdue for gap in gaps),
        new_gaps=tuple(f"G-{gap.number} {gap.issue}" for gap in gaps if gap.is_new),
        controls={state.value: states.count(state) for state in ControlState},
        blind=tuple(
            f"{row.collector}: {why}" for row in reading.evidence() for why in row.omissions
        ),
        accepted=tuple(
            f"A-{one.number} until {one.until}: {one.covers} by {one.by}"
            for one in reading.acceptances()
            if one.state == "active"
        ),
        asked=tuple(f"{one.covers} until {one.until} by {one.by}" for one in reading.requests()),
        troubles=tuple(
            f"{trouble.kind}: {trouble.what} in {trouble.scope}: {trouble.why}"
            for trouble in reading.troubles()
        ),
        alerts_waiting=sum(message.state == "waiting" for message in messages),
        blind_share=round(seen.blind_share, 4),
        blindest=_blindest(seen),
        alerts_given_up=tuple(_given_up(company, store, one) for one in dead[:MOST_GIVEN_UP]),
        store_size=measured[0][1] if measured else None,
        store_daily_growth=growth(measured[0][1], measured[1:], measured[0][0])
        if measured
        else None,
        log_key=keys[-1].encode() if keys else None,
        log_size=log_size,
        unstamped_since=unstamped,
    )


def sight_of(company: Estate, store: Store) -> Sight:
    """How much of the window could be seen until now, by the intervals as they are configured."""
    window = company.settings.assessment.window
    start = datetime.combine(window.start, time.min, UTC)
    over = datetime.combine(window.end + timedelta(days=1), time.min, UTC)
    with store.reading() as connection:
        kinds = ("evidence_kept", "evidence_unchanged", "scope_left")
        return sight(
            queries.entries(connection, kind=kinds),
            start=start,
            end=max(start, min(company.clock(), over)),
            patience=lambda name: company.settings.interval(name) * STALE_AFTER_INTERVALS,
        )


def _blindest(seen: Sight) -> tuple[str, ...]:
    worst = sorted(seen.shares.items(), key=lambda one: (-one[1], one[0]))[:BLINDEST]
    return tuple(f"{name} in {scope}: {share:.1%}" for (name, scope), share in worst if share)


def _given_up(company: Estate, store: Store, message: queries.MessageRow) -> str:
    """Where a message should have gone, why it did not, and what it told."""
    with store.reading() as connection:
        entries = queries.told_by(connection, message.id)
    context = describe(company, store, [event for _, event in entries])
    told = [change(number, event, context).headline for number, event in entries[:MOST_TOLD]]
    more = len(entries) - len(told)
    rest = f" and {more} more" if more > 0 else ""
    return f"{message.route}: {message.why}; it told: {'; '.join(told)}{rest}"


def _measured(connection: Connection) -> Iterator[tuple[Instant, int]]:
    """Sizes of the store, newest first, as far back as growth is measured."""
    newest: Instant | None = None
    for _, event in queries.newest_entries(connection, kind="store_measured"):
        newest = newest or event.at
        if not isinstance(event, StoreMeasured) or newest - event.at > SPAN:
            return
        yield event.at, event.size
