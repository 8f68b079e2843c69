"""What reading a connection says of ourselves: of our clock, and of what we sign in with."""

from collections.abc import Iterator
from datetime import timedelta

from agent.collect import Harvest
from agent.gaps.events import Event
from agent.gaps.lifecycle import Moment
from agent.gaps.watching import Named, Symptom, expiring, news, skewed


def of_harvest(
    harvest: Harvest, known: set[Named], *, soon: timedelta, moment: Moment
) -> Iterator[Event]:
    """What began since the last cycle, and what is over.

    Args:
        harvest: The last of what one connection gave; it speaks for all of it.
        known: The troubles that were told and are not over yet.
        soon: How long before its end a credential is told of.
        moment: Now.
    """
    credential = f"{harvest.connection} credential"
    symptoms: list[Symptom] = []
    looked_at: list[Named] = []
    if harvest.skew is not None:
        symptoms += skewed(harvest.connection, harvest.skew, moment)
        looked_at.append(("clock_skewed", harvest.connection))
    if harvest.reached:
        ends = {credential: harvest.expires_at} if harvest.expires_at else {}
        symptoms += expiring(ends, soon=soon, moment=moment)
        looked_at.append(("credential_expiring", credential))
    yield from news(symptoms, known=known, looked_at=looked_at, moment=moment)
