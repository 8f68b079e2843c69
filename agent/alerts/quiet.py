"""Hours in which a route is left alone, as the clock on its people's wall shows them."""

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from checks.contract import Severity
from collectors.evidence.record import Instant

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From `start` to `end` of every day, and the whole of some days of the week."""

    zone: ZoneInfo
    start: time | None = None
    """`None` together with `end`: only whole days are quiet."""
    end: time | None = None
    """Earlier than the start it lies on the next day; the minute itself is loud again."""
    days: tuple[str, ...] = ()
    unless: Severity = Severity.CRITICAL
    """What is at least as bad is told all the same."""

    def at(self, moment: Instant) -> bool:
        """Whether it is quiet then; summer time moves the hours with the wall's clock."""
        local = moment.astimezone(self.zone)
        return WEEKDAYS[local.weekday()] in self.days or self._between(local.time())

    def _between(self, now: time) -> bool:
        if self.start is None or self.end is None:
            return False
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end
