"""How far our clock is from a source's, by the dates that its answers carry."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from collectors.transcript import Transcript


def worst_skew(transcripts: Iterable[Transcript]) -> timedelta | None:
    """Ours less theirs, where the clocks differ most; `None` if no answer had a date."""
    return max(_skews(transcripts), key=abs, default=None)


def _skews(transcripts: Iterable[Transcript]) -> Iterator[timedelta]:
    for exchange in (e for transcript in transcripts for e in transcript.exchanges):
        if exchange.server_date:
            yield _nearest(exchange.started_at, exchange.ended_at, exchange.server_date)


def _nearest(started: datetime, ended: datetime, server_date: str) -> timedelta:
    """How far the server's date, written to the second, lies outside the time it took."""
    theirs = parsedate_to_datetime(server_date)
    second = timedelta(seconds=1)
    if started - second <= theirs <= ended:
        return timedelta(0)
    return started - theirs if theirs < started else ended - theirs
