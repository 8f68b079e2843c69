"""Words and figures as deliverables write them."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from checks.contract import Observed
from collectors.evidence.record import Instant

HIDDEN = "\N{REPLACEMENT CHARACTER}"
NAME = 160
LETTERS = 300
"""Of one cell on a page; the workbook and the JSON have all of it."""
VALUES = 240
MEMBERS = 6
MOST_IN_A_CELL = 24


def harmless(text: str) -> str:
    """The text with a sign for every character that could hide, or turn the text around it."""
    return "".join(_visible(character) for character in text)


def shortened(text: str, limit: int = NAME) -> str:
    """Cut in the middle: the end of an ARN tells more than its beginning."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: 1 gap, 2 gaps."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}".replace(",", "\u2009")


def words(name: str) -> str:
    """A name of the program as people say it."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str], most: int = MEMBERS) -> str:
    """Some of the names, and how many more there are."""
    return ", ".join(shortlist(names, most))


def shortlist(names: Sequence[str], most: int = MOST_IN_A_CELL) -> list[str]:
    """What of a list a page has room for, and how many more there are."""
    more = len(names) - most
    return [*names[:most], *([f"and {more} more"] if more > 0 else [])]


def gap_number(number: int) -> str:
    """As people say it: G-12."""
    return f"G-{number}"


def moment(at: Instant) -> str:
    """To the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def long_day(day: date) -> str:
    """A day as it stands on a title page."""
    return f"{day.day} {day:%B %Y}"


def scalar(value: str | float | date | Instant, limit: int = LETTERS) -> str:
    """One value of a table as a page shows it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.1f}"
    text = str(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def duration(span: timedelta) -> str:
    """In days and hours, or in hours and minutes where it is less than a day."""
    minutes = round(span / timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def observed(values: Mapping[str, Observed]) -> str:
    """What was seen, in one line."""
    seen = "; ".join(f"{words(name)}: {_told(value)}" for name, value in values.items())
    return shortened(seen, VALUES)


def percentages(counts: Sequence[int]) -> tuple[int, ...]:
    """Whole percents that add up to 100; what is there is never rounded away.

    Nothing to share gives only zeros.
    """
    total = sum(counts)
    if not total:
        return tuple(0 for _ in counts)
    shares = [max(count * 100 // total, 1 if count else 0) for count in counts]
    rests = sorted(range(len(counts)), key=lambda i: (-(counts[i] * 100 % total), i))
    for place in rests[: max(100 - sum(shares), 0)]:
        shares[place] += 1
    while sum(shares) > 100:  # noqa: PLR2004 - percent
        shares[shares.index(max(shares))] -= 1
    return tuple(shares)


def _told(value: Observed) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return listed([str(member) for member in value]) or "none"
    return str(value)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return HIDDEN if category.startswith("C") or category in {"Zl", "Zp"} else character
