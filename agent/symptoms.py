"""What reading a connection says of ourselves: of our clock, and of what we sign in with."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from agent.collect import Harvest, Taken
from agent.gaps.events import Event
from agent.gaps.lifecycle import Moment
from agent.gaps.watching import Named, Symptom, expiring, news, skewed


def of_harvest(
    harvest: Harvest, known: set[Named], *, soon: timedelta, moment: Moment
) -> Iterator[Event]:
    """What began since the last cycle, and what is over.

    Args:
        harvest: Everything one connection gave.
        known: The troubles that were told and are not over yet.
        soon: How long before its end a credential is told of.
        moment: Now.
    """
    credential = f"{harvest.connection} credential"
    symptoms: list[Symptom] = []
    looked_at: list[Named] = []
    skew = worst_skew(harvest.taken)
    if skew is not None:
        symptoms += skewed(harvest.connection, skew, moment)
        looked_at.append(("clock_skewed", harvest.connection))
    if harvest.reached:
        ends = {credential: harvest.expires_at} if harvest.expires_at else {}
        symptoms += expiring(ends, soon=soon, moment=moment)
        looked_at.append(("credential_expiring", credential))
    yield from news(symptoms, known=known, looked_at=looked_at, moment=moment)


def worst_skew(taken: Iterable[Taken]) -> timedelta | None:
    """Ours less theirs, where the clocks differ most; `None` if no answer had a date."""
    return max(_skews(taken), key=abs, default=None)


def _skews(taken: Iterable[Taken]) -> Iterator[timedelta]:
    for exchange in (e for one in taken for e in one.transcript.exchanges):
        if exchange.server_date:
            yield _nearest(exchange.started_at, exchange.ended_at, exchange.server_date)


def _nearest(started: datetime, ended: datetime, server_date: str) -> timedelta:
    """How far the server's date, written to the second, lies outside the time it took."""
    theirs = parsedate_to_datetime(server_date)
    second = timedelta(seconds=1)
    if started - second <= theirs <= ended:
        return timedelta(0)
    return started - theirs if theirs < started else ended - theirs
