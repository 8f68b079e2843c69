"""The state of the tool itself, in one look."""

import msgspec

from agent.estate import Estate
from agent.gaps.events import ControlState
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
    """What is tolerated now, by whom and until when."""
    troubles: tuple[str, ...]
    """Collectors and checks that fail, evidence that is too old."""
    alerts_waiting: int
    alerts_given_up: tuple[str, ...]
    log_key: str | None
    """The public key that signs the log: whoever keeps it elsewhere can prove the store by it."""
    log_size: int
    unstamped_since: Instant | None
    """Of what was signed since then no time-stamp authority has said when; if one is configured."""


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
        troubles=tuple(
            f"{trouble.kind}: {trouble.what} in {trouble.scope}: {trouble.why}"
            for trouble in reading.troubles()
        ),
        alerts_waiting=sum(message.state == "waiting" for message in messages),
        alerts_given_up=tuple(
            f"{message.route}: {message.why}" for message in messages if message.state == "dead"
        ),
        log_key=keys[-1].encode() if keys else None,
        log_size=log_size,
        unstamped_since=unstamped,
    )
