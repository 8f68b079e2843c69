"""What somebody asks to be tolerated, and nobody has answered."""

from datetime import UTC

from agent.gaps.acceptances import covered
from agent.gaps.requests import REQUESTS, Request, waiting
from agent.reading import Reading
from agent.store import queries


class Waiting(Request, frozen=True, kw_only=True):
    """A request, and what it is about in words."""

    covers: str


def asked_for(reading: Reading) -> list[Waiting]:
    """What waits for somebody's approval."""
    today = reading.now.astimezone(UTC).date()
    with reading.store.reading() as connection:
        left = waiting(queries.entries(connection, kind=REQUESTS), today)
    return [
        Waiting(number=one.number, asked=one.asked, covers=covered(one.asked.covers))
        for one in left
    ]
